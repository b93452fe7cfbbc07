package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/demo"
	"lightson/models/words"
	"lightson/web"
)

// A visit is a page and what it must show.
type visit struct {
	target string
	status int
	title  string // before " · Lights On"
	heads  string // the one h1
	shows  string // somewhere in main
}

func (v visit) check(t *testing.T, s *site) {
	t.Helper()
	status, page := s.get(v.target)
	if status != v.status {
		t.Errorf("%s: status %d, want %d", v.target, status, v.status)
	}
	if got, want := text(page.Find("head title")), v.title+" · Lights On"; got != want {
		t.Errorf("%s: title = %q, want %q", v.target, got, want)
	}
	if got := text(page.Find("h1")); got != v.heads {
		t.Errorf("%s: h1 = %q, want %q", v.target, got, v.heads)
	}
	if got := text(page.Find("main")); !strings.Contains(got, v.shows) {
		t.Errorf("%s: %q is not on the page: %s", v.target, v.shows, got)
	}
	if got := text(page.Find(".foot")); !strings.Contains(got, "v1.2.3") {
		t.Errorf("%s: the foot says no version: %q", v.target, got)
	}
}

func TestPagesOfAnEmptyDatabase(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, v := range []visit{
			{"/", 200, "Overview", "Overview", "Three steps to your first report"},
			{"/stores", 200, "Stores", "Stores", "No stores yet"},
			{"/stores?q=1&state=offline&down=true&sort=day&page=9", 200, "Stores", "Stores", "No stores yet"},
			{"/stores/1", 404, "There is no such store", "There is no such store", "No file that was imported names a store 1."},
			{"/reports", 200, "Reports", "Reports", "No reports yet"},
			{"/reports?page=9", 200, "Reports", "Reports", "No reports yet"},
			{"/reports/1", 404, "There is no such report", "There is no such report", "No report has the id 1."},
			{"/reports/1/row", 404, "There is no such report", "There is no such report", "No report has the id 1."},
			{"/reports/1/report.csv", 404, "There is no such report", "There is no such report", ""},
			{"/reports/1/details.csv", 404, "There is no such report", "There is no such report", ""},
			{"/imports", 200, "Imports", "Imports", "No imports yet"},
			{"/imports/1", 404, "There is no such import", "There is no such import", "No import has the id 1."},
			{"/imports/1/row", 404, "There is no such import", "There is no such import", ""},
			{"/imports/1/files/1/rejects.csv", 404, "There is no such import", "There is no such import", ""},
			{"/samples/secrets.csv", 404, "Not found", "Not found", "mistyped"},
			{"/trigger_report", 405, "Generate report", "This address starts a report", "curl -X POST http://SERVER/trigger_report"},
			{"/nowhere", 404, "Not found", "Not found", "mistyped"},
			{"/gallery", 404, "Not found", "Not found", ""}, // in development only
		} {
			v.check(t, s)
			if _, page := s.get(v.target); text(page.Find(".asof")) != "No data yet" && v.status == 200 {
				t.Errorf("%s: the age of no data is %q", v.target, text(page.Find(".asof")))
			}
		}
	})
}

func TestPagesOfTheDemo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(demoFiles(t)...)
		queued := s.askReport()
		running := s.askReport()
		s.claim(running)
		failed := s.askReport()
		if err := s.db.Fail(t.Context(), s.claim(failed), words.Said("The disk is full.")); err != nil {
			t.Fatal(err)
		}
		cancelled := s.askReport()
		s.ask(http.MethodPost, "/reports/"+cancelled+"/cancel")
		report := s.report()
		store := s.snapshot().Stores[0].Code
		const newest = "All stores · as of the newest poll"
		for _, v := range []visit{
			{"/", 200, "(2) Overview", "Overview", "120 stores in all"},
			{"/stores", 200, "(2) Stores", "Stores", "1–50 of 120 stores"},
			{"/stores/" + store, 200, "(2) Store " + store, "Store " + store, "Business hours"},
			{"/reports", 200, "(2) Reports", "Reports", "Details CSV"},
			{"/reports/" + queued, 200, "Queued · " + newest, newest, "Queued"},
			{"/reports/" + running, 200, "Running · " + newest, newest, "Running"},
			{"/reports/" + failed, 200, "Failed · " + newest, newest, "The disk is full."},
			{"/reports/" + cancelled, 200, "Cancelled · " + newest, newest, "Cancelled"},
			{"/reports/" + report.ID, 200, "All stores · as of 25 Jan 2023, 18:13 UTC", "All stores · as of 25 Jan 2023, 18:13 UTC", "1–50 of 120 stores"},
			{"/imports", 200, "(2) Imports", "Imports", demo.PollsName + " and 2 more"},
			{"/imports/" + i.ID, 200, "Import done", "Import " + short(i.ID), demo.HoursName},
		} {
			v.check(t, s)
			if got := text(s.open(v.target).Find(".asof")); got != "Data as of Wed 25 Jan 2023, 18:13 UTC (22 min ago)" {
				t.Errorf("%s: the age of the data is %q", v.target, got)
			}
		}
	})
}

func short(id string) string { return id[len(id)-8:] }

