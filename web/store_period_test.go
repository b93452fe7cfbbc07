package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func TestTheStorePageOfAPeriodSaysWhatTheStoreMeasures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		snapshot := s.snapshot()
		for _, p := range testPeriods {
			for n, store := range snapshot.Stores {
				target := "/stores/" + store.Code + "?" + p.query
				page := s.open(target)
				f, before := s.measuredIn(snapshot, n, p.dates), s.measuredIn(snapshot, n, p.before)
				tiles := page.Find("[aria-labelledby=windows-heading] .tile")
				if tiles.Length() != 2 || !strings.HasPrefix(text(tiles.First().Find("h3")), p.text) {
					t.Fatalf("%s has %d tiles, the first %q", target, tiles.Length(), text(tiles.First()))
				}
				for i, f := range []uptime.Figures{f, before} {
					tile := tiles.Eq(i)
					if f.Down > 0 && !strings.HasPrefix(text(tile.Find("dt:contains('Offline') + dd")), f.Down.LengthText()) || f.Open > 0 && text(tile.Find("dt:contains('Open') + dd")) != f.Open.LengthText() {
						t.Errorf("%s, tile %d: %q, want %s of %s", target, i, text(tile), f.Down.LengthText(), f.Open.LengthText())
					}
				}
				change := changeInWords(f, before, text(tiles.Last().Find("h3"))[len("The "):])
				if got := text(tiles.First().Find(".change")); got != change {
					t.Errorf("%s: %q, want %q", target, got, change)
				}
				if f.Outages > 0 && text(tiles.First().Find("dt:contains('Outages') + dd")) != digits(f.Outages) {
					t.Errorf("%s: outages %q, want %d", target, text(tiles.First().Find("dt:contains('Outages') + dd")), f.Outages)
				}
				s.checkStrips(page, target, snapshot, n, p)
				if rows := page.Find("#outages tbody tr").Length(); rows != min(f.Outages, 20) {
					t.Errorf("%s: %d outages are listed, want %d", target, rows, min(f.Outages, 20))
				}
			}
		}
	})
}

func digits(n int) string { return strings.Fields(count(n, "x"))[0] }

// checkStrips checks that the days of a period are drawn, the newest first, over all pages.
func (s *site) checkStrips(page *goquery.Document, target string, snapshot *figures.Snapshot, n int, p testPeriod) {
	s.t.Helper()
	first, last := p.dates(snapshot.Today(n))
	date := min(last, snapshot.Today(n))
	for range 10 {
		page.Find("#timeline .day-name").Each(func(_ int, name *goquery.Selection) {
			if want := strings.TrimSpace(modelstest.Stamp(uptime.Instant(date) * uptime.Instant(uptime.Day))[8:10]); !strings.Contains(text(name), " "+strings.TrimLeft(want, "0")+" ") {
				s.t.Errorf("%s: %q is drawn, want the %s", target, text(name), want)
			}
			date--
		})
		older := page.Find("#timeline .pager a:contains(Older)").AttrOr("href", "")
		if older == "" {
			break
		}
		page = s.open(strings.Split(older, "#")[0])
	}
	if date != first-1 {
		s.t.Errorf("%s: %d days before the period are drawn, or so many are missing", target, first-1-date)
	}
}

func TestTheStorePageKeepsItsPeriod(t *testing.T) {
	s := onSQLite(t).withMonths()
	page := s.open("/stores/us?period=last-week")
	for find, want := range map[string]string{
		".crumbs a": "/stores?period=last-week", ".store-who a": "/?group=G&period=last-week", "#timeline .day .hint a": "period=last-week#explain",
		"#outages .section-head a": "/outages?from=2023-02-20T06%3A00&store=us&to=2023-02-27T06%3A00", "#timeline > .hint a": "/reports?group=G&period=last-week",
	} {
		if got := page.Find(find).First().AttrOr("href", ""); !strings.Contains(got, want) {
			t.Errorf("%s leads to %q, want %q", find, got, want)
		}
	}
	if got := page.Find(".day-form input[name=period][value=last-week]").Length(); got != 1 {
		t.Errorf("%d forms of a day keep the period, want 1", got)
	}
	if got := text(page.Find("#outages h2")); got != "Outages last week" {
		t.Errorf("the outages are %q", got)
	}
	if page.Find("#ninety .chosen").Length() != 7 {
		t.Errorf("%d days are marked, want 7", page.Find("#ninety .chosen").Length())
	}
	plain := s.open("/stores/us")
	if plain.Find("[aria-labelledby=windows-heading] .tile").Length() != 3 || plain.Find("#ninety .chosen").Length() > 0 {
		t.Error("without a period the page is another than it was")
	}
	if a := s.ask(http.MethodGet, "/stores/us?period=last-week&day=2023-02-22"); a.page(t).Find("#explain").Length() != 1 || a.page(t).Find("#timeline .day").Length() != 7 {
		t.Errorf("a day of it: %d", a.StatusCode)
	}
}

func TestTheStorePageSaysWhichDaysAreNoLongerKept(t *testing.T) {
	s := onSQLite(t).withMonths()
	modelstest.PrunePolls(t, s.db, 45)
	page := s.open("/stores/us?period=custom&from=2022-12-20&to=2022-12-31")
	if got := text(page.Find("main > [role=status]")); got != "Polls of 20–31 Dec 2022 are no longer kept, so nothing can be said of these days." {
		t.Errorf("it says %q", got)
	}
	if page.Find(".tile, #timeline .day").Length() > 0 || !strings.Contains(text(page.Find("#outages")), "No longer kept") {
		t.Errorf("it shows %q", text(page.Find("#outages")))
	}
	page = s.open("/stores/us?period=custom&from=2023-02-01&to=2023-02-25")
	if got := text(page.Find(".tile .change")); page.Find(".tile").Length() != 1 || got != "polls of the 25 days before are no longer kept" {
		t.Errorf("February: %q", got)
	}
}

func TestAStoreThatWasNeverPolledHasAPeriod(t *testing.T) {
	s := onSQLite(t).withMonths()
	s.load(file{"zones.csv", "store_id,timezone_str\nsilent,Asia/Tokyo\n"})
	for _, target := range []string{"/stores/silent?period=last-month", "/stores/silent?period=today", "/stores/silent?period=custom&from=1980-01-01&to=1980-12-31"} {
		if page := s.open(target); page.Find(".tile").Length() == 0 || strings.Contains(text(page.Find(".tile")), "100") {
			t.Errorf("%s: %q", target, text(page.Find(".tile")))
		}
	}
	none := onSQLite(t)
	none.load(file{"zones.csv", "store_id,timezone_str\nsilent,Asia/Tokyo\n"})
	for _, target := range []string{"/stores/silent?period=last-month", "/stores?period=last-month", "/?period=last-month"} {
		if page := none.open(target); page.Find("#period").Length() > 0 {
			t.Errorf("%s: without polls a period can be chosen", target)
		}
	}
}
