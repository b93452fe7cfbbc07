package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/uptime"
)

// twoWeeks are stores that got worse, better and neither, and one that nobody knew a week ago.
func twoWeeks() []file {
	var polls strings.Builder
	polls.WriteString("store_id,status,timestamp_utc\n")
	asOf := time.Date(2023, time.January, 25, 18, 0, 0, 0, time.UTC)
	for hour := range 15 * 24 {
		for store, down := range map[string]bool{
			"better": hour > 200 && hour <= 210, "worse": hour > 10 && hour <= 16 || hour == 200, "same": hour == 5 || hour == 205, "fine": false,
		} {
			fmt.Fprintf(&polls, "%s,%s,%s\n", store, map[bool]string{true: "inactive", false: "active"}[down], asOf.Add(-time.Duration(hour)*time.Hour).Format("2006-01-02 15:04:05 UTC"))
		}
		if hour < 24 {
			fmt.Fprintf(&polls, "new,active,%s\n", asOf.Add(-time.Duration(hour)*time.Hour).Format("2006-01-02 15:04:05 UTC"))
		}
	}
	return []file{{"polls.csv", polls.String()}}
}

// The list, its file and its order say of each store by how much it changed what the engine says.
func TestTheChangeOfAStoreIsTheSameInTheListAndItsFile(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(twoWeeks()...)
		trend, err := s.figures.Trend(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		changeOf := func(id string) (uptime.Micros, bool) {
			n, found := trend.Find(id)
			if !found {
				t.Fatalf("there is no store %s", id)
			}
			return trend.Change(n)
		}
		for order, sign := range map[string]uptime.Micros{"asc": 1, "desc": -1} {
			target := "?sort=change&order=" + order
			list := everyPage(s, "/stores"+target)
			rows := records(t, s.ask(http.MethodGet, "/stores.csv"+target))
			last, unknown, known := uptime.Micros(-1<<60), 0, 0
			for n, id := range list {
				change, comparable := changeOf(id)
				if rows[n+1][0] != id {
					t.Fatalf("%s: row %d of the file is %s, want %s", target, n, rows[n+1][0], id)
				}
				cell := byColumn(t, rows, id)["downtime_change_last_week"]
				hours, err := strconv.ParseFloat(cell, 64)
				if !comparable {
					unknown++
					if cell != "—" {
						t.Errorf("%s changed by %q, and nobody knows", id, cell)
					}
					continue
				}
				if off := hours - float64(change)/float64(uptime.Hour); err != nil || off > .0051 || off < -.0051 {
					t.Errorf("%s changed by %q, want %v", id, cell, change)
				}
				if unknown > 0 || sign*change < last {
					t.Errorf("%s: %s comes too late", target, id)
				}
				last, known = sign*change, known+1
			}
			if unknown == 0 || known < 3 || len(list) != len(trend.Stores) {
				t.Errorf("%s: %d known and %d unknown of %d", target, known, unknown, len(list))
			}
		}
		words := 0
		s.open("/stores?sort=change&order=desc").Find("#stores tbody tr").Each(func(_ int, row *goquery.Selection) {
			change, comparable := changeOf(text(row.Find(".id")))
			got := text(row.Find("[data-label=Change]"))
			switch {
			case !comparable && !strings.HasPrefix(got, "—"),
				comparable && change > 0 && got != change.LengthText()+" worse",
				comparable && change < 0 && got != (-change).LengthText()+" better",
				comparable && change == 0 && got != "No change":
				t.Errorf("%d is worded %q", change, got)
			}
			if change > 0 {
				words++
			}
		})
		if words == 0 {
			t.Error("no store got worse, so nothing was tested")
		}
	})
}

