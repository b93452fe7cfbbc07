package web_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

func TestTheListOfAPeriodSaysWhatEachStoreMeasures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		snapshot := s.snapshot()
		for _, p := range testPeriods {
			page := s.withPeriod("/stores?" + p.query)
			if got := text(page.Find("#stores thead")); !strings.Contains(got, p.text) || strings.Contains(got, "Last hour") {
				t.Errorf("%s: the columns are %q", p.query, got)
			}
			rows, last := page.Find("#stores tbody tr"), uptime.Micros(1<<62)
			if rows.Length() != 6 {
				t.Fatalf("%s: %d rows, want 6", p.query, rows.Length())
			}
			rows.Each(func(_ int, row *goquery.Selection) {
				code := text(row.Find(".id"))
				n, _ := snapshot.Find(code)
				f, before := s.measuredIn(snapshot, n, p.dates), s.measuredIn(snapshot, n, p.before)
				cell := text(row.Find(".in-week"))
				if f.Down > last {
					t.Errorf("%s: %s is not in order", p.query, code)
				}
				if last = f.Down; f.Down > 0 && !strings.Contains(cell, f.Down.LengthText()+" offline") {
					t.Errorf("%s: %s is %q, want %s", p.query, code, cell, f.Down.LengthText())
				}
				if got := row.Find(".store-name a").First().AttrOr("href", ""); got != "/stores/"+code+"?"+p.query {
					t.Errorf("%s: %s leads to %q", p.query, code, got)
				}
				over := !strings.Contains(p.query, "today") && !strings.Contains(p.query, "last-7")
				change := text(row.Find(".in-change"))
				if by := f.Down - before.Down; over && f.ComparableTo(before) && by != 0 && !strings.HasPrefix(change, max(by, -by).LengthText()) {
					t.Errorf("%s: %s changed by %q, want %s", p.query, code, change, by.LengthText())
				}
				if strings.Contains(change, "points") == over && change != "—" && change != "No change" && !strings.HasPrefix(change, "— ") {
					t.Errorf("%s: %s changed by %q", p.query, code, change)
				}
			})
			s.checkPeriodFile(p)
		}
	})
}

// checkPeriodFile compares the file of a list of a period with what its stores measure.
func (s *site) checkPeriodFile(p testPeriod) {
	s.t.Helper()
	snapshot := s.snapshot()
	plain, rows := records(s.t, s.ask(http.MethodGet, "/stores.csv")), records(s.t, s.ask(http.MethodGet, "/stores.csv?sort=store&"+p.query))
	if !slices.Equal(rows[0][:len(plain[0])], plain[0]) {
		s.t.Fatalf("%s: the columns before are %q", p.query, rows[0])
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	for _, row := range rows[1:] {
		n, _ := snapshot.Find(row[0])
		f, before := s.measuredIn(snapshot, n, p.dates), s.measuredIn(snapshot, n, p.before)
		first, last := p.dates(snapshot.Today(n))
		for name, want := range map[string]string{
			"period_from": uptime.DateText(first), "period_to": uptime.DateText(last), "downtime_period": f.Down.Hours(),
			"no_data_period": f.NoData().Hours(), "availability_period": uptime.Percent(f.Up, f.Down), "downtime_period_before": before.Down.Hours(),
		} {
			if got := column(row, name); got != want {
				s.t.Errorf("%s, %s: %s is %q, want %q", p.query, row[0], name, got, want)
			}
		}
	}
}

func TestAPeriodSortsAndFiltersTheList(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		snapshot := s.snapshot()
		down := func(code string, p testPeriod) uptime.Micros {
			n, _ := snapshot.Find(code)
			return s.measuredIn(snapshot, n, p.dates).Down
		}
		for _, p := range testPeriods {
			s.withPeriod("/stores?" + p.query)
			best := ids(s.open("/stores?sort=period&order=asc&" + p.query))
			if !slices.IsSortedFunc(best, func(a, b string) int { return cmp.Compare(down(a, p), down(b, p)) }) {
				t.Errorf("%s, best first: %q", p.query, best)
			}
			if got := ids(s.open("/stores?sort=day&order=asc&" + p.query)); !slices.Equal(got, best) {
				t.Errorf("%s, sorted by a column that it has not: %q, want %q", p.query, got, best)
			}
			var want []string
			for _, store := range snapshot.Stores {
				if down(store.Code, p) > 0 {
					want = append(want, store.Code)
				}
			}
			if got := ids(s.open("/stores?down=true&" + p.query)); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
				t.Errorf("%s, only with downtime: %q, want %q", p.query, got, want)
			}
			page := s.open("/stores?group=G&q=u&" + p.query)
			page.Find("#stores .filters a, #stores thead a").Each(func(_ int, link *goquery.Selection) {
				if href := link.AttrOr("href", ""); !strings.Contains(href, "period=") && text(link) != "Last hour, day, week" {
					t.Errorf("%s: %q leads to %q, which loses the period", p.query, text(link), href)
				}
			})
			if keep := page.Find("#period input[name=group]").AttrOr("value", ""); keep != "G" {
				t.Errorf("%s: other dates are of the group %q", p.query, keep)
			}
		}
		if a := s.ask(http.MethodGet, "/stores?sort=period"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("sorted by a period without one: %d", a.StatusCode)
		}
		if got, want := ids(s.open("/stores?sort=change&order=desc&period=last-month")), ids(s.open("/stores?sort=change&order=desc")); len(got) != len(want) {
			t.Errorf("sorted by change: %q", got)
		}
	})
}

