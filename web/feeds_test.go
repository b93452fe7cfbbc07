package web_test

import (
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// atomOf is a feed as readers read it.
type atomOf struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"http://www.w3.org/2005/Atom id"`
	Title   string   `xml:"http://www.w3.org/2005/Atom title"`
	Updated string   `xml:"http://www.w3.org/2005/Atom updated"`
	Author  string   `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID        string `xml:"http://www.w3.org/2005/Atom id"`
		Title     string `xml:"http://www.w3.org/2005/Atom title"`
		Published string `xml:"http://www.w3.org/2005/Atom published"`
		Updated   string `xml:"http://www.w3.org/2005/Atom updated"`
		Summary   string `xml:"http://www.w3.org/2005/Atom summary"`
		Link      struct {
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

// atom reads a feed and checks what RFC 4287 requires of every one.
func (s *site) atom(address string) (f atomOf, a answer) {
	s.t.Helper()
	a = s.ask(http.MethodGet, address)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		s.t.Fatalf("%s: %s, %s: %.300s", address, a.Status, a.Header.Get("Content-Type"), a.body)
	}
	if err := xml.Unmarshal([]byte(a.body), &f); err != nil {
		s.t.Fatalf("%v: %s", err, a.body)
	}
	if f.Title == "" || f.Author == "" || !strings.HasPrefix(f.ID, "urn:uuid:") {
		s.t.Errorf("title %q, author %q, id %q", f.Title, f.Author, f.ID)
	}
	self := ""
	for _, link := range f.Links {
		if link.Rel == "self" {
			self = link.Href
		}
	}
	if self != "http://example.com"+address {
		s.t.Errorf("self is %s, expected %s", self, address)
	}
	ids := map[string]bool{}
	newest := ""
	for _, e := range f.Entries {
		for _, at := range []string{e.Published, e.Updated, f.Updated} {
			if _, err := time.Parse(time.RFC3339Nano, at); err != nil {
				s.t.Error(err)
			}
		}
		if e.Title == "" || e.Summary == "" || !strings.HasPrefix(e.ID, "urn:uuid:") || ids[e.ID] || !strings.HasPrefix(e.Link.Href, "http://example.com/stores/") {
			s.t.Errorf("entry %+v", e)
		}
		if newest != "" && e.Updated > newest {
			s.t.Errorf("an entry that changed at %s comes after one of %s", e.Updated, newest)
		}
		ids[e.ID], newest = true, e.Updated
	}
	return f, a
}

// feed makes a feed as a person does, on the page of feeds.
func (s *site) feed(as func(*http.Request), fields ...string) (outages, openings string) {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/feeds", as, form(append([]string{"name", "Reader"}, fields...)...))
	page := a.page(s.t)
	outages, openings = page.Find("#new-feed").AttrOr("value", ""), page.Find("#new-calendar").AttrOr("value", "")
	if a.StatusCode != http.StatusOK || !strings.HasSuffix(outages, "/outages.atom") || !strings.Contains(openings, "/openings.ics?store=") || a.Header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("status %d, %q, %q: %s", a.StatusCode, outages, openings, text(page.Find("main")))
	}
	return strings.TrimPrefix(outages, "http://example.com"), strings.TrimPrefix(openings, "http://example.com")
}

func polled(rows ...string) file { return file{"polls.csv", modelstest.PollsFile(rows...)} }

