package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
)

// newsAddress is what a page asks for while somebody looks at it.
func newsAddress(page *goquery.Document) string {
	spot := page.Find("#news[role=status]")
	return spot.AttrOr("data-url", "none: ") + url.QueryEscape(spot.AttrOr("data-edition", ""))
}

// news asks for what is newer than a page, as app.js does: it takes anything, and is no htmx.
func (s *site) news(address string, changes ...func(*http.Request)) (status int, line *goquery.Selection) {
	s.t.Helper()
	a := s.ask(http.MethodGet, address, append([]func(*http.Request){asScript}, changes...)...)
	if a.StatusCode == http.StatusOK && a.Header.Get("Cache-Control") != "no-store" {
		s.t.Errorf("%s: Cache-Control is %q", address, a.Header.Get("Cache-Control"))
	}
	if a.StatusCode == http.StatusNoContent && a.body != "" {
		s.t.Errorf("%s: 204 with %q", address, a.body)
	}
	return a.StatusCode, a.page(s.t).Find("p")
}

const laterPolls = "store_id,status,timestamp_utc\ntaco,inactive,2023-01-25 18:30:00 UTC\nkettle,inactive,2023-01-25 18:30:00 UTC\n"

func TestPagesLearnOfNewerData(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		pages := []string{"/", "/?group=Kowalski", "/stores", "/stores?state=online", "/stores/kettle", "/reports", "/imports"}
		asked := map[string]string{}
		for _, target := range pages {
			page := s.open(target)
			if title := page.Find("title").Text(); !strings.HasPrefix(title, "(1) ") {
				t.Errorf("%s: with one store offline the tab is called %q", target, title)
			}
			asked[target] = newsAddress(page)
			if status, _ := s.news(asked[target]); status != http.StatusNoContent {
				t.Errorf("%s: %s of the same data has status %d", target, asked[target], status)
			}
		}
		s.load(file{"later.csv", laterPolls})
		for _, target := range pages {
			page := s.open(target)
			status, line := s.news(asked[target])
			if got, want := text(line), "New data, 18:30 UTC · Show"; status != http.StatusOK || got != want {
				t.Errorf("%s: status %d, %q, want %q", target, status, got, want)
			}
			if count := line.AttrOr("data-offline", "none"); count != "2" || line.Find("time").AttrOr("datetime", "") != "2023-01-25T18:30:00Z" || line.Find("a[data-reload]").Length() != 1 {
				t.Errorf("%s: %s offline, as of %s", target, count, line.Find("time").AttrOr("datetime", ""))
			}
			if got := page.Find("#news").AttrOr("data-edition", ""); got != line.AttrOr("data-edition", "") || !strings.HasPrefix(page.Find("title").Text(), "(2) ") {
				t.Errorf("%s: the page is of %q in %q, the news of %q", target, got, page.Find("title").Text(), line.AttrOr("data-edition", ""))
			}
			if status, _ := s.news(newsAddress(page)); status != http.StatusNoContent {
				t.Errorf("%s: loaded anew, status %d", target, status)
			}
		}
		// What came before is different, but of the same time.
		before := newsAddress(s.open("/"))
		s.load(file{"hours.csv", "store_id,day,start_time_local,end_time_local\ntaco,2,08:00,10:00\n"})
		s.open("/")
		if status, line := s.news(before); status != http.StatusOK || text(line) != "New data · Show" || line.AttrOr("data-offline", "") != "1" {
			t.Errorf("with other hours: status %d, %q, %q offline", status, text(line), line.AttrOr("data-offline", ""))
		}
		for _, broken := range []string{"/news", "/news?than=", "/news?than=...", "/news?than=%F0%9F%8D%95." + strings.Repeat("9", 500)} {
			if status, line := s.news(broken); status != http.StatusOK || !strings.HasPrefix(text(line), "New data") {
				t.Errorf("%s: status %d, %q", broken, status, text(line))
			}
		}
		if status, _ := s.news("/news?of=people&than=x"); status != http.StatusBadRequest {
			t.Errorf("of people: status %d", status)
		}
		// A page of a form that was refused cannot be loaded again, and other pages do not ask.
		if page := s.ask(http.MethodPost, "/stores/kettle/sales", form("per_hour", "many")).page(t); page.Find("#news").Length() != 0 || page.Find("[aria-invalid]").Length() == 0 {
			t.Error("the answer to a form asks for news")
		}
		if page := s.open("/quality"); page.Find("#news").Length() != 0 || strings.HasPrefix(page.Find("title").Text(), "(") {
			t.Errorf("another page asks for news, or is called %q", page.Find("title").Text())
		}
	})
}

