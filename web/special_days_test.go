package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// fields is a form with several values of a name.
func fields(pairs ...string) func(*http.Request) {
	v := url.Values{}
	for n := 0; n < len(pairs); n += 2 {
		v.Add(pairs[n], pairs[n+1])
	}
	return body("application/x-www-form-urlencoded", v.Encode())
}

// enter sends the form of the page.
func (s *site) enter(pairs ...string) answer {
	return s.ask(http.MethodPost, "/special-days", fields(pairs...))
}

// listed are the rows of the page, without who entered them when.
func (s *site) listed(target string, who ...func(*http.Request)) (rows []string) {
	s.t.Helper()
	status, page := s.get(target, who...)
	if status != http.StatusOK {
		s.t.Fatalf("%s: status %d", target, status)
	}
	for _, row := range texts(page.Find("table.special tbody tr")) {
		row, _, _ = strings.Cut(row, " Wed 25 Jan 2023")
		rows = append(rows, row)
	}
	return rows
}

func TestADateOrSeveralAreEnteredAndRemovedByTheForm(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDated()
		for _, tt := range []struct {
			pairs []string
			leads string
		}{
			{[]string{"scope", "store", "for_store", " changed ", "from", "2023-02-01", "to", "2023-02-03", "open", "closed", "note", " Repairs "}, "/special-days?store=changed"},
			{[]string{"scope", "group", "for_group", "Family", "from", "2023-01-23", "open", "hours", "start", "10:00", "end", "14:00", "start", "", "end", "", "start", "18:00", "end", "02:00"}, "/special-days?group=Family&when=past"},
			{[]string{"scope", "all", "from", "2023-12-25", "open", "closed", "note", "<b>Christmas</b>"}, "/special-days"},
		} {
			if a := s.enter(tt.pairs...); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != tt.leads {
				t.Fatalf("%q: %d to %s: %s", tt.pairs, a.StatusCode, a.Header.Get("Location"), text(a.page(t).Find("main")))
			}
		}
		days, err := entered.SpecialDays(t.Context(), s.db, entered.SpecialFilter{})
		if err != nil {
			t.Fatal(err)
		}
		var stored []string
		for _, d := range days {
			stored = append(stored, fmt.Sprintf("%s %s %d-%d %s", d.Subject, uptime.DateText(d.Date), d.Start, d.End, d.Note))
		}
		want := []string{
			"group Family 2023-01-23 36000-50400 ", "group Family 2023-01-23 64800-7200 ",
			"store changed 2023-02-01 86400-86400 Repairs", "store changed 2023-02-02 86400-86400 Repairs", "store changed 2023-02-03 86400-86400 Repairs",
			"all stores 2023-12-25 86400-86400 <b>Christmas</b>",
		}
		if diff := cmp.Diff(want, stored); diff != "" {
			t.Errorf("(-want +stored):\n%s", diff)
		}
		page := s.open("/special-days")
		if got := texts(page.Find("#special-days .filter-row a")); len(got) < 2 || got[0] != "To come 4" && got[0] != "To come4" {
			t.Errorf("the filters are %q", got)
		}
		if got := text(page.Find("table.special tbody tr").First()); !strings.HasPrefix(got, "Wed 1 Feb 2023 Repairs") && !strings.HasPrefix(got, "Wed 1 Feb 2023Repairs") {
			t.Errorf("the first is %s", got)
		}
		if page.Find("table.special b").Length() > 0 {
			t.Error("a note is taken for HTML")
		}
		a := s.ask(http.MethodPost, "/special-days/remove", fields("scope", "store", "name", "changed", "date", "2023-02-02", "store", "changed"))
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/special-days?store=changed" {
			t.Errorf("removed: %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		if got := s.listed("/special-days?store=changed"); len(got) != 3 || strings.Contains(strings.Join(got, " "), "2 Feb") {
			t.Errorf("what counts for the store: %q", got)
		}
		if got := s.listed("/special-days?store=night&when=past"); len(got) != 0 {
			t.Errorf("past days of others: %q", got)
		}
	})
}