func TestAFeedTellsOfOutagesFromTheirBeginToTheirEnd(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(
			polled("1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC", "1,active,2023-01-25 14:00:00 UTC",
				"2,active,2023-01-25 13:00:00 UTC", "2,inactive,2023-01-25 15:00:00 UTC", "3,inactive,2023-01-25 15:30:00 UTC"),
			file{"zones.csv", modelstest.ZonesFile("1,America/Denver", "2,America/Denver", "3,America/Denver")},
			file{"names.csv", modelstest.NamesFile("1,<b>Tom & Co</b>,Chain,Denver", "2,Two,Chain,", "3,Three,Other,")},
		)
		owner := s.person(access.Owner, reach.Of([]string{"Chain"}, nil))
		outages, _ := s.feed(s.as(owner), "scope", "all")
		f, a := s.atom(outages)
		if len(f.Entries) != 2 {
			t.Fatalf("%d entries: %s", len(f.Entries), a.body)
		}
		on, over := f.Entries[0], f.Entries[1]
		if over.Title == "" || on.Published != on.Updated || f.Updated != on.Updated {
			t.Errorf("%+v", f)
		}
		if on.Title != "Two: offline since Wed 25 Jan 2023, 08:00 MST" || !strings.Contains(on.Summary, "still when it was polled last") {
			t.Errorf("one that goes on: %+v", on)
		}
		if over.Title != "<b>Tom & Co</b>: was offline for 2 h" || over.Updated != "2023-01-25T14:00:00Z" || over.Published != "2023-01-25T12:00:00Z" ||
			over.Summary != "Offline for 2 h (0 min – 4 h), from Wed 25 Jan 2023, 05:00 MST to Wed 25 Jan 2023, 07:00 MST, then back online. Group: Chain. City: Denver." {
			t.Errorf("one that ended: %+v", over)
		}
		for name, want := range map[string]string{"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-cache", "Set-Cookie": ""} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}

		// Another poll that sees the same is no news.
		s.load(polled("2,inactive,2023-01-25 16:00:00 UTC"))
		if again, b := s.atom(outages); b.body != a.body {
			t.Errorf("without news it says %+v", again)
		}
		s.load(polled("2,active,2023-01-25 17:00:00 UTC"))
		g, _ := s.atom(outages)
		if len(g.Entries) != 2 || g.Entries[0].ID != on.ID || g.Entries[1].ID != over.ID || g.ID != f.ID || g.Entries[0].Published != on.Published ||
			g.Entries[0].Updated != "2023-01-25T17:00:00Z" || g.Entries[0].Title != "Two: was offline for 2 h" {
			t.Errorf("after its end: %+v", g)
		}
		// What is older than a month is left away.
		s.load(polled("2,active,2023-03-25 17:00:00 UTC", "1,inactive,2023-03-25 16:00:00 UTC"))
		if g, _ := s.atom(outages); len(g.Entries) != 1 || !strings.Contains(g.Entries[0].Title, "offline since") {
			t.Errorf("two months later: %+v", g.Entries)
		}
	})
}

func TestAFeedIsSentOnceToWhoHasIt(t *testing.T) {
	s := onSQLite(t)
	s.load(polled("1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC"))
	outages, openings := s.feed(asNobody, "scope", "store", "for_store", "1")
	for _, address := range []string{outages, openings, strings.Split(openings, "?")[0]} {
		a := s.ask(http.MethodGet, address)
		tag, modified := a.Header.Get("ETag"), a.Header.Get("Last-Modified")
		if a.StatusCode != http.StatusOK || tag == "" || modified == "" {
			t.Fatalf("%s: %s %q %q", address, a.Status, tag, modified)
		}
		for _, c := range []struct {
			headers []string
			want    int
		}{
			{[]string{"If-None-Match", tag}, 304}, {[]string{"If-None-Match", `"other", ` + strings.TrimPrefix(tag, "W/")}, 304}, {[]string{"If-None-Match", "*"}, 304},
			{[]string{"If-Modified-Since", modified}, 304}, {[]string{"If-None-Match", `"other"`}, 200}, {[]string{"If-None-Match", `"other"`, "If-Modified-Since", modified}, 200},
			{[]string{"If-Modified-Since", "Wed, 25 Jan 2012 18:13:22 GMT"}, 200}, {[]string{"If-Modified-Since", "Wed, 25 Jan 2034 18:13:22 GMT"}, 200}, {[]string{"If-None-Match", ""}, 200},
		} {
			changes := []func(*http.Request){}
			for i := 0; i < len(c.headers); i += 2 {
				changes = append(changes, header(c.headers[i], c.headers[i+1]))
			}
			b := s.ask(http.MethodGet, address, changes...)
			if b.StatusCode != c.want || (b.body == "") != (c.want == 304) || b.Header.Get("ETag") != tag {
				t.Errorf("%s with %q: status %d, %d bytes, ETag %s", address, c.headers, b.StatusCode, len(b.body), b.Header.Get("ETag"))
			}
		}
		if head := s.ask(http.MethodHead, address); head.StatusCode != http.StatusOK || head.Header.Get("ETag") != tag {
			t.Errorf("HEAD %s: %s", address, head.Status)
		}
	}
	tag := s.ask(http.MethodGet, outages).Header.Get("ETag")
	s.load(polled("1,active,2023-01-25 13:00:00 UTC"))
	if a := s.ask(http.MethodGet, outages, header("If-None-Match", tag)); a.StatusCode != http.StatusOK || a.Header.Get("ETag") == tag {
		t.Errorf("after its end: %s", a.Status)
	}
}

func TestAFeedOfNothingIsAFeed(t *testing.T) {
	s := onSQLite(t)
	outages, _ := s.feed(asNobody, "scope", "all")
	if f, _ := s.atom(outages); len(f.Entries) != 0 {
		t.Errorf("without data: %+v", f.Entries)
	}
	s.load(onePoll)
	if f, _ := s.atom(outages); len(f.Entries) != 0 || f.Updated != "2023-01-25T18:00:00Z" {
		t.Errorf("without outages: %+v", f)
	}
}

