package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

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

func TestAScriptMakesAnAddressOfTheNewestFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		viewer := s.person(access.Viewer, reach.Of([]string{"Kowalski"}, nil))
		who := s.as(viewer)
		made := done[struct {
			ID, Kind string
			Expires  string `json:"expires_at"`
			Outages  string `json:"outages_url"`
			CSV      string `json:"csv_url"`
			Workbook string `json:"workbook_url"`
		}](s, 201, http.MethodPost, "/api/v1/feeds", who, jsonBody(`{"kind":"figures","name":"Sheet","scope":"all","days":30}`))
		if made.Kind != "figures" || made.Expires == "" || made.Outages != "" {
			t.Errorf("made %+v", made)
		}
		for _, address := range []string{made.CSV, made.Workbook} {
			u, err := url.Parse(address)
			if err != nil || u.Host == "" {
				t.Fatalf("%q is no address", address)
			}
			if a := s.ask(http.MethodGet, u.RequestURI()); a.StatusCode != http.StatusOK || strings.Contains(a.body, "taco") {
				t.Errorf("%s: status %d: %.200s", address, a.StatusCode, a.body)
			}
		}
		later := now.AddDate(0, 0, 31)
		s.server.SetClock(func() time.Time { return later })
		if list := s.call(http.MethodGet, "/api/v1/feeds", s.as(s.signedIn(viewer.Person))); strings.Contains(list.body, made.ID) {
			t.Errorf("expired, it is listed: %s", list.body)
		}
		s.server.SetClock(func() time.Time { return now })
		for sent, want := range map[string]string{
			`{"kind":"sums","name":"Sheet","scope":"all"}`:               "kind: expected outages or figures, found sums",
			`{"kind":"figures","name":"Sheet","scope":"all","days":0}`:   "days: expected 1 to 365, found 0",
			`{"kind":"figures","name":"Sheet","scope":"all","days":366}`: "enter 1 to 365, not 366",
			`{"name":"Sheet","scope":"all","days":30}`:                   "days: expected none for a feed of outages",
		} {
			refused(t, s.call(http.MethodPost, "/api/v1/feeds", who, jsonBody(sent)), http.StatusBadRequest, want)
		}
	})
}
