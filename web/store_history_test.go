package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A historyRow is a day as the page of a store lists it.
type historyRow struct {
	date      uptime.Date
	row       *goquery.Selection
	soFar     bool
	available string // "—" where nothing is known
	offline   string
	open      string
}

// historyOf are the days of a store since its first poll, as the table of its strip has them, the
// newest first.
func historyOf(s *site, code string) (rows []historyRow) {
	s.t.Helper()
	snapshot := s.snapshot()
	n, _ := snapshot.Find(code)
	first, _, _ := snapshot.Dates(n)
	s.open(snapshotURL(code)).Find("#ninety tbody tr").Each(func(i int, row *goquery.Selection) {
		date, cells := snapshot.Today(n)-uptime.Date(i), row.Find("td")
		name := text(row.Find("th"))
		if day := time.Unix(int64(date)*24*60*60, 0).UTC(); strings.TrimSuffix(name, " so far") != day.Format("Mon 2 Jan") {
			s.t.Fatalf("%s: day %d is %q, want %s", code, i, name, iso(date))
		}
		if date < first || strings.Contains(text(cells), "before the first poll") {
			return // the first poll may speak for hours of the day before
		}
		available, offline := text(cells.Eq(0)), strings.Replace(text(cells.Eq(1)), "none seen", "0 min", 1)
		if cells.Length() == 2 { // no figures
			available, offline = "—", ""
		}
		rows = append(rows, historyRow{date, row, strings.HasSuffix(name, " so far"), available, offline, text(cells.Last())})
	})
	return rows
}

// iso is a date as the API has it.
func iso(d uptime.Date) string {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly)
}

type jsonDays struct {
	AsOf  *time.Time `json:"as_of"`
	Store string
	Zone  string
	Days  []struct {
		Date     string
		From, To time.Time
		Figures  jsonWindow
	}
}

// someStores are some of each kind.
func someStores(snapshot *figures.Snapshot) (list []int) {
	for n := range snapshot.Stores {
		if n%4 == 1 || !snapshot.Stores[n].FirstPollAt.Known || snapshot.Now[n].State == uptime.Down {
			list = append(list, n)
		}
	}
	return list
}

// The pages of a history have each date from the first poll to the newest once.
func TestTheHistoryHasEveryDayOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		longest := 0
		for _, n := range someStores(snapshot) {
			code := snapshot.Stores[n].Code
			rows := historyOf(s, code)
			longest = max(longest, len(rows))
			first := snapshot.Stores[n].FirstPollAt
			if !first.Known {
				if len(rows) > 0 {
					t.Errorf("%s was never polled and has a history of %d days", code, len(rows))
				}
				continue
			}
			zone := snapshot.Location(n)
			oldest, today := uptime.DateOf(first.At.Time().In(zone).Date()), uptime.DateOf(snapshot.AsOf.Time().In(zone).Date())
			for i, row := range rows {
				if row.date != today-uptime.Date(i) || row.soFar != (i == 0) {
					t.Errorf("%s: day %d is %s, so far: %v", code, i, iso(row.date), row.soFar)
				}
			}
			if len(rows) == 0 || rows[len(rows)-1].date != oldest {
				t.Errorf("%s: %d days, want them to end on %s", code, len(rows), iso(oldest))
			}
		}
		if longest < 35 {
			t.Errorf("no history was long: %d days", longest)
		}
	})
}

// The days before the strip are reached by a period.
func TestAPeriodGoesBackBeforeTheStrip(t *testing.T) {
	s := onSQLite(t)
	polls, newest := "store_id,status,timestamp_utc\n", time.Date(2023, 1, 25, 12, 0, 0, 0, time.UTC)
	for n := range 100 {
		polls += "1,inactive," + newest.AddDate(0, 0, -n).Format(time.DateTime) + "\n"
	}
	s.load(file{"polls.csv", polls}, file{"zones.csv", "store_id,timezone_str\n1,UTC\n"})
	if rows := historyOf(s, "1"); len(rows) != 90 {
		t.Errorf("the strip has %d days, want 90", len(rows))
	}
	days := s.open("/stores/1?period=custom&from=2022-10-18&to=2022-10-30").Find("#timeline .day-sum")
	if days.Length() != 13 {
		t.Errorf("%d days are drawn, want 13", days.Length())
	}
	for n, sum := range texts(days) {
		if !strings.HasPrefix(sum, "24 h offline · 24 h open · 2") {
			t.Errorf("day %d: %s", n, sum)
		}
	}
}

