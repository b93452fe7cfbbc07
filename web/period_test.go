package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// withMonths loads six stores that were polled for a hundred days. At the newest poll it is 1
// March in Tokyo, and in America the last day of February.
func (s *site) withMonths() *site {
	s.t.Helper()
	newest := modelstest.At("2023-03-01 03:00")
	polls, zones := "store_id,status,timestamp_utc\n", "store_id,timezone_str\n"
	hours := "store_id,day,start_time_local,end_time_local\n"
	names := "store_id,name,group,city\nus,Ursula,G,\nus2,Uwe,G,\njp,Jun,G,\njp2,Jin,H,\nhi,Hina,H,\n"
	for n, store := range []struct{ code, zone string }{
		{"us", "America/Chicago"}, {"us2", "America/Chicago"}, {"jp", "Asia/Tokyo"}, {"jp2", "Asia/Tokyo"}, {"hi", "Pacific/Honolulu"}, {"alone", "America/New_York"},
	} {
		zones += store.code + "," + store.zone + "\n"
		for day := range 7 {
			if n%2 == 1 {
				hours += fmt.Sprintf("%s,%d,%02d:00,%02d:00\n", store.code, day, 8+n, 20+n%4)
			}
		}
		for ago := 0; ago < 100*24; ago += 2 + n%3 {
			state := []string{"active", "inactive"}[map[bool]int{true: 1}[ago*(n+3)%(5+n) == 0]]
			polls += fmt.Sprintf("%s,%s,%s\n", store.code, state, modelstest.Stamp(newest.Add(-uptime.Micros(ago)*uptime.Hour)))
		}
	}
	s.load(file{"polls.csv", polls}, file{"zones.csv", zones}, file{"hours.csv", hours}, file{"names.csv", names})
	return s
}

// A testPeriod is a query of a page, and which dates it means.
type testPeriod struct {
	query, text   string
	dates, before func(today uptime.Date) (first, last uptime.Date)
}

func days(first, last int) func(uptime.Date) (uptime.Date, uptime.Date) {
	return func(today uptime.Date) (uptime.Date, uptime.Date) {
		return today - uptime.Date(first), today - uptime.Date(last)
	}
}