func TestTheMenuMarksWhereOneIs(t *testing.T) {
	s := onSQLite(t).withDemo()
	report, imported := s.report(), s.load(file{"more.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	for target, want := range map[string]string{
		"/": "Overview", "/stores": "Stores", "/stores/1": "Stores", "/reports": "Reports",
		"/reports/" + report.ID: "Reports", "/imports": "Imports", "/imports/" + imported.ID: "Imports",
	} {
		if got := text(s.open(target).Find("nav.nav [aria-current=page]")); got != want {
			t.Errorf("%s: the menu marks %q, want %q", target, got, want)
		}
	}
}

func TestEveryAddressWorksWithATrailingSlash(t *testing.T) {
	s := onSQLite(t).withDemo()
	report := s.report()
	store := s.snapshot().Stores[0].Code
	for _, target := range []string{
		"/stores", "/stores/" + store, "/reports", "/reports/" + report.ID, "/reports/" + report.ID + "/row",
		"/reports/" + report.ID + "/report.csv", "/imports", "/trigger_report", "/get_report/" + report.ID,
		"/samples/" + demo.ZonesName, "/healthz", "/readyz", "/nowhere", "/stores/9",
	} {
		with, without := s.ask(http.MethodGet, target+"/"), s.ask(http.MethodGet, target)
		if with.StatusCode != without.StatusCode || withoutKeys(t, with) != withoutKeys(t, without) {
			t.Errorf("%s/ (%d) is not the same as %s (%d)", target, with.StatusCode, target, without.StatusCode)
		}
	}
	for _, target := range []string{"/get_report/?report_id=" + report.ID, "/stores/?state=offline"} {
		if a := s.ask(http.MethodGet, target); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
	}
	if a := s.ask(http.MethodPost, "/trigger_report/", asScript); a.StatusCode != http.StatusOK {
		t.Errorf("POST /trigger_report/: status %d", a.StatusCode)
	}
	if a := s.ask(http.MethodGet, "//evil.example/"); a.Header.Get("Location") != "" {
		t.Errorf("//evil.example/ leads to %s", a.Header.Get("Location"))
	}
}

// withoutKeys is the body without what is drawn by lot for each page.
func withoutKeys(t *testing.T, a answer) string {
	t.Helper()
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return a.body
	}
	page := a.page(t)
	page.Find("[data-key]").SetAttr("value", "")
	html, err := page.Html()
	if err != nil {
		t.Fatal(err)
	}
	return html
}

// Every link leads to something that is there.
func TestNoLinkIsDead(t *testing.T) {
	seen := crawl(t, func(target string, page *goquery.Document) {
		for _, link := range links(page) {
			if !strings.HasPrefix(link, "/") {
				t.Errorf("%s: link to %q", target, link)
			}
		}
	})
	if len(seen) < 40 {
		t.Errorf("only %d kinds of links were found: %v", len(seen), seen)
	}
}

// A parameter that a page reads, but that the cache does not know, would have the page
// made anew at each request.
func TestPagesAreKeptWithAllTheirParameters(t *testing.T) {
	read := map[string]bool{}
	crawl(t, func(target string, page *goquery.Document) {
		_, query, _ := strings.Cut(target, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Errorf("%s: %v", target, err)
		}
		path, _, _ := strings.Cut(target, "?")
		if slices.Contains([]string{"/audit", "/corrections", "/corrections/new", "/special-days", "/targets", "/channels", "/channels/new", "/deliveries", "/alerts", "/alerts/new", "/digests", "/scheduled-reports"}, path) {
			return // they are not kept
		}
		for name := range values {
			read[name] = true
		}
		page.Find("form[method=get]").Each(func(_ int, form *goquery.Selection) {
			page.Find("[name][form='" + form.AttrOr("id", "none") + "']").AddSelection(form.Find("[name]")).Each(func(_ int, field *goquery.Selection) {
				read[field.AttrOr("name", "")] = true
			})
		})
	})
	read["target"] = true // a filter of the stores where somebody set a target
	if got := slices.Sorted(maps.Keys(read)); !slices.Equal(got, web.KeptParams) {
		t.Errorf("links and forms of pages have the parameters\n%v, and pages are kept with\n%v", got, web.KeptParams)
	}
}

// crawl visits every page of the demo to which a link leads. Of links that differ only
// in a store or in the values of their queries, it follows the first. It returns the
// kinds of links.
func crawl(t *testing.T, visit func(target string, page *goquery.Document)) (seen map[string]bool) {
	t.Helper()
	s := onSQLite(t).withChains()
	s.report()
	s.askReport()
	s.load(file{"bad.csv", "store_id,timezone_str\n1,Nowhere/Land\n"})
	seen = map[string]bool{}
	for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
		a := s.ask(http.MethodGet, queue[0])
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", queue[0], a.StatusCode)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			continue
		}
		page := a.page(t)
		visit(queue[0], page)
		for _, link := range links(page) {
			if kind := kindOf(link); !seen[kind] {
				seen[kind] = true
				queue = append(queue, link)
			}
		}
	}
	return seen
}

func links(page *goquery.Document) (list []string) {
	for _, attr := range []string{"href", "src", "hx-get"} {
		page.Find("[" + attr + "]").Each(func(_ int, e *goquery.Selection) {
			link, _, _ := strings.Cut(e.AttrOr(attr, ""), "#")
			if link != "" {
				list = append(list, link)
			}
		})
	}
	return list
}

var (
	oneOfMany  = regexp.MustCompile(`^/stores/[^/?]+`)
	queryValue = regexp.MustCompile(`=[^&]*`)
)

// kindOf is what a link has in common with many.
func kindOf(link string) string {
	return queryValue.ReplaceAllString(oneOfMany.ReplaceAllString(link, "/stores/*"), "")
}
