package web_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// withGroups are stores of two groups: 1 and 2 of Kettle, 3 of Tom & Co. One id is long.
func (s *site) withGroups() *site {
	s.load(
		polled("1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC", "2,active,2023-01-25 13:00:00 UTC",
			"8419537941919820732,inactive,2023-01-25 15:30:00 UTC"),
		file{"names.csv", modelstest.NamesFile("1,One,Kettle,", "2,=Two,Kettle,", "8419537941919820732,Three,Tom & Co,")},
	)
	return s
}

// figuresFeed makes the address of the newest figures as a person does, on the page of feeds.
func (s *site) figuresFeed(as func(*http.Request), fields ...string) (address string) {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/feeds", as, form(append([]string{"kind", "figures", "name", "Sheet"}, fields...)...))
	page := a.page(s.t)
	address = page.Find("#new-excel").AttrOr("value", "")
	if formula := page.Find("#new-sheets").AttrOr("value", ""); formula != `=IMPORTDATA("`+address+`")` {
		s.t.Errorf("the formula is %s", formula)
	}
	if a.StatusCode != http.StatusOK || !strings.HasSuffix(address, "/latest.csv") || a.Header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("status %d, %q: %s", a.StatusCode, address, text(page.Find("main")))
	}
	return strings.TrimPrefix(address, "http://example.com")
}

func TestTheNewestFiguresAreAReportMadeNow(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withGroups().excuse(t, `{"scope":"store","name":"1","from":"2023-01-25T12:00:00Z","to":"2023-01-25T13:00:00Z","category":"poller_fault"}`)
		owner, operator := s.person(access.Owner, reach.Of([]string{"Kettle"}, nil)), s.person(access.Operator, reach.All())
		for _, who := range []account{owner, operator} {
			key := withKey(s.key(who, access.ReportScope, who.Reach))
			for _, group := range []string{"", "Kettle"} {
				asked := s.ask(http.MethodPost, "/trigger_report", key, form("group", group))
				id := strings.Split(asked.body, `"`)[3]
				s.finish(s.claim(id))
				for of, latest := range map[string]string{
					"/report.csv": "", "/report.csv?corrected=true": "corrected=true", "/report.csv?corrected=false": "corrected=false&details=false",
				} {
					want := s.ask(http.MethodGet, "/reports/"+id+of, key)
					got := s.call(http.MethodGet, "/reports/latest.csv?group="+group+"&"+latest, key)
					if got.StatusCode != http.StatusOK || got.body != want.body || !strings.HasPrefix(got.body, "store_id,uptime_last_hour,") {
						t.Errorf("%s of %q: %s\n%swant\n%s", latest, group, got.Status, got.body, want.body)
					}
				}
				want, got := s.ask(http.MethodGet, "/api/v1/reports/"+id+"/details", key), s.call(http.MethodGet, "/reports/latest.csv?details=true&group="+group, key)
				if got.body != want.body || !strings.Contains(got.body, "downtime_least_last_hour") {
					t.Errorf("details of %q:\n%swant\n%s", group, got.body, want.body)
				}
				address := s.figuresFeed(s.as(who), "scope", map[bool]string{true: "all", false: "group"}[group == ""], "for_group", group)
				if a := s.ask(http.MethodGet, address); a.body != s.ask(http.MethodGet, "/reports/latest.csv?group="+group, s.as(who)).body || !strings.HasPrefix(a.body, "store_id,") {
					t.Errorf("by its address: %s %s", a.Status, a.body)
				}
			}
		}
	})
}

func TestTheNewestFiguresAreASpreadsheetWithoutAnID(t *testing.T) {
	s := onSQLite(t).withGroups()
	address := strings.Replace(s.figuresFeed(asNobody, "scope", "all"), ".csv", ".xlsx", 1)
	for _, target := range []string{"/reports/latest.xlsx", address} {
		a := s.ask(http.MethodGet, target)
		book, err := excelize.OpenReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatalf("%s: %s %v", target, a.Status, err)
		}
		rows, err := book.GetRows("Stores")
		if err != nil || len(rows) != 4 || rows[3][0] != "8419537941919820732" {
			t.Errorf("%s: %v %v", target, rows, err)
		}
		about, err := book.GetRows("About")
		if err != nil || fmt.Sprint(about[:2]) != "[[As of 2023-01-25 15:30:00 UTC] [Stores 3]]" {
			t.Errorf("%s: %v %v", target, about, err)
		}
		if again := s.ask(http.MethodGet, target); again.body != a.body {
			t.Errorf("%s is not the same again", target)
		}
	}
}

