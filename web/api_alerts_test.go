package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/reach"
)

// jsonBody is a body of JSON.
func jsonBody(text string) func(*http.Request) { return body("application/json", text) }

// done asks as a script does, and is what the answer says, which must have a status.
func done[T any](s *site, status int, method, target string, changes ...func(*http.Request)) T {
	s.t.Helper()
	a := s.call(method, target, changes...)
	if a.StatusCode != status {
		s.t.Fatalf("%s %s: status %d, want %d: %s", method, target, a.StatusCode, status, a.body)
	}
	return decode[T](s.t, a)
}

// gone asks for something that has no body.
func (s *site) gone(target string, changes ...func(*http.Request)) {
	s.t.Helper()
	if a := s.call(http.MethodDelete, target, changes...); a.StatusCode != http.StatusNoContent {
		s.t.Fatalf("DELETE %s: status %d: %s", target, a.StatusCode, a.body)
	}
	if a := s.call(http.MethodGet, target, changes...); a.StatusCode != http.StatusNotFound {
		s.t.Errorf("GET %s, which was removed: status %d", target, a.StatusCode)
	}
}

type alertRuleJSON struct {
	ID, Kind, Scope, Name, Zone string
	After                       int  `json:"after_minutes"`
	Remind                      int  `json:"remind_minutes"`
	Again                       int  `json:"again_minutes"`
	TellBack                    bool `json:"tell_back"`
	Enabled                     bool
	Quiet                       *struct{ From, To string }
	Channels                    []string
}

func TestARuleIsKeptByScriptsAsByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		who, channel := s.as(a), s.addChannel(a.ID, true)
		added := s.call(http.MethodPost, "/api/v1/alerts", who, jsonBody(`{"kind":"offline","scope":"group","name":"Kowalski","quiet":{"from":"23:00","to":"07:00"},"zone":"America/Chicago","remind_minutes":240,"channels":["`+channel.ID+`"]}`))
		rule := decode[alertRuleJSON](t, added)
		at := "/api/v1/alerts/" + rule.ID
		if added.StatusCode != http.StatusCreated || added.Header.Get("Location") != at || rule.After != 30 || rule.Again != 60 || !rule.TellBack || !rule.Enabled || rule.Quiet.From != "23:00" || rule.Channels[0] != channel.ID {
			t.Fatalf("status %d, %s", added.StatusCode, added.body)
		}
		changed := done[alertRuleJSON](s, 200, http.MethodPatch, at, who, jsonBody(`{"after_minutes":120,"quiet":null,"remind_minutes":null}`))
		if changed.After != 120 || changed.Quiet != nil || changed.Remind != 0 || changed.Name != "Kowalski" || changed.Zone != "America/Chicago" || len(changed.Channels) != 1 {
			t.Errorf("changed, it is %+v", changed)
		}
		if off := done[alertRuleJSON](s, 200, http.MethodPost, at+"/disable", who); off.Enabled {
			t.Error("it is still on")
		}
		if on := done[alertRuleJSON](s, 200, http.MethodPost, at+"/enable", who); !on.Enabled {
			t.Error("it is still off")
		}
		done[alertRuleJSON](s, 201, http.MethodPost, "/api/v1/alerts", who, jsonBody(`{"kind":"offline","scope":"store","name":"kettle"}`))
		first := done[struct {
			Rules []alertRuleJSON
			Next  string `json:"next_cursor"`
		}](s, 200, http.MethodGet, "/api/v1/alerts?limit=1", who)
		rest := s.call(http.MethodGet, "/api/v1/alerts?limit=1&cursor="+first.Next, who)
		if len(first.Rules) != 1 || first.Rules[0].ID != rule.ID || !strings.Contains(rest.body, `"kettle"`) || strings.Contains(rest.body, rule.ID) {
			t.Errorf("the list has %+v, then %s", first, rest.body)
		}
		if page := text(s.ask(http.MethodGet, "/alerts", who).page(t).Find("#rules")); !strings.Contains(page, "a store of Kowalski is offline for 2 hours") {
			t.Errorf("the page has %q", page)
		}
		s.gone(at, who)
		key := withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All()))
		for action, want := range map[string]int{"alert-rule.add": 2, "alert-rule.change": 3, "alert-rule.remove": 1} {
			if records := s.audited("action="+action, key); len(records) != want || records[len(records)-1].Target.ID != rule.ID || records[0].Target.Kind != "alert-rule" {
				t.Errorf("the log has of %s: %v", action, records)
			}
		}
	})
}