func monthsAgo(months int) func(uptime.Date) (uptime.Date, uptime.Date) {
	return func(today uptime.Date) (uptime.Date, uptime.Date) {
		year, month, _ := time.Unix(int64(today)*86400, 0).UTC().Date()
		first := time.Date(year, month-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
		return uptime.DateOf(first.Date()), uptime.DateOf(first.AddDate(0, 1, -1).Date())
	}
}

func weeksAgo(weeks int) func(uptime.Date) (uptime.Date, uptime.Date) {
	return func(today uptime.Date) (uptime.Date, uptime.Date) {
		monday := today - uptime.Date(today.Weekday()) - uptime.Date(7*weeks)
		return monday, monday + 6
	}
}

func fixed(from, to string) func(uptime.Date) (uptime.Date, uptime.Date) {
	first, _ := uptime.ParseDate(from)
	last, _ := uptime.ParseDate(to)
	return func(uptime.Date) (uptime.Date, uptime.Date) { return first, last }
}

var testPeriods = []testPeriod{
	{"period=today", "Today", days(0, 0), days(1, 1)},
	{"period=yesterday", "Yesterday", days(1, 1), days(2, 2)},
	{"period=last-7-days", "Last 7 days", days(6, 0), days(13, 7)},
	{"period=last-week", "Last week", weeksAgo(1), weeksAgo(2)},
	{"period=last-month", "Last month", monthsAgo(1), monthsAgo(2)},
	{"from=2023-01-10&period=custom&to=2023-02-20", "10 Jan – 20 Feb 2023", fixed("2023-01-10", "2023-02-20"), fixed("2022-11-29", "2023-01-09")},
}

// measuredIn are the raw figures of a store in a period, by the engine.
func (s *site) measuredIn(snapshot *figures.Snapshot, n int, dates func(uptime.Date) (uptime.Date, uptime.Date)) uptime.Figures {
	s.t.Helper()
	first, last := dates(snapshot.Today(n))
	r, err := s.figures.MeasureDates(s.t.Context(), snapshot, []int{n}, first, last)
	if err != nil && !errors.As(err, &figures.KeptError{}) {
		s.t.Fatal(err)
	}
	if err != nil {
		return uptime.Figures{}
	}
	return r.Figures[0]
}

// withPeriod asks for a page until nothing of its period is pending.
func (s *site) withPeriod(target string) *goquery.Document {
	s.t.Helper()
	for range 1000 {
		if page := s.open(target); page.Find("[role=status]:contains('added up')").Length() == 0 {
			return page
		}
	}
	s.t.Fatalf("the period of %s is never added up", target)
	return nil
}

func TestTheOverviewOfAPeriodSaysWhatItsStoresMeasure(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		snapshot := s.snapshot()
		for _, p := range testPeriods {
			for _, group := range []string{"", "G"} {
				target := withQuery(overviewOf(group), p.query)
				page := s.withPeriod(target)
				var sum, before uptime.Figures
				for _, n := range members(snapshot, group) {
					sum.Add(s.measuredIn(snapshot, n, p.dates))
					before.Add(s.measuredIn(snapshot, n, p.before))
				}
				tiles := page.Find("#of-period .tile")
				if tiles.Length() != 2 || !strings.HasPrefix(text(tiles.Eq(0).Find("h3")), p.text) {
					t.Fatalf("%s has %d tiles, the first %q", target, tiles.Length(), text(tiles.Eq(0)))
				}
				for n, f := range []uptime.Figures{sum, before} {
					for name, want := range map[string]uptime.Micros{"Offline": f.Down, "Open": f.Open} {
						if got := text(tiles.Eq(n).Find("dt:contains('" + name + "') + dd")); !strings.HasPrefix(got, want.LengthText()) {
							t.Errorf("%s, tile %d: %s is %q, want %s", target, n, name, got, want.LengthText())
						}
					}
				}
				change := changeInWords(sum, before, text(tiles.Eq(1).Find("h3"))[len("The "):])
				if got := text(tiles.Eq(0).Find(".change")); got != change {
					t.Errorf("%s: change is %q, want %q", target, got, change)
				}
				s.checkWorst(page, snapshot, p)
				if got := text(page.Find("#period [aria-current]")); !strings.Contains(p.query, "custom") && got != p.text {
					t.Errorf("%s: %q is chosen", target, got)
				}
				if page.Find("#ninety .chosen").Length() == 0 && !strings.Contains(p.query, "yesterday") && !strings.Contains(p.query, "today") {
					t.Errorf("%s: the strip does not show which days it is about", target)
				}
			}
		}
	})
}

// withQuery adds a query to a path that may have one.
func withQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

// checkWorst compares the worst stores of an overview with what they measure.
func (s *site) checkWorst(page *goquery.Document, snapshot *figures.Snapshot, p testPeriod) {
	s.t.Helper()
	last := uptime.Micros(1 << 62)
	rows := page.Find("[aria-labelledby=worst-heading] tbody tr")
	if rows.Length() == 0 {
		s.t.Errorf("%s: there is no worst store", p.query)
	}
	rows.Each(func(_ int, row *goquery.Selection) {
		link := row.Find(".store-name a").First().AttrOr("href", "")
		at, err := url.Parse(link)
		if err != nil || at.RawQuery != p.query {
			s.t.Errorf("%s: a store leads to %q, which loses the period", p.query, link)
			return
		}
		n, _ := snapshot.Find(strings.TrimPrefix(at.Path, "/stores/"))
		f := s.measuredIn(snapshot, n, p.dates)
		if f.Down > last {
			s.t.Errorf("%s: %s is not in order", p.query, link)
		}
		last = f.Down
		if got := text(row.Find("td").Eq(1)); f.Down > 0 && !strings.Contains(got, f.Down.LengthText()+" o") {
			s.t.Errorf("%s: %s is %q, want %s", p.query, link, got, f.Down.LengthText())
		}
	})
}