// What is wrong is said at its field, and the form keeps what was typed.
func TestASpecialDayThatIsNoneIsRefusedAtItsField(t *testing.T) {
	s := onSQLite(t).withDated()
	usual := map[string]string{"scope": "group", "for_group": "Family", "from": "2023-02-01", "open": "closed", "note": "A & B"}
	for name, tt := range map[string]struct {
		change map[string]string
		at     string
		want   string
	}{
		"for nobody":        {map[string]string{"scope": ""}, "#day-scope-problem", "Choose for whom it is: a store, a group or all stores."},
		"another scope":     {map[string]string{"scope": "everybody"}, "#day-scope-problem", "Choose for whom it is"},
		"no group":          {map[string]string{"for_group": " "}, "#day-group-problem", "Enter the name of a group."},
		"unknown group":     {map[string]string{"for_group": "Nobody's"}, "#day-group-problem", "Choose a group of which you see every store."},
		"unknown store":     {map[string]string{"scope": "store", "for_store": "nowhere"}, "#day-store-problem", "Enter the id of a store that you see."},
		"no date":           {map[string]string{"from": ""}, "#day-from-problem", "Enter a date such as 2026-11-25."},
		"no such date":      {map[string]string{"from": "2023-02-29"}, "#day-from-problem", "Enter a date such as"},
		"another form":      {map[string]string{"from": "01/02/2023"}, "#day-from-problem", "Enter a date such as"},
		"too early":         {map[string]string{"from": "1999-12-31"}, ".problem", "Enter a date from 2000-01-01 to 2100-01-01."},
		"backwards":         {map[string]string{"to": "2023-01-31"}, "#day-to-problem", "Enter a date from 2023-02-01 to 2024-02-01."},
		"ten years":         {map[string]string{"to": "2033-01-31"}, "#day-to-problem", "Enter a date from 2023-02-01"},
		"half a time":       {map[string]string{"open": "hours", "start": "09:00"}, "#day-times-problem", "Enter times such as"},
		"26 o'clock":        {map[string]string{"open": "hours", "start": "09:00", "end": "26:00"}, "#day-times-problem", "Enter times such as 09:00 to 17:00. An end before the start is on the next day."},
		"no times":          {map[string]string{"open": "hours"}, "#day-times-problem", "Enter when it is open, or choose closed all day."},
		"both":              {map[string]string{"start": "09:00", "end": "17:00"}, "#day-times-problem", "Choose closed all day, or enter when it is open, not both."},
		"neither":           {map[string]string{"open": ""}, "#day-times-problem", "Choose closed all day or other hours."},
		"a novel as a note": {map[string]string{"note": strings.Repeat("ä", 501)}, "#day-note-problem", "Use at most 500 characters. This note has 501."},
	} {
		var pairs []string
		for field, value := range usual {
			if _, changed := tt.change[field]; !changed {
				pairs = append(pairs, field, value)
			}
		}
		for field, value := range tt.change {
			pairs = append(pairs, field, value)
		}
		a := s.enter(pairs...)
		page := a.page(t)
		if got := text(page.Find("#add " + tt.at)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %d %q", name, a.StatusCode, got)
		}
		for field, id := range map[string]string{"from": "#day-from", "to": "#day-to", "note": "#day-note", "start": "#day-start-0", "end": "#day-end-0", "for_store": "#day-store"} {
			typed, some := tt.change[field]
			if !some {
				typed = usual[field]
			}
			if got := page.Find(id).AttrOr("value", ""); got != typed {
				t.Errorf("%s: the field %s has %q, typed was %q", name, field, got, typed)
			}
		}
	}
	if got := s.listed("/special-days"); len(got) > 0 {
		t.Errorf("one of them was taken: %q", got)
	}
}