func TestTheNewestFiguresAreThoseOfNewPollsAndTargets(t *testing.T) {
	s := onSQLite(t)
	address := s.figuresFeed(asNobody, "scope", "all")
	if a := s.ask(http.MethodGet, address); a.StatusCode != http.StatusOK || strings.Count(a.body, "\n") != 1 {
		t.Errorf("without data: %s %q", a.Status, a.body)
	}
	s.withGroups()
	before := s.ask(http.MethodGet, address)
	tag := s.ask(http.MethodGet, "/reports/latest.csv").Header.Get("ETag")
	if a := s.ask(http.MethodGet, "/reports/latest.csv", header("If-None-Match", tag)); a.StatusCode != http.StatusNotModified || tag == "" {
		t.Errorf("asked again with %q: %s", tag, a.Status)
	}
	s.load(polled("1,active,2023-01-25 17:00:00 UTC"))
	if after := s.ask(http.MethodGet, address); after.body == before.body {
		t.Errorf("after a new poll it says the same: %s", after.body)
	}
	if a := s.ask(http.MethodGet, "/reports/latest.csv", header("If-None-Match", tag)); a.StatusCode != http.StatusOK {
		t.Errorf("after a new poll: %s", a.Status)
	}
	details := func() string { return s.ask(http.MethodGet, address+"?details=true").body }
	first := details()
	s.ask(http.MethodPost, "/targets", form("scope", "all", "percent", "12.34"))
	if second := details(); first == second || !strings.Contains(second, "12.34") {
		t.Errorf("with a target:\n%s", second)
	}
}

func TestTheNewestFiguresAreRefusedToWhoMayNot(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withGroups()
		owner := s.person(access.Owner, reach.Of([]string{"Kettle"}, nil))
		for _, target := range []string{"/reports/latest.csv", "/reports/latest.xlsx"} {
			if a := s.call(http.MethodGet, target); a.StatusCode != http.StatusUnauthorized {
				t.Errorf("a program that did not sign in: %s", a.Status)
			}
			if a := s.call(http.MethodGet, target, withKey("lo_nothing")); a.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("with a wrong key: %s %s", a.Status, a.Header.Get("Content-Type"))
			}
			if a := s.ask(http.MethodGet, target, header("Accept", "text/html")); a.StatusCode != http.StatusSeeOther {
				t.Errorf("a browser that did not sign in: %s", a.Status)
			}
			// Groups of others are told from none by nothing.
			theirs, nobodys := s.ask(http.MethodGet, target+"?group=Tom+%26+Co", s.as(owner)), s.ask(http.MethodGet, target+"?group=Tom+%26+Ca", s.as(owner))
			if theirs.StatusCode != http.StatusBadRequest || strings.ReplaceAll(theirs.body, "Tom &amp; Co", "Tom &amp; Ca") != nobodys.body {
				t.Errorf("%s: %s %s, and %s", target, theirs.Status, text(theirs.page(t).Find("main")), text(nobodys.page(t).Find("main")))
			}
		}
		for _, query := range []string{"details=1", "corrected=yes", "details=true&details=false"} {
			if a := s.ask(http.MethodGet, "/reports/latest.csv?"+query, s.as(owner)); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %s", query, a.Status)
			}
		}
	})
}

