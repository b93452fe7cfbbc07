package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

type digestJSON struct {
	ID, Scope, Name, Every, Time, Zone string
	Day                                *int
	Channels                           []string
	NextAt                             string `json:"next_at"`
}

func TestADigestIsKeptAndSentByScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Viewer, reach.Of([]string{"Kowalski"}, nil))
		who, c := s.as(a), s.addChannel(a.ID, true)
		added := done[digestJSON](s, 201, http.MethodPost, "/api/v1/digests", who, jsonBody(`{"scope":"group","name":"Kowalski","every":"weekly","day":0,"time":"07:00","zone":"America/Chicago","channels":["`+c.ID+`"],"when_nothing":true}`))
		at := "/api/v1/digests/" + added.ID
		if added.Day == nil || *added.Day != 0 || added.Time != "07:00" || added.NextAt != "2023-01-30T13:00:00.000000Z" {
			t.Errorf("it is %+v", added)
		}
		changed := done[digestJSON](s, 200, http.MethodPatch, at, who, jsonBody(`{"every":"daily","time":"08:00"}`))
		if changed.Day != nil || changed.Time != "08:00" || changed.Name != "Kowalski" || len(changed.Channels) != 1 {
			t.Errorf("changed, it is %+v", changed)
		}
		says := done[struct {
			Stores  int
			Sent    bool
			Message struct{ Title string }
		}](s, 200, http.MethodGet, at+"/message", who)
		if says.Stores != 1 || !says.Sent || says.Message.Title == "" {
			t.Errorf("it would say %+v", says)
		}
		done[digestJSON](s, 202, http.MethodPost, at+"/send", who)
		if got := s.said(); len(got) != 1 || got[0] != says.Message.Title {
			t.Errorf("%q was sent, want %q", got, says.Message.Title)
		}
		if list := s.call(http.MethodGet, "/api/v1/digests", who); !strings.Contains(list.body, added.ID) {
			t.Errorf("the list is %s", list.body)
		}
		s.call(http.MethodPost, "/api/v1/channels/"+c.ID+"/disable", who)
		refused(t, s.call(http.MethodPost, at+"/send", who), http.StatusConflict, "None of its channels works")
		s.gone(at, who)
	})
}

func TestEachFieldOfADigestIsRefusedByItsName(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Owner, reach.All())
	c, foreign := s.addChannel(a.ID, true), s.addChannel(other.ID, true)
	const of, when, zone = `"scope":"all",`, `"every":"daily","time":"07:00",`, `"zone":"UTC",`
	to := `"channels":["` + c.ID + `"]`
	for sent, want := range map[string]string{
		when + zone + to: "scope: expected store, group or all, found nothing",
		`"scope":"group","name":"Lopez",` + when + zone + to:              "name: expected a group of which you see a store, found Lopez",
		`"scope":"store","name":"taco",` + when + zone + to:               "name: expected the id of a store that you see, found taco",
		of + `"every":"hourly","time":"07:00",` + zone + to:               "every: expected ",
		of + `"every":"cron","time":"07:00",` + zone + to:                 ": expected ",
		of + `"every":"weekly","time":"07:00",` + zone + to:               "day: expected 0 (Monday) to 6 (Sunday) of a week, or 1 to 31 of a month, found nothing",
		of + `"every":"weekly","day":7,"time":"07:00",` + zone + to:       "day: expected a day of the week, 0 (Monday) to 6 (Sunday), found 7",
		of + `"every":"monthly","day":0,"time":"07:00",` + zone + to:      "day: expected a day of the month, 1 to 31, found 0",
		of + `"every":"monthly","day":"last","time":"07:00",` + zone + to: "day: expected a whole number",
		of + `"every":"daily","time":"7 am",` + zone + to:                 "time: expected a time such as 07:00, found ",
		of + when + `"zone":"Nowhere/Land",` + to:                         "zone: expected a time zone such as America/Chicago, found Nowhere/Land",
		of + when + zone + `"channels":["` + foreign.ID + `"]`:            "channels: expected channels of your own",
		of + when + zone + `"channels":[]`:                                "channels: expected ",
		of + when + zone + to + `,"when_nothing":"yes"`:                   "when_nothing: expected true or false",
		of + when + zone + to + `,"cron":"0 7 * * *"`:                     "a field that is not known",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/digests", s.as(a), jsonBody("{"+sent+"}")), http.StatusBadRequest, want)
	}
	own := s.addDigest(a.ID)
	if page := s.ask(http.MethodPost, "/digests", s.as(a), form("scope", "all", "every", "weekly", "weekday", "9", "time", "07:00", "zone", "UTC", "channel", c.ID)); page.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the form with a ninth weekday is answered with %d", page.StatusCode)
	}
	refused(t, s.call(http.MethodPatch, "/api/v1/digests/"+own.ID, s.as(a), jsonBody(`{"zone":null}`)), http.StatusBadRequest, "zone: expected something other than null")
}