func TestAPeriodThatCannotBeReadIsRefusedInWords(t *testing.T) {
	s := onSQLite(t).withMonths()
	for query, words := range map[string]string{
		"period=soon":                                    "period: expected today, yesterday, last-7-days, last-week, last-month or custom, found soon",
		"period=7d":                                      "period: expected today, yesterday, last-7-days, last-week, last-month or custom, found 7d",
		"period=today&from=2023-01-01":                   "period: expected custom, beside from and to, found today",
		"from=2023-01-01&to=2023-01-02":                  "period: expected custom, beside from and to, found nothing",
		"period=custom":                                  "from: expected a date from 1980 on, such as 2026-11-15, found nothing",
		"period=custom&from=2023-01-01":                  "to: expected a date from 1980 on, such as 2026-11-15, found nothing",
		"period=custom&from=2023-02-30&to=2023-03-01":    "from: expected a date from 1980 on, such as 2026-11-15, found 2023-02-30",
		"period=custom&from=2023-01-01&to=01.02.2023":    "to: expected a date from 1980 on, such as 2026-11-15, found 01.02.2023",
		"period=custom&from=0001-01-01&to=0001-01-02":    "from: expected a date from 1980 on, such as 2026-11-15, found 0001-01-01",
		"period=custom&from=2023-01-01&to=9999-12-31":    "to: expected a date from 1980 on, such as 2026-11-15, found 9999-12-31",
		"period=custom&from=2023-01-02&to=2023-01-01":    "to: expected a date not before from, found 2023-01-01",
		"period=custom&from=2022-01-01&to=2023-01-02":    "to: expected at most 366 days from from on, found 2023-01-02",
		"period=custom&from=2023-01-01T00%3A00&to=today": "from: expected a date from 1980 on, such as 2026-11-15, found 2023-01-01T00:00",
	} {
		for _, path := range periodPages {
			if a := s.ask(http.MethodGet, path+"?"+query); a.StatusCode != http.StatusBadRequest || !strings.Contains(text(a.page(t).Find("main")), words) {
				t.Errorf("%s?%s: %d %q, want %q", path, query, a.StatusCode, text(a.page(t).Find("main")), words)
			}
		}
	}
	for _, query := range []string{"period=custom&from=1980-01-01&to=1980-12-31", "period=custom&from=2022-03-02&to=2023-03-02", "period=custom&from=9998-01-01&to=9998-12-31"} {
		for _, path := range periodPages {
			if a := s.ask(http.MethodGet, path+"?"+query); a.StatusCode != http.StatusOK {
				t.Errorf("%s?%s: %d", path, query, a.StatusCode)
			}
		}
	}
}

// periodPages are the pages that have a period.
var periodPages = []string{"/", "/stores", "/stores/us"}

func TestAPeriodThatIsNotAddedUpAsksAgainAndIsNotKept(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		s.server.WaitForStrips(0)
		page := s.open("/?period=last-month")
		if got := text(page.Find("#of-period > [role=status]")); got != "Last month is being added up and will appear here. Show what is there now" {
			t.Errorf("it says %q", got)
		}
		if got := page.Find("#of-period").AttrOr("hx-get", ""); got != "/?period=last-month" {
			t.Errorf("it asks for %q again", got)
		}
		if tiles := page.Find("#of-period .tile"); tiles.Length() > 0 {
			t.Errorf("it has tiles already: %q", text(tiles))
		}
		if page := s.withPeriod("/?period=last-month"); page.Find("#of-period .tile").Length() != 2 || page.Find("#of-period[hx-get]").Length() > 0 {
			t.Errorf("it becomes %q", text(page.Find("#of-period")))
		}
		if page := s.open("/?period=today"); page.Find("#of-period .tile").Length() != 2 {
			t.Errorf("today waits for %q", text(page.Find("#of-period")))
		}
	})
}

func TestDaysThatAreNoLongerKeptAreSaidToBe(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withMonths()
		modelstest.PrunePolls(t, s.db, 45)
		old := s.withPeriod("/?period=custom&from=2022-12-01&to=2022-12-31")
		if got := text(old.Find("#of-period > [role=status]")); got != "Polls of 1–31 Dec 2022 are no longer kept, so nothing can be said of these days." {
			t.Errorf("December: %q", got)
		}
		if old.Find("#of-period .tile, #of-period tbody tr").Length() > 0 {
			t.Errorf("December: %q", text(old.Find("#of-period")))
		}
		some := s.withPeriod("/?period=custom&from=2023-02-01&to=2023-02-25")
		tile := some.Find("#of-period .tile")
		if got := text(tile.Find(".change")); tile.Length() != 1 || got != "polls of the 25 days before are no longer kept" {
			t.Errorf("February: %d tiles, compared %q", tile.Length(), got)
		}
	})
}