// Whoever tries must not learn which addresses there were, and one that works leads to
// nothing but the figures.
func TestAddressesOfFiguresThatDoNotWorkAreNothingAtAll(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withGroups()
		now := s.clock()
		open := s.figuresFeed(asNobody, "scope", "all")
		s.person(access.Operator, reach.All())
		owner, gone := s.person(access.Owner, reach.Of([]string{"Kettle"}, nil)), s.person(access.Viewer, reach.All())
		short := s.figuresFeed(s.as(owner), "scope", "all", "days", "30")
		revoked, disabled, works := s.figuresFeed(s.as(owner), "scope", "group", "for_group", "Kettle"), s.figuresFeed(s.as(gone), "scope", "all"), s.figuresFeed(s.as(owner), "scope", "store", "for_store", "2")
		outages, _ := s.feed(s.as(owner), "scope", "all")
		feeds, err := s.server.Accounts().Feeds(t.Context(), owner.ID)
		if err != nil || len(feeds) != 4 {
			t.Fatalf("%+v, %v", feeds, err)
		}
		for _, address := range []string{short, revoked, disabled, works} {
			a := s.ask(http.MethodGet, address)
			if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("X-Robots-Tag") != "noindex, nofollow" || a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s %v", a.Status, a.Header)
			}
		}
		if a := s.ask(http.MethodPost, "/feeds/"+feeds[2].ID+"/revoke", s.as(owner)); a.StatusCode != http.StatusSeeOther {
			t.Fatal(a.Status)
		}
		if _, err := s.server.Accounts().DisablePerson(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(30 * 24 * time.Hour)
		token := strings.Split(works, "/")[2]
		bodies := map[string]bool{}
		for how, address := range map[string]string{
			"open": open, "expired": short, "revoked": revoked, "disabled": disabled, "of outages": strings.Replace(outages, "outages.atom", "latest.csv", 1),
			"unknown": "/feeds/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/latest.csv", "no token": "/feeds/a%00%FFb/latest.xlsx", "its id": "/feeds/" + feeds[1].ID + "/latest.csv",
			"outages by figures": "/feeds/" + token + "/outages.atom", "openings by figures": "/feeds/" + token + "/openings.ics?store=2",
		} {
			a := s.ask(http.MethodGet, address)
			if a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", how, a.Status)
			}
			bodies[a.body] = true
		}
		if len(bodies) != 1 {
			t.Errorf("they do not answer alike: %d answers", len(bodies))
		}
		if a := s.ask(http.MethodGet, works); a.StatusCode != http.StatusOK || strings.Count(a.body, "\n") != 2 || !strings.Contains(a.body, "\n2,") {
			t.Errorf("one that works: %s %s", a.Status, a.body)
		}
		if a := s.ask(http.MethodGet, works+"?group=Tom+%26+Co"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("with the group of another: %s", a.Status)
		}
		for _, target := range []string{"/", "/stores", "/api/v1/stores", "/feeds", "/reports/latest.csv", "/shared/" + token, "/feeds/" + token} {
			for _, change := range []func(*http.Request){withKey(token), func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "lightson", Value: token}) }} {
				if a := s.ask(http.MethodGet, target, change); a.StatusCode == http.StatusOK {
					t.Errorf("%s: status %d", target, a.StatusCode)
				}
			}
		}
		// Its person sees other stores now.
		other := reach.Of([]string{"Tom & Co"}, nil)
		if _, err := s.server.Accounts().ChangePerson(t.Context(), owner.ID, access.Change{Reach: &other}); err != nil {
			t.Fatal(err)
		}
		if a := s.ask(http.MethodGet, works); strings.Count(a.body, "\n") != 1 {
			t.Errorf("after the reach changed: %s %s", a.Status, a.body)
		}
	})
}

func TestReadingFiguresByAnAddressIsRecordedOnceADay(t *testing.T) {
	s := onSQLite(t).withGroups()
	var logged strings.Builder
	s.server.SetLog(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	now, operator := s.clock(), s.person(access.Operator, reach.All())
	address := s.figuresFeed(s.as(operator), "scope", "all", "days", "365")
	for range 2 {
		for range 5 {
			s.ask(http.MethodGet, address)
			s.ask(http.MethodGet, address+"?details=x")
		}
		*now = now.Add(24 * time.Hour)
	}
	csv := strings.Join(s.auditRecords(), "\n")
	if got := strings.Count(csv, "latest.csv"); got != 2 {
		t.Errorf("it was recorded %d times on two days:\n%s", got, csv)
	}
	if token := strings.Split(address, "/")[2]; strings.Contains(csv+logged.String(), token) {
		t.Error("the token is in the audit log or the log")
	}
	if row := text(s.openAs("/feeds", s.as(s.signedIn(operator.Person))).Find("#feeds tbody tr")); !strings.Contains(row, "The newest figures") || strings.Contains(row, "never") {
		t.Errorf("the list says %s", row)
	}
}

func TestAnAddressOfFiguresThatCannotBeMadeSaysWhy(t *testing.T) {
	s := onSQLite(t).withGroups()
	for _, c := range []struct {
		fields []string
		at     string
	}{
		{[]string{"name", "", "scope", "all"}, "name"},
		{[]string{"name", "Sheet", "scope", "group", "for_group", "Nobody's"}, "for_group"},
		{[]string{"name", "Sheet", "scope", "all", "days", "366"}, "days"},
		{[]string{"name", "Sheet", "scope", "all", "days", "-1"}, "days"},
		{[]string{"name", "Sheet", "scope", "all", "days", "soon"}, "days"},
	} {
		a := s.ask(http.MethodPost, "/feeds", form(append(c.fields, "kind", "figures")...))
		page := a.page(t)
		if a.StatusCode != http.StatusUnprocessableEntity || page.Find(`#figures [aria-invalid=true]`).Length()+page.Find(`#figures .problem`).Length() == 0 || page.Find(`#feed-name[aria-invalid=true]`).Length() != 0 {
			t.Errorf("%q: %s %s", c.fields, a.Status, text(page.Find("#figures")))
		}
	}
	if rows := s.open("/feeds").Find("#feeds tbody tr").Length(); rows != 0 {
		t.Errorf("%d were made", rows)
	}
	if link := s.open("/reports").Find(`#latest a[href="/reports/latest.xlsx"]`); link.Length() != 1 {
		t.Error("the page of reports does not lead to the newest figures")
	}
}