func TestHolidaysAreChosenFromTheListOfACountry(t *testing.T) {
	s := onSQLite(t).withDated()
	page := s.open("/special-days?country=US&year=2023&group=Family")
	if got := texts(page.Find("#holidays .holidays label")); len(got) < 11 || !strings.Contains(strings.Join(got, "|"), "Thanksgiving Day") || !strings.Contains(strings.Join(got, "|"), "Thu 23 Nov") {
		t.Fatalf("the holidays are %q", got)
	}
	if got := page.Find("#holiday-group option[selected]").AttrOr("value", ""); got != "Family" {
		t.Errorf("chosen is %q", got)
	}
	a := s.enter("country", "US", "year", "2023", "holiday", "2023-11-23", "holiday", "2023-12-25", "scope", "group", "for_group", "Family", "open", "closed")
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, text(a.page(t).Find("main")))
	}
	got := strings.Join(s.listed("/special-days"), "|")
	for _, want := range []string{"Thu 23 Nov 2023", "Thanksgiving Day", "Mon 25 Dec 2023", "Christmas Day", "Closed all day"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for name, tt := range map[string]struct {
		pairs    []string
		at, want string
	}{
		"none":           {nil, "#holiday-problem", "Choose at least one holiday."},
		"of no list":     {[]string{"holiday", "2023-11-24"}, "#holiday-problem", "Choose holidays from the list."},
		"of nobody here": {[]string{"holiday", "2023-11-23", "for_group", "Nobody's"}, "#holiday-group-problem", "Choose a group of which you see every store."},
	} {
		pairs := append([]string{"country", "US", "year", "2023", "scope", "group", "open", "closed"}, tt.pairs...)
		if name != "of nobody here" {
			pairs = append(pairs, "for_group", "Family")
		}
		a := s.enter(pairs...)
		page := a.page(t)
		if got := text(page.Find(tt.at)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %d %q", name, a.StatusCode, got)
		}
		if chosen := page.Find("#holidays input[type=checkbox][checked]").Length(); name == "of nobody here" && chosen != 1 {
			t.Errorf("%s: %d boxes are still ticked", name, chosen)
		}
	}
	for query, want := range map[string]string{"country=XX": "Choose a country from the list.", "country=US&year=1850": "Enter a year from 2000 to 2099."} {
		if got := text(s.open("/special-days?" + query).Find("#holidays .problem")); !strings.Contains(got, want) {
			t.Errorf("%s: %q", query, got)
		}
	}
}

// An owner changes what all stores of are within reach, and sees what touches one of them.
func TestAnOwnerEntersSpecialDaysOfTheirOwnStoresOnly(t *testing.T) {
	s := onSQLite(t).withDated()
	s.special(specialDay(entered.All, "2023-02-01", "Of all"), specialDay(entered.Group("Family"), "2023-02-02", "Of the family"),
		specialDay(entered.Store("night"), "2023-02-03", "Secret"), specialDay(entered.Group("Gone"), "2023-02-04", "Secret as well"))
	family, single := s.as(s.person(access.Owner, reach.Of([]string{"Family"}, nil))), s.as(s.person(access.Owner, reach.Of(nil, []string{"old"})))
	viewer := s.as(s.person(access.Viewer, reach.Of([]string{"Family"}, nil)))
	for name, tt := range map[string]struct {
		who      func(*http.Request)
		removals int
	}{"family": {family, 1}, "single": {single, 0}, "viewer": {viewer, 0}} {
		_, page := s.get("/special-days", tt.who)
		rows := strings.Join(texts(page.Find("table.special tbody tr")), "|")
		if strings.Contains(rows, "Secret") || !strings.Contains(rows, "Of all") || !strings.Contains(rows, "Of the family") {
			t.Errorf("%s sees %s", name, rows)
		}
		if got := page.Find("table.special form").Length(); got != tt.removals {
			t.Errorf("%s can remove %d", name, got)
		}
		if got := page.Find("#add").Length(); (got > 0) != (name != "viewer") {
			t.Errorf("%s has %d forms", name, got)
		}
		if page.Find("#day-scope-all").Length() > 0 {
			t.Errorf("%s is offered all stores", name)
		}
		if got := page.Find("#day-group option").Length(); (got > 0) != (name == "family") {
			t.Errorf("%s is offered %d groups", name, got)
		}
	}
	for _, tt := range []struct {
		name   string
		who    func(*http.Request)
		status int
		pairs  []string
	}{
		{"their group", family, 303, []string{"scope", "group", "for_group", "Family"}},
		{"their store", family, 303, []string{"scope", "store", "for_store", "old"}},
		{"all", family, 422, []string{"scope", "all"}},
		{"a store of others", family, 422, []string{"scope", "store", "for_store", "night"}},
		{"a group of others", family, 422, []string{"scope", "group", "for_group", "Gone"}},
		{"the group of their store", single, 422, []string{"scope", "group", "for_group", "Family"}},
		{"their only store", single, 303, []string{"scope", "store", "for_store", "old"}},
		{"anything, by a viewer", viewer, 403, []string{"scope", "group", "for_group", "Family"}},
	} {
		a := s.ask(http.MethodPost, "/special-days", tt.who, fields(append(tt.pairs, "from", "2023-03-01", "open", "closed")...))
		if a.StatusCode != tt.status {
			t.Errorf("%s: %d %s", tt.name, a.StatusCode, text(a.page(t).Find("main .problem")))
		}
		if strings.Contains(a.body, "Secret") {
			t.Errorf("%s: the answer tells what others entered", tt.name)
		}
	}
	if a := s.ask(http.MethodPost, "/special-days/remove", single, fields("scope", "group", "name", "Family", "date", "2023-02-02")); a.StatusCode != http.StatusNotFound {
		t.Errorf("removed by who has one store of it: %d", a.StatusCode)
	}
	if a := s.ask(http.MethodPost, "/special-days/remove", family, fields("scope", "all", "name", "", "date", "2023-02-01")); a.StatusCode != http.StatusNotFound {
		t.Errorf("removed for all: %d", a.StatusCode)
	}
	days, err := entered.SpecialDays(t.Context(), s.db, entered.SpecialFilter{})
	if err != nil || len(days) != 6 {
		t.Errorf("%d rows are stored, want 6: %v", len(days), err)
	}
	if last := days[len(days)-1]; last.By == "" {
		t.Errorf("nobody is named for %+v", last)
	}
	_, page := s.get("/audit?action=special-day.add", s.as(s.person(access.Operator, reach.All())))
	if got := text(page.Find("main")); !strings.Contains(got, "added special days") || !strings.Contains(got, "2023-03-01, closed all day") || !strings.Contains(got, "Group Family") {
		t.Errorf("the audit log says %s", got)
	}
}