func TestAFeedHasTheOutagesThatChangedLast(t *testing.T) {
	s := onSQLite(t)
	// The oldest goes on, the second oldest ended last.
	rows := []string{
		"old,active,2023-01-10 00:00:00 UTC", "old,inactive,2023-01-10 01:00:00 UTC",
		"long,active,2023-01-24 00:00:00 UTC", "long,inactive,2023-01-24 00:30:00 UTC", "long,active,2023-01-25 17:00:00 UTC",
	}
	for hour := range 350 {
		at := time.Date(2023, 1, 10, 12, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
		rows = append(rows, fmt.Sprintf("old,inactive,%s UTC", at.Format("2006-01-02 15:04:05")))
	}
	for n := range 230 {
		at := time.Date(2023, 1, 25, 1, n, 0, 0, time.UTC)
		rows = append(rows, fmt.Sprintf("s%d,inactive,%s UTC", n, at.Format("2006-01-02 15:04:05")), fmt.Sprintf("s%d,active,%s UTC", n, at.Add(time.Hour).Format("2006-01-02 15:04:05")))
	}
	for hour := range 39 {
		rows = append(rows, fmt.Sprintf("long,inactive,%s UTC", time.Date(2023, 1, 24, 1+hour, 0, 0, 0, time.UTC).Format("2006-01-02 15:04:05")))
	}
	s.load(polled(rows...))
	outages, _ := s.feed(asNobody, "scope", "all")
	f, _ := s.atom(outages)
	if len(f.Entries) != 200 || !strings.HasPrefix(f.Entries[0].Title, "Store long: was offline") {
		t.Fatalf("%d entries, the first is %+v", len(f.Entries), f.Entries[0])
	}
	for _, e := range f.Entries[1:] {
		if !strings.HasPrefix(e.Title, "Store s") {
			t.Errorf("%+v", e)
		}
	}
}

// Whoever tries must not learn which feeds there were.
func TestFeedsThatDoNotWorkAreNothingAtAll(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(polled("1,active,2023-01-25 10:00:00 UTC", "2,active,2023-01-25 10:00:00 UTC"), file{"names.csv", modelstest.NamesFile("1,One,Chain,", "2,Two,Other,")})
		open, _ := s.feed(asNobody, "scope", "all")
		if status, _ := s.get(open); status != http.StatusOK {
			t.Fatalf("on an open server: %d", status)
		}
		s.person(access.Operator, reach.All())
		owner, gone := s.person(access.Owner, reach.Of([]string{"Chain"}, nil)), s.person(access.Viewer, reach.All())
		revoked, _ := s.feed(s.as(owner), "scope", "group", "for_group", "Chain")
		disabled, _ := s.feed(s.as(gone), "scope", "all")
		works, openings := s.feed(s.as(owner), "scope", "store", "for_store", "1")
		feeds, err := s.server.Accounts().Feeds(t.Context(), owner.ID)
		if err != nil || len(feeds) != 2 {
			t.Fatalf("%+v, %v", feeds, err)
		}
		page := s.openAs("/feeds", s.as(owner))
		action := page.Find(`form[action="/feeds/`+feeds[1].ID+`/revoke"]`).AttrOr("action", "")
		if s.openAs("/feeds", s.as(gone)).Find(`form[action="`+action+`"]`).Length() != 0 || strings.Contains(text(page.Find("main")), strings.Split(revoked, "/")[2]) {
			t.Error("a feed is shown to another, or its token again")
		}
		if a := s.ask(http.MethodPost, action, s.as(gone)); a.StatusCode != http.StatusNotFound {
			t.Errorf("another revokes it: %s", a.Status)
		}
		if a := s.ask(http.MethodPost, action, s.as(owner)); a.StatusCode != http.StatusSeeOther || action == "" {
			t.Fatalf("revoke %q: %s", action, a.Status)
		}
		if _, err := s.server.Accounts().DisablePerson(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
		bodies := map[string]bool{}
		for how, address := range map[string]string{
			"open": open, "revoked": revoked, "disabled": disabled, "unknown": "/feeds/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/outages.atom",
			"no token": "/feeds/a%00%FFb/outages.atom", "long": "/feeds/" + strings.Repeat("A", 7000) + "/outages.atom", "its id": "/feeds/" + feeds[0].ID + "/outages.atom",
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
		// One that works is of its store alone, and is no way to anything else.
		if status, _ := s.get(works); status != http.StatusOK {
			t.Errorf("one that works: %d", status)
		}
		if a := s.ask(http.MethodGet, openings); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "BEGIN:VCALENDAR\r\n") || !strings.Contains(a.body, "SUMMARY:One: open") {
			t.Errorf("openings: %s %.300s", a.Status, a.body)
		}
		if a := s.ask(http.MethodGet, strings.Replace(openings, "store=1", "store=2", 1)); a.StatusCode != http.StatusNotFound {
			t.Errorf("openings of another store: %s", a.Status)
		}
		token := strings.Split(works, "/")[2]
		for _, target := range []string{"/", "/stores", "/stores/1", "/outages", "/api/v1/stores", "/feeds", "/shared/" + token, "/feeds/" + token, "/stores/1/openings.ics"} {
			for _, change := range []func(*http.Request){withKey(token), func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "lightson", Value: token}) }} {
				if a := s.ask(http.MethodGet, target, change); a.StatusCode == http.StatusOK {
					t.Errorf("%s: status %d", target, a.StatusCode)
				}
			}
		}
	})
}