func TestEachFieldOfARuleIsRefusedByItsName(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Owner, reach.All())
	foreign := s.addChannel(other.ID, true)
	rule := s.addRule(a.ID, entered.All)
	const ruled = `"kind":"offline","scope":"all"`
	for sent, want := range map[string]string{
		`{"kind":"earthquake","scope":"all"}`:                                "kind: expected offline, no_data, polls_stale, import_failed or source_failing, found earthquake",
		`{"scope":"all"}`:                                                    "kind: expected ",
		`{"kind":3}`:                                                         "kind: expected a text, found number",
		`{"kind":"offline"}`:                                                 "scope: expected store, group or all, found nothing",
		`{"kind":"offline","scope":"group"}`:                                 "name: expected ",
		`{"kind":"offline","scope":"group","name":"Lopez"}`:                  "name: expected a group of which you see a store, found Lopez",
		`{"kind":"offline","scope":"store","name":"taco"}`:                   "name: expected the id of a store that you see, found taco",
		`{"kind":"offline","scope":"store","name":"a\u0000b"}`:               "name: expected text in UTF-8",
		`{"kind":"offline","scope":"all","name":"Lopez"}`:                    "name: expected no name with the scope all, found Lopez",
		`{"kind":"polls_stale","scope":"group","name":"Kowalski"}`:           "scope: expected all",
		`{` + ruled + `,"after_minutes":-1}`:                                 "after_minutes: expected a number of minutes such as 30, found -1",
		`{` + ruled + `,"after_minutes":60000}`:                              "after_minutes: expected 0 min to 2 d",
		`{` + ruled + `,"after_minutes":1.5}`:                                "after_minutes: expected a whole number",
		`{"kind":"no_data","scope":"all","after_minutes":5}`:                 "after_minutes: expected 1 h 30 min to 2 d",
		`{` + ruled + `,"again_minutes":99999}`:                              "again_minutes: expected 1 min",
		`{` + ruled + `,"remind_minutes":1}`:                                 "remind_minutes: expected 0 for never, or 15 min",
		`{` + ruled + `,"quiet":{"from":"25:00","to":"07:00"},"zone":"UTC"}`: "quiet.from: expected a time such as 23:00, found 25:00",
		`{` + ruled + `,"quiet":{"from":"23:00"},"zone":"UTC"}`:              "quiet.to: expected a time such as 07:00, found nothing",
		`{` + ruled + `,"quiet":{"from":"23:00","to":"23:00"},"zone":"UTC"}`: "quiet: expected an end that is not the start",
		`{` + ruled + `,"quiet":{"from":"23:00","to":"07:00"}}`:              "zone: expected a name of the IANA time zone database",
		`{` + ruled + `,"zone":"Nowhere/Land"}`:                              "zone: expected a name of the IANA time zone database",
		`{` + ruled + `,"channels":["` + foreign.ID + `"]}`:                  "channels: expected channels of your own",
		`{` + ruled + `,"channels":"all"}`:                                   "channels: expected a list",
		`{` + ruled + `,"tell_back":"yes"}`:                                  "tell_back: expected true or false",
		`{` + ruled + `,"owner":"me"}`:                                       "a field that is not known, ",
		``:                                                                   "found nothing",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/alerts", s.as(a), jsonBody(sent)), http.StatusBadRequest, want)
		refused(t, s.call(http.MethodPost, "/api/v1/alerts/backtest", s.as(a), jsonBody(sent)), http.StatusBadRequest, want)
	}
	refused(t, s.call(http.MethodPost, "/api/v1/alerts", s.as(a), jsonBody(`{"kind":"import_failed"}`)), http.StatusForbidden, "kind: imports and sources are about all stores")
	refused(t, s.call(http.MethodPatch, "/api/v1/alerts/"+rule.ID, s.as(a), jsonBody(`{"kind":null}`)), http.StatusBadRequest, "kind: expected something other than null")
	refused(t, s.call(http.MethodPatch, "/api/v1/alerts/"+rule.ID, s.as(a), jsonBody(`{"scope":"group","name":"Lopez"}`)), http.StatusBadRequest, "name: expected a group of which you see a store")
	for query, want := range map[string]string{"state=old": "state: expected open or ended, found old", "rule=none": "rule: expected the id of a rule, found none", "limit=0": "limit: ", "cursor=x": "cursor: "} {
		refused(t, s.call(http.MethodGet, "/api/v1/alerts/incidents?"+query, s.as(a)), http.StatusBadRequest, want)
	}
	for until, want := range map[string]string{
		"": "a date such as 2023-01-25, found nothing", "soon": "a date such as 2023-01-25, found soon",
		"2023-01-24": "a date from 2023-01-25 to 2025-01-24, found", "2030-01-01": "a date from 2023-01-25 to 2025-01-24, found",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/stores/kettle/pause", s.as(a), jsonBody(`{"until":"`+until+`"}`)), http.StatusBadRequest, "until: expected "+want)
	}
}