// A day is the same in the history, in the API, read by itself, and where it is
// recent in the snapshot.
func TestADayIsTheSameEverywhere(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, n := range someStores(snapshot) {
		code := snapshot.Stores[n].Code
		rows := historyOf(s, code)
		if len(rows) == 0 {
			continue
		}
		newest, oldest := rows[0].date, rows[len(rows)-1].date
		api := decode[jsonDays](t, s.call(http.MethodGet, "/api/v1/stores/"+url.PathEscape(code)+"/days?from="+iso(oldest)+"&to="+iso(newest)))
		if len(api.Days) != len(rows) || api.Store != code || api.Zone != snapshot.Location(n).String() || !api.AsOf.Equal(snapshot.AsOf.Time()) {
			t.Errorf("%s: the API has %d days as of %v, the page %d", code, len(api.Days), api.AsOf, len(rows))
			continue
		}
		kept, err := snapshot.StoreDays(n)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			day := api.Days[len(rows)-1-i]
			past := s.past(n, row.date, row.date)
			f := past.Measure(past.Day(row.date).Span)[0]
			if recent := kept.Measure(kept.Day(row.date).Span)[0]; i < 7 && recent != f {
				t.Errorf("%s, %s: the snapshot says %+v, the database %+v", code, iso(row.date), recent, f)
			}
			if day.Date != iso(row.date) || day.Figures.Up != int64(f.Up) || day.Figures.Down != int64(f.Down) || day.Figures.Open != int64(f.Open) ||
				day.Figures.NoData != int64(f.NoData()) || day.Figures.Outages != f.Outages {
				t.Errorf("%s, %s: the API says %+v, want %+v", code, iso(row.date), day, f)
			}
			want := "—"
			if f.Up+f.Down > 0 {
				want = percent(f.Up, f.Down)
				if !isNear(lengthOf(t, row.offline), f.Down) {
					t.Errorf("%s, %s: %q, want %s h", code, iso(row.date), row.offline, f.Down.Hours())
				}
			}
			if row.available != want || !isNear(lengthOf(t, row.open), f.Open) {
				t.Errorf("%s, %s: %s of %s, want %s of %s h", code, iso(row.date), row.available, row.open, want, f.Open.Hours())
			}
		}
	}
}

// Any day of the history can be explained, and the sum is that of its row.
func TestAnyDayIsExplainedAndAddsUpToItsRow(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	explained := 0
	for _, n := range someStores(snapshot) {
		code := snapshot.Stores[n].Code
		for i, row := range historyOf(s, code) {
			if i > 2 && i%9 != 0 { // of the many, some
				continue
			}
			explained++
			link := row.row.Find("a").AttrOr("href", "")
			page := s.open(link)
			day, err := time.Parse("Mon 2 Jan 2006", text(page.Find("#explain h3")))
			if err != nil || uptime.DateOf(day.Date()) != row.date {
				t.Errorf("%s explains %q", link, text(page.Find("#explain h3")))
			}
			if got := page.Find("#explain-day").AttrOr("value", ""); got != iso(row.date) {
				t.Errorf("%s: the field shows %q", link, got)
			}
			sum := parseSums(t, link, text(page.Find("#explain p.sum strong")))
			past := s.past(n, row.date, row.date)
			f := past.Measure(past.Day(row.date).Span)[0]
			if sum != (sums{f.Up, f.Down, f.NoData(), f.Open}) {
				t.Errorf("%s: explained as %+v, its row is %+v", link, sum, f)
			}
			var openings sums
			page.Find("#explain .panel h4").Each(func(_ int, opening *goquery.Selection) {
				openings.add(parseSums(t, link, text(opening.NextUntil("h4").Filter("p.sum").First())))
			})
			if openings != sum {
				t.Errorf("%s: the openings add up to %+v, the day is %+v", link, openings, sum)
			}
			// The part that htmx swaps in says the same.
			part := s.ask(http.MethodGet, link, asHTMX, header("HX-Target", "explain")).page(t)
			if text(part.Find("#explain")) != text(page.Find("#explain")) {
				t.Errorf("%s: the part is another", link)
			}
		}
	}
	if explained < 40 {
		t.Errorf("only %d days were explained", explained)
	}
}

