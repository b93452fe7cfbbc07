package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

type feedJSON struct {
	ID, Name, Scope, Subject string
	Outages                  string `json:"outages_url"`
	Openings                 string `json:"openings_url"`
}

func TestAScriptMakesAFeedAndRevokesIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		who := s.as(s.person(access.Viewer, reach.Of([]string{"Kowalski"}, nil)))
		made := done[feedJSON](s, 201, http.MethodPost, "/api/v1/feeds", who, jsonBody(`{"name":"Reader","scope":"store","subject":"kettle"}`))
		path := func(address string) string {
			u, err := url.Parse(address)
			if err != nil || u.Host == "" {
				t.Fatalf("%q is no address", address)
			}
			return u.RequestURI()
		}
		for _, address := range []string{made.Outages, made.Openings} {
			if a := s.ask(http.MethodGet, path(address)); a.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", address, a.StatusCode)
			}
		}
		list := s.call(http.MethodGet, "/api/v1/feeds", who)
		if token := strings.Split(path(made.Outages), "/")[2]; !strings.Contains(list.body, made.ID) || strings.Contains(list.body, token) {
			t.Errorf("the list is %s", list.body)
		}
		if a := s.call(http.MethodDelete, "/api/v1/feeds/"+made.ID, who); a.StatusCode != http.StatusNoContent {
			t.Errorf("revoked with status %d", a.StatusCode)
		}
		if a := s.ask(http.MethodGet, path(made.Outages)); a.StatusCode != http.StatusNotFound {
			t.Errorf("revoked, it is read with status %d", a.StatusCode)
		}
		for sent, want := range map[string]string{
			`{"scope":"all"}`:   "name: ",
			`{"name":"Reader"}`: "scope: expected store, group or all, found nothing",
			`{"name":"Reader","scope":"group","subject":"Lopez"}`: "subject: expected a group of which you see a store, found Lopez",
			`{"name":"Reader","scope":"store","subject":"taco"}`:  "subject: expected the id of a store that you see, found taco",
			`{"name":"Reader","scope":"all","token":"mine"}`:      "a field that is not known",
		} {
			refused(t, s.call(http.MethodPost, "/api/v1/feeds", who, jsonBody(sent)), http.StatusBadRequest, want)
		}
	})
}