// Whoever chose a period stays in it, and the form of a report has it.
func TestThePeriodGoesAlongWithLinks(t *testing.T) {
	s := onSQLite(t).withMonths()
	page := s.withPeriod("/?period=last-week&group=G")
	for _, find := range []string{".crumbs a", ".counts a", "[aria-labelledby=worst-heading] .section-head a", ".nav li:nth-child(1) a", ".nav li:nth-child(2) a"} {
		links := page.Find(find)
		if links.Length() == 0 {
			t.Errorf("%s: nothing is found", find)
		}
		links.Each(func(_ int, link *goquery.Selection) {
			at, err := url.Parse(link.AttrOr("href", ""))
			if err != nil || at.Query().Get("period") != "last-week" {
				t.Errorf("%s leads to %q", text(link), link.AttrOr("href", ""))
			}
		})
	}
	if got := page.Find(".chooser input[name=period]").AttrOr("value", ""); got != "last-week" {
		t.Errorf("another group is of %q", got)
	}
	if got := page.Find("#generate input[name=period]").AttrOr("value", ""); got != "last-week" {
		t.Errorf("the report is of %q", got)
	}
	page = s.withPeriod("/?period=custom&from=2023-02-10&to=2023-02-28")
	if from, to := page.Find("#generate input[name=from]").AttrOr("value", ""), page.Find("#generate input[name=to]").AttrOr("value", ""); from != "2023-02-10T00:00" || to != "2023-03-01T00:00" {
		t.Errorf("the report is from %q to %q", from, to)
	}
	plain := s.open("/")
	if plain.Find("a[href*='period=last-week']").Length() != 1 || plain.Find("#generate input[name=period]").Length() > 0 || plain.Find(".tile").Length() != 3 {
		t.Error("the overview without a period is another than it was")
	}
	var choices []string
	plain.Find("#period li > a").Each(func(_ int, a *goquery.Selection) { choices = append(choices, text(a)) })
	if want := []string{"Last hour, day, week", "Today", "Yesterday", "Last 7 days", "Last week", "Last month"}; !slices.Equal(choices, want) {
		t.Errorf("the choices are %q", choices)
	}
}

// A list of a period leads to the form of a report, which has the period and the group.
func TestTheFormOfAReportIsFilledInByAPeriod(t *testing.T) {
	s := onSQLite(t).withMonths()
	lead := s.withPeriod("/stores?group=G&period=last-month").Find(".list-actions a:contains('Report of last month')").AttrOr("href", "")
	form := s.open(lead).Find("#generate")
	if got := form.Find("#generate-period option[selected]").AttrOr("value", ""); got != "last-month" {
		t.Errorf("%s: the period is %q", lead, got)
	}
	if got := form.Find("#generate-group option[selected]").AttrOr("value", ""); got != "G" {
		t.Errorf("%s: the group is %q", lead, got)
	}
	lead = s.withPeriod("/stores?period=custom&from=2023-02-10&to=2023-02-20").Find(".list-actions a:contains('Report of 10–20 Feb 2023')").AttrOr("href", "")
	form = s.open(lead).Find("#generate")
	if from, to := form.Find("#from").AttrOr("value", ""), form.Find("#to").AttrOr("value", ""); from != "2023-02-10T00:00" || to != "2023-02-21T00:00" {
		t.Errorf("%s: from %q to %q", lead, from, to)
	}
	for query, words := range map[string]string{
		"period=custom": "period: expected today, yesterday, last-7-days, last-week or last-month, found custom", "from=soon": "from: expected 2026-11-15T00:00, found soon",
	} {
		if a := s.ask(http.MethodGet, "/reports?"+query); a.StatusCode != http.StatusBadRequest || !strings.Contains(text(a.page(t).Find("main")), words) {
			t.Errorf("%s: %d %q", query, a.StatusCode, text(a.page(t).Find("main")))
		}
	}
	r := s.asked("period", "last-month", "group", "G")
	if got := r.Scope().Range; got != (uptime.Span{From: modelstest.At("2023-02-01 00:00"), To: modelstest.At("2023-03-01 00:00")}) {
		t.Errorf("the report is of %v", got)
	}
}