func TestListsLearnOfNewRows(t *testing.T) {
	s := onSQLite(t).twoGroups()
	reports, imports, overview := newsAddress(s.open("/reports")), newsAddress(s.open("/imports")), newsAddress(s.open("/"))
	id := s.askReport()
	if status, line := s.news(reports); status != http.StatusOK || text(line) != "New reports · Show" || line.AttrOr("data-row", "") != "report-"+id {
		t.Errorf("a new report: status %d, %q, row %q", status, text(line), line.AttrOr("data-row", ""))
	}
	if row := s.open("/reports").Find("#report-" + id); row.Length() != 1 {
		t.Error("a page that shows the row cannot be told by it")
	}
	for _, other := range []string{imports, overview} {
		if status, _ := s.news(other); status != http.StatusNoContent {
			t.Errorf("%s, after a new report: status %d", other, status)
		}
	}
	waiting := s.preview(file{"later.csv", laterPolls})
	if status, line := s.news(imports); status != http.StatusOK || text(line) != "New imports · Show" || line.AttrOr("data-row", "") != "import-"+waiting {
		t.Errorf("a new import: status %d, %q, row %q", status, text(line), line.AttrOr("data-row", ""))
	}
}

// What others enter about their stores is no news, and neither is how many of them are offline.
func TestNewsAreOfTheStoresThatSomebodySees(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		all, kowalski, lopez := s.as(s.person(access.Viewer, reach.All())), s.as(s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))), s.as(s.person(access.Owner, reach.Of(nil, []string{"taco"})))
		title := func(who func(*http.Request)) string {
			_, page := s.get("/", who)
			return page.Find("title").Text()
		}
		if all, kowalski, lopez := title(all), title(kowalski), title(lopez); all != "(1) Overview · Lights On" || kowalski != all || lopez != "Overview · Lights On" {
			t.Errorf("the tabs are called %q, %q, %q", all, kowalski, lopez)
		}
		address := func(who func(*http.Request)) string {
			_, page := s.get("/", who)
			return newsAddress(page)
		}
		ofAll, ofKowalski, ofLopez := address(all), address(kowalski), address(lopez)
		s.load(file{"hours.csv", "store_id,day,start_time_local,end_time_local\nkettle,2,08:00,10:00\n"})
		title(all) // has the figures computed
		for name, news := range map[string]struct {
			who     func(*http.Request)
			address string
			status  int
		}{"all": {all, ofAll, 200}, "Kowalski": {kowalski, ofKowalski, 200}, "Lopez": {lopez, ofLopez, 204}} {
			if status, line := s.news(news.address, news.who); status != news.status || status == 200 && line.AttrOr("data-offline", "none") != "" {
				t.Errorf("%s, after other hours of kettle: status %d, %q offline", name, status, line.AttrOr("data-offline", "none"))
			}
		}
		s.load(file{"later.csv", laterPolls})
		title(all)
		if status, line := s.news(ofLopez, lopez); status != 200 || text(line) != "New data, 18:30 UTC · Show" || line.AttrOr("data-offline", "") != "1" {
			t.Errorf("after newer polls: status %d, %q, %q offline", status, text(line), line.AttrOr("data-offline", ""))
		}
		if status, _ := s.news("/news?of=imports&than=x", lopez); status != http.StatusForbidden {
			t.Errorf("an owner asks for news of imports: status %d", status)
		}
		if got := s.ask(http.MethodGet, "/news?than=x", asScript); got.StatusCode != http.StatusUnauthorized || strings.Contains(got.body, "data-offline") {
			t.Errorf("nobody is told: status %d, %s", got.StatusCode, got.body)
		}
	})
}

