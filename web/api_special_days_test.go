package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/reach"
)

const specialAPI = "/api/v1/special-days"

// apiDay is a special day as the API answers it.
type apiDay struct {
	Scope, Date string
	Name, Note  *string
	Closed      bool
	Hours       []struct{ Start, End string }
	EnteredBy   *string `json:"entered_by"`
}

func (d apiDay) String() string {
	name, note := "", ""
	if d.Name != nil {
		name = *d.Name
	}
	if d.Note != nil {
		note = *d.Note
	}
	return fmt.Sprintf("%s %s %s %t %v %s", d.Scope, name, d.Date, d.Closed, d.Hours, note)
}

type apiDayList struct {
	Total       int
	DataVersion int64    `json:"data_version"`
	SpecialDays []apiDay `json:"special_days"`
	NextCursor  *string  `json:"next_cursor"`
}

func (s *site) apiDays(query string, changes ...func(*http.Request)) apiDayList {
	s.t.Helper()
	return decode[apiDayList](s.t, s.call(http.MethodGet, specialAPI+query, changes...))
}

func (s *site) sendDays(json string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	return s.call(http.MethodPost, specialAPI, append(changes, body("application/json", json))...)
}

func TestScriptsAddListAndRemoveSpecialDays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDated()
		added := decode[apiDayList](t, s.sendDays(`{"scope":"group","name":"Family","date":"2023-11-23","note":"Thanksgiving Day"}`))
		if got, want := fmt.Sprint(added.SpecialDays), "[group Family 2023-11-23 true [] Thanksgiving Day]"; got != want || added.Total != 1 {
			t.Errorf("added: %s", got)
		}
		many := `{"special_days":[
			{"scope":"all","date":"2023-12-25","closed":true},
			{"scope":"store","name":"changed","date":"2023-12-24","hours":[{"start":"18:00","end":"02:00"},{"start":"09:00:30","end":"12:00"}]},
			{"scope":"store","name":"night","date":"2023-12-24","closed":false,"hours":[{"start":"09:00","end":"24:00"}],"note":"Eve"}]}`
		added = decode[apiDayList](t, s.sendDays(many))
		want := "[store changed 2023-12-24 false [{09:00:30 12:00:00} {18:00:00 02:00:00}]  store night 2023-12-24 false [{09:00:00 24:00:00}] Eve all  2023-12-25 true [] ]"
		if got := fmt.Sprint(added.SpecialDays); got != want {
			t.Errorf("added: %s\nwant %s", got, want)
		}
		// The same again changes nothing, not even the version of the data.
		before := s.apiDays("")
		added = decode[apiDayList](t, s.sendDays(many))
		if after := s.apiDays(""); after.DataVersion != before.DataVersion || added.DataVersion != before.DataVersion || after.Total != 4 {
			t.Errorf("sent again: version %d after %d, %d special days", after.DataVersion, before.DataVersion, after.Total)
		}
		for query, want := range map[string]int{
			"?scope=all": 1, "?scope=store": 0, "?scope=store&name=changed": 1, "?scope=group&name=Family": 1, "?scope=group&name=family": 0,
			"?store=changed": 3, "?store=night": 2, "?group=Family": 3, "?store=nowhere": 1, "?from=2023-12-24": 3, "?to=2023-12-24": 3, "?from=2023-12-24&to=2023-12-24": 2,
		} {
			if query == "?scope=store" {
				refused(t, s.call(http.MethodGet, specialAPI+query), http.StatusBadRequest, "name: expected the id of a store or the name of a group, found nothing")
				continue
			}
			if got := s.apiDays(query); got.Total != want || len(got.SpecialDays) != want {
				t.Errorf("%s: %v, want %d", query, got.SpecialDays, want)
			}
		}
		// Replaced as a whole.
		s.sendDays(`{"scope":"store","name":"changed","date":"2023-12-24"}`)
		if got := fmt.Sprint(s.apiDays("?scope=store&name=changed").SpecialDays); got != "[store changed 2023-12-24 true [] ]" {
			t.Errorf("replaced: %s", got)
		}
		for _, query := range []string{"?scope=store&name=changed&date=2023-12-24&date=2023-12-31", "?scope=store&name=changed&date=2023-12-24", "?scope=all&date=2023-12-25", "?scope=group&name=Gone&date=2023-12-25"} {
			if a := s.call(http.MethodDelete, specialAPI+query); a.StatusCode != http.StatusNoContent {
				t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
			}
		}
		if got := fmt.Sprint(s.apiDays("").SpecialDays); strings.Contains(got, "changed") || strings.Contains(got, "all") {
			t.Errorf("after they were removed: %s", got)
		}
	})
}