func TestWhatARuleWouldHaveSentIsToldToScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withFlapping()
		who := s.as(s.person(access.Viewer, reach.All()))
		tried := done[struct {
			From, To  string
			Stores    int
			Incidents int
			Messages  []struct {
				At      string
				Message struct{ Title string }
			}
		}](s, 200, http.MethodPost, "/api/v1/alerts/backtest", who, jsonBody(`{"kind":"offline","scope":"all","after_minutes":0}`))
		if tried.Stores == 0 || tried.Incidents == 0 || len(tried.Messages) == 0 || tried.Messages[0].Message.Title == "" || tried.From == "" {
			t.Errorf("it would have sent %+v", tried)
		}
		if rules := s.call(http.MethodGet, "/api/v1/alerts", who); !strings.Contains(rules.body, `"rules":[]`) {
			t.Errorf("a rule that was only tried is there: %s", rules.body)
		}
	})
}

type incidentJSON struct {
	ID, State, Telling string
	Store              string `json:"store_id"`
	By                 string `json:"acknowledged_by"`
	At                 string `json:"acknowledged_at"`
}

type incidentsJSON struct {
	Incidents []incidentJSON
	Next      string `json:"next_cursor"`
}

func TestIncidentsAreListedNarrowedAndAcknowledgedByScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		who, rule, other := s.as(a), s.addRule(a.ID, entered.All), s.addRule(a.ID, entered.Store("kettle"))
		s.addIncident(rule, "taco") // of which they see nothing
		past := s.addIncident(other, "kettle", func(i *alerts.Incident) { i.Phase, i.Ending = alerts.Over, alerts.CameBack })
		open := s.addIncident(rule, "kettle")
		s.addIncident(s.addRule(s.person(access.Owner, reach.All()).ID, entered.All), "kettle") // somebody else's
		list := func(query string) (ids []string) {
			for at, pages := "/api/v1/alerts/incidents?limit=1&"+query, 0; pages < 5; pages++ {
				got := done[incidentsJSON](s, 200, http.MethodGet, at, who)
				for _, i := range got.Incidents {
					ids = append(ids, i.ID)
				}
				if got.Next == "" {
					break
				}
				at = "/api/v1/alerts/incidents?limit=1&" + query + "&cursor=" + got.Next
			}
			return ids
		}
		for query, want := range map[string]string{
			"": open.ID + " " + past.ID, "state=open": open.ID, "state=ended": past.ID, "rule=" + other.ID: past.ID,
			"store=kettle": open.ID + " " + past.ID, "store=taco": "", "rule=" + rule.ID + "&state=ended": "",
		} {
			if got := strings.Join(list(query), " "); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		known := done[incidentJSON](s, 200, http.MethodPost, "/api/v1/alerts/incidents/"+open.ID+"/acknowledge", who)
		if known.At == "" || known.By == "" || known.Telling != "Sent" || known.Store != "kettle" || known.State != "going" {
			t.Errorf("acknowledged, it is %+v", known)
		}
		s.addIncident(rule, "kettle", func(i *alerts.Incident) { i.Began-- })
		for _, want := range []int{1, 0} {
			if got := done[struct{ Acknowledged int }](s, 200, http.MethodPost, "/api/v1/alerts/incidents/acknowledge", who); got.Acknowledged != want {
				t.Errorf("%d were acknowledged at once, want %d", got.Acknowledged, want)
			}
		}
	})
}

func TestAScriptPausesAStoreForItsPersonAlone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		who, other := s.as(s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))), s.as(s.person(access.Viewer, reach.All()))
		paused := done[struct{ Until string }](s, 200, http.MethodPost, "/api/v1/stores/kettle/pause", who, jsonBody(`{"until":"2023-02-01"}`))
		if list := s.call(http.MethodGet, "/api/v1/alerts/pauses", who); paused.Until != "2023-02-01" || !strings.Contains(list.body, `{"store_id":"kettle","until":"2023-02-01"}`) {
			t.Errorf("paused until %s: %s", paused.Until, list.body)
		}
		if list := s.call(http.MethodGet, "/api/v1/alerts/pauses", other); !strings.Contains(list.body, `"pauses":[]`) {
			t.Errorf("others have paused it too: %s", list.body)
		}
		for range 2 {
			if a := s.call(http.MethodPost, "/api/v1/stores/kettle/resume", who); a.StatusCode != http.StatusNoContent {
				t.Errorf("resumed: status %d", a.StatusCode)
			}
		}
		if list := s.call(http.MethodGet, "/api/v1/alerts/pauses", who); !strings.Contains(list.body, `"pauses":[]`) {
			t.Errorf("it is still paused: %s", list.body)
		}
		for _, verb := range []string{"pause", "resume"} {
			refused(t, s.call(http.MethodPost, "/api/v1/stores/taco/"+verb, who, jsonBody(`{"until":"2023-02-01"}`)), http.StatusNotFound, "names a store taco")
		}
	})
}