// One goes from day to day as far as there are data, and no further.
func TestOneGoesFromDayToDay(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...) // ten days until 14 March
	var forth, back []string
	for target, days := "/stores/ny?day=2023-03-05", 0; target != "" && days < 20; days++ {
		page := s.open(target)
		forth = append(forth, text(page.Find("#explain h3")))
		target = page.Find("#explain-next").AttrOr("href", "")
	}
	for target, days := "/stores/ny?day=2023-03-14", 0; target != "" && days < 20; days++ {
		page := s.open(target)
		back = append(back, text(page.Find("#explain h3")))
		target = page.Find("#explain-prev").AttrOr("href", "")
	}
	slices.Reverse(back)
	if diff := cmp.Diff(forth, back); diff != "" || len(forth) != 10 || forth[0] != "Sun 5 Mar 2023" || forth[9] != "Tue 14 Mar 2023" {
		t.Errorf("forth and back are not the same ten days: %q\n%s", forth, diff)
	}
	form := s.open("/stores/ny").Find("#explain-day")
	if form.AttrOr("min", "") != "2023-03-05" || form.AttrOr("max", "") != "2023-03-14" {
		t.Errorf("the field takes days from %s to %s", form.AttrOr("min", ""), form.AttrOr("max", ""))
	}
}

func TestADayThatIsNoneIsAnsweredInASentence(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...)
	for _, day := range []string{"2023-03-04", "2023-03-15", "1-1-1", "99999-01-01", "2023-02-29", "0000-00-00", "-2023-03-10", "2023-03-10T00:00", "<b>", "%00"} {
		for name, change := range map[string]func(*http.Request){"page": func(*http.Request) {}, "part": asHTMX} {
			a := s.ask(http.MethodGet, "/stores/ny?day="+url.QueryEscape(day), change)
			if got := text(a.page(t).Find("body")); a.StatusCode != http.StatusBadRequest || !strings.Contains(got, "day: expected one from 2023-03-05 to 2023-03-14, found") {
				t.Errorf("%s, %s: %d %q", day, name, a.StatusCode, got)
			}
		}
	}
	for query, want := range map[string]string{"page=two": "page: expected a whole number, found two", "page=99999999999999999999": "page: expected a whole number, found"} {
		status, page := s.get("/stores/ny?" + query)
		if got := text(page.Find("main .lead")); status != http.StatusBadRequest || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %d %q", query, status, got)
		}
	}
	for _, page := range []string{"0", "-3", "2", "999999999"} { // there is but one
		if got := s.open("/stores/ny?period=last-7-days&page=" + page).Find("#timeline .day").Length(); got != 7 {
			t.Errorf("page %s of the days has %d days", page, got)
		}
	}
}

// How often a store goes offline is what the engine counts, week by week.
func TestOutageFactsAreWhatTheEngineCounts(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	weekly := 0
	for n, store := range snapshot.Stores {
		week := snapshot.Figures[n][uptime.LastWeek]
		facts := map[string]string{}
		s.open(snapshotURL(store.Code)).Find("[aria-labelledby=outages-heading] .facts > div").Each(func(_ int, e *goquery.Selection) {
			facts[text(e.Find("dt"))] = strings.Join(texts(e.Find("dd").Contents()), " ")
		})
		if week.Up+week.Down == 0 {
			if len(facts) > 0 {
				t.Errorf("%s: nothing is known, and yet %v", store.Code, facts)
			}
			continue
		}
		to, sum, weeks := snapshot.AsOf, 0, 0
		earlier := s.inRange([]int{n}, uptime.Span{From: to.Add(-2 * uptime.Week), To: to.Add(-uptime.Week)})
		for whole := 0; whole < 4 && to.Add(-uptime.Week) >= store.FirstPollAt.At; whole++ {
			if f := s.inRange([]int{n}, uptime.Span{From: to.Add(-uptime.Week), To: to}); 2*f.Close >= f.Open {
				sum, weeks = sum+f.Outages, weeks+1
			}
			to = to.Add(-uptime.Week)
		}
		said, before := count(week.Outages, "outage"), fmt.Sprintf("%d the week before", earlier.Outages)
		if week.Close < 9*(week.Open-week.Close) {
			said += " seen"
		}
		now, _ := week.Coverage()
		near, _ := week.CloselySeen()
		nearThen, _ := earlier.CloselySeen()
		switch then, open := earlier.Coverage(); {
		case !open:
			before = "closed in the week before"
		case then == 0:
			before = "nothing is known of the week before"
		case 2*near < 1 && 2*now >= 1:
			before = "polls are too far apart to compare with the week before"
		case 2*now < 1, 2*now < then, 2*near < nearThen:
			before = "too little data to compare with the week before"
		case 2*then < now:
			before = "too little data in the week before"
		case 2*nearThen < near:
			before = "polls were too far apart in the week before"
		}
		want := map[string]string{"This week": said + " " + before}
		if weeks > 1 {
			weekly++
			want["Per week"] = fmt.Sprintf("%.1f average of %d weeks", float64(sum)/float64(weeks), weeks)
		}
		longest := facts["Longest"]
		delete(facts, "Longest")
		if diff := cmp.Diff(want, facts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", store.Code, diff)
		}
		if !isNear(lengthOf(t, longest), week.Longest) || (longest == "") != (week.Outages == 0) {
			t.Errorf("%s: the longest outage is %q, want %s h", store.Code, longest, week.Longest.Hours())
		}
	}
	if weekly < 10 {
		t.Errorf("only %d stores had an average", weekly)
	}
}