func TestAListThatIsNotAddedUpIsNotKeptAndItsFileWaits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		s.server.WaitForStrips(0)
		page := s.open("/stores?period=last-month")
		if got := text(page.Find("#stores-state")); got != "Last month is being added up and will appear here. Show what is there now" {
			t.Errorf("it says %q", got)
		}
		if page.Find("#stores tbody tr").Length() > 0 || page.Find(".empty").Length() > 0 {
			t.Errorf("it has %q", text(page.Find("#stores")))
		}
		if rows := records(t, s.ask(http.MethodGet, "/stores.csv?period=custom&from=2022-12-01&to=2022-12-20")); len(rows) != 7 {
			t.Errorf("the file has %d lines", len(rows))
		}
		if rows := s.withPeriod("/stores?period=last-month").Find("#stores tbody tr"); rows.Length() != 6 {
			t.Errorf("then it has %d rows", rows.Length())
		}
	})
}

func TestAListSaysOfWhichStoresDaysAreNoLongerKept(t *testing.T) {
	s := onSQLite(t).withMonths()
	modelstest.PrunePolls(t, s.db, 45)
	page := s.withPeriod("/stores?period=custom&from=2022-12-20&to=2022-12-31")
	if got := text(page.Find("#stores-state")); got != "Polls of 20–31 Dec 2022 are no longer kept, so nothing can be said of these days." {
		t.Errorf("it says %q", got)
	}
	for _, row := range records(t, s.ask(http.MethodGet, "/stores.csv?period=custom&from=2022-12-20&to=2022-12-31"))[1:] {
		if got := row[len(row)-4:]; !slices.Equal(got, []string{"—", "—", "—", "—"}) {
			t.Errorf("%s: %q", row[0], got)
		}
	}
}

// Of nobody's store something is said in the period of somebody who does not see it.
func TestAPeriodHasNoStoreOutOfReach(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		s.withPeriod("/?period=last-month") // of all, kept
		owner := s.person(access.Owner, reach.Of([]string{"H"}, nil))
		list := s.ask(http.MethodGet, "/stores?period=last-month", s.as(owner)).page(t)
		if got := ids(list); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"hi", "jp2"}) {
			t.Errorf("the list has %q", got)
		}
		snapshot := s.snapshot()
		var sum uptime.Figures
		for _, n := range members(snapshot, "H") {
			sum.Add(s.measuredIn(snapshot, n, monthsAgo(1)))
		}
		page := s.ask(http.MethodGet, "/?period=last-month", s.as(owner)).page(t)
		if got := text(page.Find("#of-period .tile").First().Find("dt:contains('Open') + dd")); got != sum.Open.LengthText() {
			t.Errorf("open %q, want %s", got, sum.Open.LengthText())
		}
	})
}