// Another process brought new data in, and this one can compute nothing: it says so at once, and
// how many are offline once it knows.
func TestAskingForNewsComputesNoFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		address := newsAddress(s.open("/"))
		release := s.holdFigures()
		s.loadElsewhere(file{"later.csv", laterPolls})
		status, line := s.news(address)
		if _, counted := line.Attr("data-offline"); status != http.StatusOK || text(line) != "New data, 18:30 UTC · Show" || counted || line.AttrOr("data-edition", "none") != "" {
			t.Errorf("status %d, %q of edition %q, counted: %v", status, text(line), line.AttrOr("data-edition", "none"), counted)
		}
		release()
		s.snapshot()
		if status, line = s.news(address); status != http.StatusOK || line.AttrOr("data-offline", "") != "2" || line.AttrOr("data-edition", "") == "" {
			t.Errorf("status %d, %q offline", status, line.AttrOr("data-offline", ""))
		}
	})
}

func TestOldDataSayNothingOfNowInTheTab(t *testing.T) {
	s := onSQLite(t).twoGroups()
	clock := s.clock()
	*clock = clock.Add(2 * time.Hour)
	page := s.open("/")
	if title := page.Find("title").Text(); title != "Overview · Lights On" || page.Find(".asof.stale").Length() != 1 {
		t.Errorf("the tab is called %q", title)
	}
	if status, line := s.news("/news?than=x"); status != http.StatusOK || line.AttrOr("data-offline", "none") != "" {
		t.Errorf("status %d, %q offline", status, line.AttrOr("data-offline", "none"))
	}
}

// A tab that asks by itself must not keep somebody signed in who has gone.
func TestWhatPagesAskForByThemselvesKeepsNoSessionAlive(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		clock := s.clock()
		of := s.person(access.Operator, reach.All())
		who, began := s.as(of), *clock
		address := newsAddress(s.ask(http.MethodGet, "/", who).page(t))
		row := "/reports/" + s.askReport() + "/row"
		byItself := func(r *http.Request) {
			asHTMX(r)
			r.Header.Set("HX-Trigger", "report-1")
			r.Header.Set("HX-Target", "report-1")
		}
		lives := func(target string, changes ...func(*http.Request)) bool {
			a := s.ask(http.MethodGet, target, append([]func(*http.Request){asScript, who}, changes...)...)
			return a.StatusCode < 300 && a.Header.Get("HX-Redirect") == ""
		}
		for n := range 3 {
			*clock = began.Add(time.Duration(n+1) * 7 * time.Hour)
			if !lives(address) || !lives(row, byItself) {
				t.Fatalf("the session ends after %s", clock.Sub(began))
			}
		}
		*clock = began.Add(access.DefaultSessionIdle - time.Minute)
		if !lives("/stores") { // somebody is there
			t.Fatal("the session ends too early")
		}
		s.waitUntilSeen(of.Person, *clock)
		began = *clock
		for n := range 3 {
			*clock = began.Add(time.Duration(n+1) * 7 * time.Hour)
			if !lives(address) {
				t.Fatalf("the session ends %s after it was used", clock.Sub(began))
			}
		}
		*clock = began.Add(access.DefaultSessionIdle + time.Minute)
		if lives(address) || lives(row, byItself) || lives("/stores") {
			t.Error("a tab that asks by itself keeps its session alive")
		}
	})
}

// A request of a person in the same minute as one of their page counts nevertheless.
func TestAPersonIsSeenBesideTheirPage(t *testing.T) {
	s := onSQLite(t).twoGroups()
	clock := s.clock()
	of := s.person(access.Operator, reach.All())
	*clock = clock.Add(20 * time.Minute)
	if status, _ := s.news("/news?than=x", s.as(of)); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	s.ask(http.MethodGet, "/stores", s.as(of))
	s.waitUntilSeen(of.Person, *clock)
}