func TestASpecialDayChangesTheFiguresOfItsDateAtOnce(t *testing.T) {
	s := onSQLite(t).withDated()
	url := "/stores/night?day=2023-01-23"
	for range 2 { // made, and kept
		if got := text(s.open(url).Find("#explain .panel")); !strings.Contains(got, "= open 8 h") {
			t.Fatal(got)
		}
	}
	s.enter("scope", "store", "for_store", "night", "from", "2023-01-23", "open", "closed", "note", "Storm")
	if got := text(s.open(url).Find("#explain .panel")); !strings.Contains(got, "Storm") || !strings.Contains(got, "= open 2 h") {
		t.Errorf("after it was entered: %s", got)
	}
	if got := text(s.open("/stores/night").Find("#ninety")); !strings.Contains(got, "closed: Storm") {
		t.Errorf("the history says %s", got)
	}
	s.ask(http.MethodPost, "/special-days/remove", fields("scope", "store", "name", "night", "date", "2023-01-23"))
	if got := text(s.open(url).Find("#explain .panel")); strings.Contains(got, "Storm") || !strings.Contains(got, "= open 8 h") {
		t.Errorf("after it was removed: %s", got)
	}
}

func TestPagesLeadToTheSpecialDaysOfWhatTheyShow(t *testing.T) {
	s := onSQLite(t).withDated()
	for target, link := range map[string]string{"/stores": "/special-days", "/?group=Family": "/special-days?group=Family", "/stores/old": "/special-days?store=old"} {
		if s.open(target).Find(`main a[href="`+link+`"]`).Length() != 1 {
			t.Errorf("%s has no link to %s", target, link)
		}
	}
}

func TestTheListOfSpecialDaysIsShownInParts(t *testing.T) {
	s := onSQLite(t).withDated()
	if a := s.enter("scope", "group", "for_group", "Family", "from", "2023-03-01", "to", "2023-05-29", "open", "closed"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	if first, second := s.listed("/special-days"), s.listed("/special-days?page=2"); len(first) != 50 || len(second) != 40 || first[0] == second[0] {
		t.Errorf("%d and %d are listed", len(first), len(second))
	}
	if got := text(s.open("/stores/changed").Find("#hours")); !strings.Contains(got, "and 80 more to come") {
		t.Errorf("the store says %s", got)
	}
	for _, wrong := range []string{"when=never", "page=x", "year=abc"} {
		if status, _ := s.get("/special-days?" + wrong); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", wrong, status)
		}
	}
}