// A view with a name is a link that keeps what one has searched for, and says where one is.
func TestViewsWithNamesKeepTheSearch(t *testing.T) {
	s := onSQLite(t).withDemo()
	start := s.open("/stores?q=1&state=online&down=true&page=2")
	views := start.Find("#stores nav[aria-label=View] a")
	if views.Length() != 6 || views.Filter("[aria-current]").Length() != 0 {
		t.Fatalf("%d views, %d of them are shown", views.Length(), views.Filter("[aria-current]").Length())
	}
	for _, link := range links(start) {
		if link == "/stores?order=desc&q=1&sort=change" {
			page := s.open(link)
			if got := texts(page.Find("#stores nav[aria-label=View] [aria-current]")); !slices.Equal(got, []string{"Got worse"}) {
				t.Errorf("the view shown is %q", got)
			}
			if got := page.Find("title").Text(); got != "(2) Got worse · Stores · Lights On" {
				t.Errorf("the tab is called %q", got)
			}
			return
		}
	}
	t.Error("no view leads to the stores that got worse")
}

// What a person calls a view stands in its address, and nowhere else.
func TestAViewCanBeGivenAName(t *testing.T) {
	s := onSQLite(t).withDemo()
	form := filled(s.open("/stores?state=online&sort=hour&order=asc&size=25&page=2"), ".name-view form")
	if want := (url.Values{"state": {"online"}, "sort": {"hour"}, "size": {"25"}, "name": {""}}); form.Encode() != want.Encode() {
		t.Errorf("the form keeps %s, want %s", form.Encode(), want.Encode())
	}
	for name, want := range map[string]string{
		"My morning": "My morning", "<script>alert(1)</script>": "<script>alert(1)</script>", "  \u200b ": "", "Jos\u0065\u0301": "José",
		strings.Repeat("ä", 90): strings.Repeat("ä", 60) + "…",
	} {
		page := s.open("/stores?state=online&name=" + url.QueryEscape(name))
		if got := text(page.Find("#stores > .verdict strong")); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
		if want != "" && page.Find("title").Text() != "(2) "+want+" · Stores · Lights On" {
			t.Errorf("%q: the tab is called %q", name, page.Find("title").Text())
		}
		page.Find("#stores .filters a, #stores thead a").Each(func(_ int, link *goquery.Selection) {
			v, err := url.Parse(link.AttrOr("href", ""))
			if err != nil || v.Query().Has("name") && link.ParentsFiltered("[aria-label='Rows on a page']").Length() == 0 {
				t.Errorf("%q: %s is another view under the same name", name, v)
			}
		})
	}
	for target, want := range map[string]int{"/api/v1/stores?sort=change": http.StatusOK, "/api/v1/stores?name=x&size=7": http.StatusBadRequest} {
		if a := s.call(http.MethodGet, target); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, a.StatusCode, want)
		}
	}
}

// How many stores a page has, and which page it is, is in the address.
func TestPagesOfStoresHaveTheLengthOneWants(t *testing.T) {
	s := onSQLite(t).withDemo()
	for target, want := range map[string]string{
		"/stores?size=25&page=2": "26–50 of 120 stores", "/stores?size=100&page=9": "101–120 of 120 stores",
		"/stores?size=200": "1–120 of 120 stores", "/stores?size=50": "1–50 of 120 stores",
	} {
		page := s.open(target)
		if got := text(page.Find("#stores .pager-text")); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
		size, _, _ := strings.Cut(strings.TrimPrefix(target, "/stores?size="), "&")
		if got := texts(page.Find("#stores [aria-label='Rows on a page'] [aria-current]")); !slices.Equal(got, []string{size}) {
			t.Errorf("%s: pages are said to have %q rows", target, got)
		}
	}
	for target, want := range map[string]int{"/stores?size=100": 2, "/stores?size=200": 0} {
		if got := s.open(target).Find("#stores nav.pager .button").Length(); got != want {
			t.Errorf("%s: %d buttons lead to other pages, want %d", target, got, want)
		}
	}
	jump := filled(s.open("/stores?size=25&page=2&q=1"), "form:has(#stores-page)")
	if want := (url.Values{"size": {"25"}, "q": {"1"}, "page": {"2"}}); jump.Encode() != want.Encode() {
		t.Errorf("one jumps with %s, want %s", jump.Encode(), want.Encode())
	}
	if s.open("/stores?size=100").Find("#stores-page").Length() != 0 {
		t.Error("one can jump where there are two pages")
	}
}