func TestAStoreThatWasPolledOnce(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\nonce,inactive,2023-01-20 12:00:00 UTC\nother,active,2023-01-25 18:00:00 UTC\n"})
	rows := historyOf(s, "once")
	var got []string
	for _, row := range rows {
		got = append(got, iso(row.date)+" "+row.available+" of "+row.open)
	}
	// The poll speaks for 24 hours either way: from 6:00 on the 19th, of which the history knows nothing.
	want := []string{
		"2023-01-25 — of 12 h", "2023-01-24 — of 24 h", "2023-01-23 — of 24 h", "2023-01-22 — of 24 h",
		"2023-01-21 0.00 % of 24 h", "2023-01-20 0.00 % of 24 h",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	page := s.open("/stores/once?day=2023-01-20")
	if got, want := text(page.Find("#explain p.sum strong")), "Up 0 min + down 24 h + no data 0 min = open 24 h"; got != want {
		t.Errorf("the day of the poll: %q, want %q", got, want)
	}
	if got := page.Find("#explain .polls tbody tr").Length(); got != 1 {
		t.Errorf("%d polls speak for it", got)
	}
	if got := text(page.Find("[aria-labelledby=outages-heading]")); !strings.Contains(got, "1 outage") || strings.Contains(got, "Per week") {
		t.Errorf("outages: %s", got)
	}
}

func TestTheDaysOfAStoreThatWasNeverPolled(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\nnever,Europe/Berlin\n"},
		file{"polls.csv", "store_id,status,timestamp_utc\nother,active,2023-01-25 12:00:00 UTC\n"})
	page := s.open("/stores/never")
	if page.Find("[aria-labelledby=outages-heading] .facts").Length() > 0 || len(historyOf(s, "never")) > 0 {
		t.Errorf("a history of nothing: %s", text(page.Find("#ninety")))
	}
	if got := text(s.open("/stores/never?day=2023-01-24").Find("#explain p.sum strong")); got != "Up 0 min + down 0 min + no data 24 h = open 24 h" {
		t.Errorf("a recent day: %q", got)
	}
	status, page := s.get("/stores/never?day=2023-01-01")
	if got := text(page.Find("main .lead")); status != http.StatusBadRequest || !strings.Contains(got, "expected one from 2023-01-19 to 2023-01-25") {
		t.Errorf("a day long ago: %d %q", status, got)
	}
}

// Of the page of a store htmx gets the part that it will swap.
func TestThePartsOfAStoresPage(t *testing.T) {
	s := onSQLite(t).withChains()
	code := s.snapshot().Stores[0].Code
	for _, target := range []string{snapshotURL(code), snapshotURL(code) + "?page=2", snapshotURL(code) + "?page=2&day=2023-01-20"} {
		for _, part := range []string{"explain"} {
			for range 2 { // made, and kept
				a := s.ask(http.MethodGet, target, asHTMX, header("HX-Target", part))
				whole := s.open(target)
				if roots := a.page(t).Find("body > *"); roots.Length() != 1 || !roots.Is("#"+part) || text(roots) != text(whole.Find("#"+part)) {
					t.Errorf("%s: for #%s htmx gets %.200s", target, part, a.body)
				}
				if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Target") {
					t.Errorf("%s: Vary = %q", target, a.Header.Values("Vary"))
				}
			}
		}
	}
}