func TestAListOfSpecialDaysComesInPieces(t *testing.T) {
	s := onSQLite(t).withDated()
	s.enter("scope", "group", "for_group", "Family", "from", "2023-03-01", "to", "2023-03-07", "open", "hours", "start", "10:00", "end", "11:00", "start", "12:00", "end", "13:00")
	var dates []string
	query := "?limit=3"
	for range 4 {
		piece := s.apiDays(query)
		for _, d := range piece.SpecialDays {
			dates = append(dates, d.Date)
		}
		if piece.NextCursor == nil {
			break
		}
		query = "?limit=3&cursor=" + url.QueryEscape(*piece.NextCursor)
	}
	if got := strings.Join(dates, " "); got != "2023-03-01 2023-03-02 2023-03-03 2023-03-04 2023-03-05 2023-03-06 2023-03-07" {
		t.Errorf("the pieces have %s", got)
	}
	next := s.apiDays("?limit=3").NextCursor
	refused(t, s.call(http.MethodGet, specialAPI+"?scope=all&cursor="+url.QueryEscape(*next)), http.StatusBadRequest, "cursor: expected")
	s.special(specialDay(entered.All, "2023-03-01", "New"))
	if days := s.apiDays("?limit=3&cursor=" + url.QueryEscape(*next)).SpecialDays; len(days) != 3 || days[0].Date != "2023-03-04" {
		t.Errorf("after another day before it, the list goes on with %v", days)
	}
}

func TestSpecialDaysThatAreNoneAreRefusedWithTheirField(t *testing.T) {
	s := onSQLite(t).withDated()
	for json, want := range map[string]string{
		``:                                      "found nothing",
		`[]`:                                    "The body: expected",
		`{}`:                                    "scope: expected store, group or all, found",
		`{"scope":"all","date":"2023-11-23"} x`: `found {"scope":"all","date":"2023-11-23"} x`,
		`{"scope":"all"}`:                       "date: expected a date such as 2023-01-25, found nothing",
		`{"scope":"all","date":20231123}`:       "date: expected a text, found number",
		`{"scope":"all","date":"2023-11-31"}`:   "date: expected a date such as 2023-01-25, found 2023-11-31",
		`{"scope":"all","date":"2100-01-02"}`:   "date: expected 2000-01-01 to 2100-01-01, found 2100-01-02",
		`{"scope":"all","name":"x","date":"2023-11-23"}`:                                              "name: expected no name with the scope all, found x",
		`{"scope":"store","date":"2023-11-23"}`:                                                       "name: expected the id of a store",
		`{"scope":"all","date":"2023-11-23","hour":[{"start":"09:00","end":"10:00"}]}`:                "found a field that is not known, hour",
		`{"scope":"all","date":"2023-11-23","hours":[{"start":"09:00","end":"10:00"},{"start":"9"}]}`: "hours[1]: expected times such as 09:00 to 17:00",
		`{"scope":"all","date":"2023-11-23","hours":[{"start":"24:00","end":"10:00"}]}`:               "hours[0]: expected times",
		`{"scope":"all","date":"2023-11-23","hours":[{"start":"09:00","end":"26:00"}]}`:               "found 09:00 to 26:00",
		`{"scope":"all","date":"2023-11-23","closed":false}`:                                          "closed: expected true without hours, or false with some, found false with 0",
		`{"scope":"all","date":"2023-11-23","closed":true,"hours":[{"start":"09:00","end":"10:00"}]}`: "found true with 1",
		`{"scope":"all","date":"2023-11-23","note":"` + strings.Repeat("x", 501) + `"}`:               "note: expected at most 500 characters, found 501",
		`{"special_days":[]}`: "special_days: expected 1 to 1000, found 0",
		`{"scope":"all","special_days":[{"scope":"all","date":"2023-11-23"}]}`:                                            "special_days: expected either a list or the fields of one special day, found both",
		`{"special_days":[{"scope":"all","date":"2023-11-23"},{"scope":"all","date":"soon"}]}`:                            "special_days[1].date: expected a date such as 2023-01-25, found soon",
		`{"special_days":[{"scope":"all","date":"2023-11-23"},{"scope":"all","date":"2023-11-23"}]}`:                      "special_days[1].date: expected each date of all stores once, found 2023-11-23 twice",
		`{"special_days":[` + strings.Repeat(`{"scope":"all"},`, 1000) + `{"scope":"all"}]}`:                              "special_days: expected 1 to 1000, found 1,001",
		`{"scope":"all","date":"2023-11-23","hours":[` + strings.Repeat(`{"start":"09:00","end":"10:00"},`, 3) + `null]}`: "hours[3]: expected times",
	} {
		refused(t, s.sendDays(json), http.StatusBadRequest, want)
	}
	for json, want := range map[string]string{
		`{"scope":"store","name":"nowhere","date":"2023-11-23"}`:                                                        "name: expected a store within reach",
		`{"scope":"group","name":"Nobody's","date":"2023-11-23"}`:                                                       "name: expected a store within reach",
		`{"special_days":[{"scope":"all","date":"2023-11-23"},{"scope":"store","name":"nowhere","date":"2023-11-23"}]}`: "name: expected",
	} {
		refused(t, s.sendDays(json), http.StatusNotFound, want)
	}
	refused(t, s.call(http.MethodPost, specialAPI, body("text/plain", `{"scope":"all","date":"2023-11-23"}`)), http.StatusUnsupportedMediaType, "Expected application/json, found text/plain.")
	for query, want := range map[string]string{
		"": "scope: expected", "?scope=all": "date: expected a date such as 2023-01-25, found nothing", "?scope=all&date=": "found nothing",
		"?scope=all&date=2023-11-23&date=never": "found never", "?scope=store&date=2023-11-23": "name: expected",
	} {
		refused(t, s.call(http.MethodDelete, specialAPI+query), http.StatusBadRequest, want)
	}
	for query, want := range map[string]string{"?from=x": "from: expected", "?to=2023-02-30": "to: expected", "?name=x": "scope: expected", "?scope=x": "scope: expected", "?limit=0": "limit: expected"} {
		refused(t, s.call(http.MethodGet, specialAPI+query), http.StatusBadRequest, want)
	}
	if got := s.apiDays(""); got.Total != 0 {
		t.Errorf("some were taken: %v", got.SpecialDays)
	}
}