func TestTokensOfFeedsAreInNoLogAndNoRecord(t *testing.T) {
	s := onSQLite(t)
	var logged strings.Builder
	s.server.SetLog(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	s.load(polled("1,active,2023-01-25 10:00:00 UTC", "2,active,2023-01-25 10:00:00 UTC"))
	operator := s.person(access.Operator, reach.All())
	outages, _ := s.feed(s.as(operator), "scope", "all")
	token := strings.Split(outages, "/")[2]
	for _, target := range []string{"/outages.atom", "/openings.ics", "/openings.ics?store=1&from=never", "/openings.ics?store=3", "/nothing", "", "/outages.atom?x=%zz"} {
		if a := s.ask(http.MethodGet, "/feeds/"+token+target); a.StatusCode >= 400 && strings.Contains(a.body+fmt.Sprint(a.Header), token) {
			t.Errorf("%s: the error has the token: %s %v", target, a.Status, a.Header)
		}
		s.ask(http.MethodPost, "/feeds/"+token+target, s.as(operator))
		s.ask(http.MethodPost, "/feeds/"+token+"/revoke", s.as(operator))
	}
	csv := s.ask(http.MethodGet, "/audit.csv", s.as(operator)).body
	if !strings.Contains(csv, "feed.make") {
		t.Fatalf("the log has no feed: %s", csv)
	}
	for where, text := range map[string]string{"the audit log": csv, "the log": logged.String() + s.log.String()} {
		if strings.Contains(text, token) {
			t.Errorf("the token is in %s: %s", where, text)
		}
	}
}

func TestGuessingFeedsIsBounded(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	s.server.LimitRates(60)
	s.handler = s.server.Handler()
	from := func(r *http.Request) { r.RemoteAddr = "203.0.113.7:1234" }
	last := 0
	for n := range 61 {
		last = s.ask(http.MethodGet, fmt.Sprintf("/feeds/guess%d/outages.atom", n), from).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 61st guess in a minute is answered with %d", last)
	}
}

func TestAFeedThatCannotBeMadeSaysWhy(t *testing.T) {
	s := onSQLite(t)
	s.load(polled("1,active,2023-01-25 10:00:00 UTC"), file{"names.csv", modelstest.NamesFile("1,One,Chain,")})
	for _, c := range []struct {
		fields []string
		at     string
	}{
		{[]string{"name", "", "scope", "all"}, "name"},
		{[]string{"name", "Reader", "scope", ""}, "scope"},
		{[]string{"name", "Reader", "scope", "group", "for_group", "Nobody's"}, "for_group"},
		{[]string{"name", "Reader", "scope", "store", "for_store", "<17>"}, "for_store"},
		{[]string{"name", "Reader", "scope", "store", "for_store", strings.Repeat("1", 600)}, "for_store"},
	} {
		a := s.ask(http.MethodPost, "/feeds", form(c.fields...))
		page := a.page(t)
		wrong := page.Find(`form[action="/feeds"] [name="` + c.at + `"][aria-invalid=true]`)
		if a.StatusCode != http.StatusUnprocessableEntity || wrong.Length() == 0 && page.Find(`form[action="/feeds"] .problem`).Length() == 0 {
			t.Errorf("%q: %s, problem %q", c.fields, a.Status, text(page.Find(".problem")))
		}
		if page.Find("#new-feed").Length() != 0 {
			t.Errorf("%q: a feed was made", c.fields)
		}
		if name := page.Find("#feed-name").AttrOr("value", ""); name != c.fields[1] {
			t.Errorf("%q: the name is %q", c.fields, name)
		}
	}
	page := s.ask(http.MethodPost, "/feeds", form("name", `"><script>`, "scope", "all")).page(t)
	if page.Find("main script").Length() != 0 || page.Find("table tbody tr").Length() != 1 {
		t.Errorf("%s", text(page.Find("main")))
	}
	if _, err := url.Parse(page.Find("#new-feed").AttrOr("value", "")); err != nil {
		t.Error(err)
	}
}