// Another site's page must not act in the name of a visitor of ours.
func TestAnotherSiteCannotEnterOrRemoveSpecialDays(t *testing.T) {
	s := onSQLite(t).withDated()
	s.special(specialDay(entered.All, "2023-02-01", "Mine"))
	foreign := func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
	}
	for _, a := range []answer{
		s.ask(http.MethodPost, specialAPI, foreign, body("application/json", `{"scope":"all","date":"2023-03-01"}`)),
		s.ask(http.MethodDelete, specialAPI+"?scope=all&date=2023-02-01", foreign),
		s.ask(http.MethodPost, "/special-days", foreign, fields("scope", "all", "from", "2023-03-01", "open", "closed")),
		s.ask(http.MethodPost, "/special-days/remove", foreign, fields("scope", "all", "date", "2023-02-01")),
	} {
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("status %d: %s", a.StatusCode, a.body)
		}
	}
	if got := s.apiDays(""); got.Total != 1 {
		t.Errorf("there are %v", got.SpecialDays)
	}
}

func TestAKeySeesAndChangesSpecialDaysOfItsReachOnly(t *testing.T) {
	s := onSQLite(t).withDated()
	operator, owner := s.person(access.Operator, reach.All()), s.person(access.Owner, reach.Of([]string{"Family"}, nil))
	s.special(specialDay(entered.All, "2023-02-01", "Of all"), specialDay(entered.Store("night"), "2023-02-03", "Secret"), specialDay(entered.Group("Night owls"), "2023-02-03", "Secret"))
	all, read, own := withKey(s.key(operator, access.AdminScope, reach.All())), withKey(s.key(operator, access.ReadScope, reach.Of([]string{"Family"}, nil))), s.as(owner)
	if got := s.apiDays("", read); got.Total != 1 || got.SpecialDays[0].Scope != "all" {
		t.Errorf("within reach: %v", got.SpecialDays)
	}
	if got := s.apiDays("?store=night", read); got.Total != 1 {
		t.Errorf("of a store out of reach: %v", got.SpecialDays)
	}
	const thanksgiving = `{"scope":"group","name":"Family","date":"2023-11-23"}`
	refused(t, s.sendDays(thanksgiving, read), http.StatusForbidden, "Entering special days is for owners and operators.")
	refused(t, s.sendDays(`{"scope":"all","date":"2023-11-23"}`, own), http.StatusForbidden, "all stores is for people who see all of them")
	refused(t, s.sendDays(`{"scope":"store","name":"night","date":"2023-11-23"}`, own), http.StatusNotFound, "name: expected a store within reach")
	refused(t, s.call(http.MethodDelete, specialAPI+"?scope=store&name=night&date=2023-02-03", own), http.StatusNotFound, "name: expected a store within reach")
	refused(t, s.call(http.MethodDelete, specialAPI+"?scope=all&date=2023-02-01", own), http.StatusForbidden, "all stores")
	for _, who := range []func(*http.Request){own, all} {
		added := decode[apiDayList](t, s.sendDays(thanksgiving, who))
		if len(added.SpecialDays) != 1 || added.SpecialDays[0].EnteredBy == nil {
			t.Errorf("added: %v", added.SpecialDays)
		}
	}
	if got := s.apiDays("", all); got.Total != 4 {
		t.Errorf("all: %v", got.SpecialDays)
	}
}
