package web_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// newYork is a store open from nine to five each day, seen active at every hour
// but for one, with T = 2023-03-14 18:00Z: the clocks went forward on the 12th.
func newYork() []file {
	var polls, hours strings.Builder
	polls.WriteString("store_id,status,timestamp_utc\n")
	until := time.Date(2023, time.March, 14, 18, 0, 0, 0, time.UTC)
	for at := until.AddDate(0, 0, -9); !at.After(until); at = at.Add(time.Hour) {
		status := "active"
		if at.Day() == 13 && at.Hour() == 15 {
			status = "inactive"
		}
		fmt.Fprintf(&polls, "ny,%s,%s UTC\n", status, at.Format(time.DateTime))
	}
	hours.WriteString("store_id,day,start_time_local,end_time_local\n")
	for day := range 7 {
		fmt.Fprintf(&hours, "ny,%d,09:00,17:00\n", day)
	}
	return []file{{"polls.csv", polls.String()}, {"hours.csv", hours.String()}, {"zones.csv", "store_id,timezone_str\nny,America/New_York\n"}}
}

func TestAStoresPageInWords(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(newYork()...)
		page := s.open("/stores/ny")
		if got, want := strings.Join(texts(page.Find(".store-lead > *")), " · "), "Online since 09:00 EDT closes 17:00 · America/New_York EDT, UTC-04:00"; got != want {
			t.Errorf("now: %q, want %q", got, want)
		}
		if diff := cmp.Diff([]string{"Monday | 09:00–17:00", "Tuesday | 09:00–17:00", "Wednesday | 09:00–17:00", "Thursday | 09:00–17:00", "Friday | 09:00–17:00", "Saturday | 09:00–17:00", "Sunday | 09:00–17:00"},
			cells(page.Find("table.hours tbody tr"))); diff != "" {
			t.Errorf("hours (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"Mon 13 Mar, 11:00 EDT | Mon 13 Mar, 12:00 EDT | 1 h (0 min – 2 h) | Excuse the outage of Mon 13 Mar, 11:00 EDT"}, cells(page.Find("table.outages tbody tr"))); diff != "" {
			t.Errorf("outages (-want +got):\n%s", diff)
		}
		outage := page.Find("table.outages time").First()
		if got := outage.AttrOr("datetime", ""); got != "2023-03-13T15:00:00Z" {
			t.Errorf("the outage's instant for machines is %q", got)
		}
		if diff := cmp.Diff([]string{"Tue 14 Mar", "Mon 13 Mar", "Sun 12 Mar", "Sat 11 Mar", "Fri 10 Mar", "Thu 9 Mar", "Wed 8 Mar", "Tue 7 Mar"}, texts(page.Find(".day-name"))); diff != "" {
			t.Errorf("days (-want +got):\n%s", diff)
		}
		if got := text(page.Find(".day").Eq(2).Find(".hint").First()); got != "The clocks changed: this day had 23 h." {
			t.Errorf("the day the clocks went forward is noted with %q", got)
		}
		if got := text(page.Find(".day").Eq(1).Find(".day-sum")); got != "1 h offline · 8 h open" {
			t.Errorf("the day with the outage sums up to %q", got)
		}
	})
}

func TestWhatAStoresPageAssumes(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\nbare,active,2023-01-25 12:00:00 UTC\n"})
	if got := texts(s.open("/stores/bare").Find(".flag")); !slices.Equal(got, []string{"zone assumed", "hours assumed: always open"}) {
		t.Errorf("flags: %q", got)
	}
	if got := text(s.open("/stores").Find("#stores tbody [data-label=Zone]")); got != "America/Chicago zone assumed hours assumed" {
		t.Errorf("the list says %q", got)
	}
	if got := texts(s.open("/stores/bare").Find(".empty-title")); !slices.Equal(got, []string{"No downtime seen in the 14 % that we could check", "Always open"}) {
		t.Errorf("without downtime and hours the page says %q", got)
	}
}

func TestAStoreThatWasNeverPolled(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\nnever,Europe/Berlin\n"})
	for _, polled := range []bool{false, true} {
		if polled {
			s.load(file{"polls.csv", "store_id,status,timestamp_utc\nother,active,2023-01-25 12:00:00 UTC\n"})
		}
		page := s.open("/stores/never")
		if got := text(page.Find("main")); strings.Contains(got, "100") || strings.Contains(got, "Great news") || !strings.Contains(got, "No data ") {
			t.Errorf("others polled: %v: the page says %s", polled, got)
		}
		if got := texts(page.Find(".tile .figure")); !slices.Equal(got, []string{"—", "—", "—"}) {
			t.Errorf("others polled: %v: figures %q", polled, got)
		}
		if got := text(page.Find(".store-lead .now")); !strings.HasPrefix(got, "No data") {
			t.Errorf("others polled: %v: it is %q", polled, got)
		}
	}
}

// The strip of each day is the whole of that day, once.
func TestStretchesTileTheDay(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.load(newYork()...) // a week with a clock change would be another T, but the zone counts
	for n, store := range s.snapshot().Stores {
		if n%4 != 0 {
			continue
		}
		page := s.open(snapshotURL(store.Code))
		if got := page.Find(".day").Length(); got != 8 {
			t.Errorf("store %s: %d days", store.Code, got)
		}
		page.Find(".day").Each(func(_ int, day *goquery.Selection) { wantTiled(t, store.Code, day) })
	}
}

func wantTiled(t *testing.T, store string, day *goquery.Selection) {
	t.Helper()
	name, end := store+", "+text(day.Find(".day-name")), 0.0
	number := func(e *goquery.Selection, attr string) float64 {
		n, err := strconv.ParseFloat(e.AttrOr(attr, ""), 64)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return n
	}
	last := ""
	rows := day.Find(".stretches tbody tr")
	day.Find(".strip rect").Each(func(n int, stretch *goquery.Selection) {
		if at := number(stretch, "x"); math.Abs(at-end) > .02 {
			t.Errorf("%s: a stretch begins at %v, the one before ended at %v", name, at, end)
		}
		width := number(stretch, "width")
		if width <= 0 {
			t.Errorf("%s: a stretch is %v wide", name, width)
		}
		end = number(stretch, "x") + width
		kind := stretch.AttrOr("class", "")
		if kind == last {
			t.Errorf("%s: two stretches beside each other are both %s", name, kind)
		}
		last = kind
		// What is drawn is also written.
		row := rows.Eq(n)
		kind, _, _ = strings.Cut(strings.TrimPrefix(kind, "s-"), " ")
		if said := row.AttrOr("data-say", ""); !strings.HasPrefix(said, map[string]string{"up": "online", "down": "offline", "nodata": "no data"}[kind]) || kind == "" ||
			kind != "before" && kind != "after" && !strings.Contains(said, " "+text(row.Find("td.num").First())) {
			t.Errorf("%s: drawn %q, read out as %q, written %q", name, kind, said, text(row))
		}
	})
	if math.Abs(end-1000) > .02 || rows.Length() != day.Find(".strip rect").Length() {
		t.Errorf("%s: drawn up to %v of 1000, %d rows", name, end, rows.Length())
	}
	day.Find(".strip line").Each(func(_ int, mark *goquery.Selection) {
		if at := number(mark, "x1"); at < 0 || at > 1000 {
			t.Errorf("%s: a mark at %v", name, at)
		}
	})
}

// A day is explained opening by opening, and everything adds up: the polls to
// the opening, the openings to the day, up, down and no data to the open time.
func TestExplanationsAddUp(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	explained, polls := 0, 0
	for n, store := range snapshot.Stores {
		if n%8 != 0 {
			continue
		}
		for _, day := range texts(s.open(snapshotURL(store.Code)).Find("#explain .filters a")) {
			date, err := time.Parse("Mon 2 Jan 2006", day+" 2023")
			if err != nil {
				t.Fatal(err)
			}
			target := snapshotURL(store.Code) + "?day=" + date.Format(time.DateOnly)
			panel := s.open(target).Find("#explain .panel")
			if got := text(panel.Find("h3")); got != date.Format("Mon 2 Jan 2006") {
				t.Errorf("%s explains %q", target, got)
			}
			var whole sums
			panel.Find("h4").Each(func(_ int, opening *goquery.Selection) {
				rest := opening.NextUntil("h4")
				one := parseSums(t, target, text(rest.Filter("p.sum").First()))
				whole.add(one)
				var said sums
				rest.Filter("table").Find("tbody tr").Each(func(_ int, poll *goquery.Selection) {
					polls++
					speaks := text(poll.Find("[data-label='Covers']"))
					length := lengthOf(t, speaks[strings.LastIndex(speaks, ", ")+1:])
					switch {
					case strings.HasSuffix(speaks, " up") && strings.Contains(text(poll), " active"):
						said.up += length
					case strings.HasSuffix(speaks, " down") && strings.Contains(text(poll), " inactive"):
						said.down += length
					default:
						t.Errorf("%s: %s", target, text(poll))
					}
				})
				if said.up != one.up || said.down != one.down {
					t.Errorf("%s, %s: its polls speak for %+v, its sum is %+v", target, text(opening), said, one)
				}
				explained++
			})
			if day := parseSums(t, target, text(panel.Find("p.sum strong"))); day != whole {
				t.Errorf("%s: the day is %+v, its openings %+v", target, day, whole)
			}
		}
	}
	if explained < 50 || polls < 200 {
		t.Errorf("only %d openings with %d polls were explained", explained, polls)
	}
}

// sums are what a sentence says: "Up 7 h + down 1 h + no data 0 min = open 8 h".
type sums struct{ up, down, noData, open uptime.Micros }

func (s *sums) add(o sums) {
	s.up, s.down, s.noData, s.open = s.up+o.up, s.down+o.down, s.noData+o.noData, s.open+o.open
}

func parseSums(t *testing.T, where, words string) sums {
	t.Helper()
	parts := strings.FieldsFunc(words, func(r rune) bool { return r == '+' || r == '=' })
	if len(parts) != 4 {
		t.Fatalf("%s: %q", where, words)
	}
	s := sums{lengthOf(t, parts[0]), lengthOf(t, parts[1]), lengthOf(t, parts[2]), lengthOf(t, parts[3])}
	if s.up+s.down+s.noData != s.open {
		t.Errorf("%s: %q does not add up", where, words)
	}
	return s
}

// The days explained are the days drawn, and say the same.
func TestExplanationsAgreeWithTheStrip(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...)
	page := s.open("/stores/ny?day=2023-03-13")
	if got, want := text(page.Find("#explain p.sum strong")), "Up 7 h + down 1 h + no data 0 min = open 8 h"; got != want {
		t.Errorf("the day with the outage: %q, want %q", got, want)
	}
	if got := text(page.Find("#explain [aria-current]")); got != "Mon 13 Mar" {
		t.Errorf("the chosen day is %q", got)
	}
	var figures [1]uptime.Figures
	snapshot := s.snapshot()
	polls, err := snapshot.PollsOf(0)
	if err != nil {
		t.Fatal(err)
	}
	past, err := snapshot.StoreDays(0)
	if err != nil {
		t.Fatal(err)
	}
	for n, day := range past.Days(past.Today()-6, past.Today()) {
		snapshot.History(0, polls).Measure([]uptime.Span{day.Span}, figures[:])
		page := s.open("/stores/ny?day=" + time.Unix(int64(day.Date)*24*60*60, 0).UTC().Format(time.DateOnly))
		got := parseSums(t, "explanation", text(page.Find("#explain p.sum strong")))
		if n < 6 && got != (sums{figures[0].Up, figures[0].Down, figures[0].NoData(), figures[0].Open}) {
			t.Errorf("day %d: explained as %+v, measured as %+v", n, got, figures[0])
		}
	}
	for _, day := range []string{"2023-03-04", "2023-03-15", "13 Mar", "2023-02-30"} {
		status, page := s.get("/stores/ny?day=" + strings.ReplaceAll(day, " ", "%20"))
		if got := text(page.Find("main .lead")); status != http.StatusBadRequest || !strings.Contains(got, "day: expected one from 2023-03-05 to 2023-03-14, found "+day) {
			t.Errorf("%s: %d %q", day, status, got)
		}
	}
}

// A store's page shows the outages that its figures count.
func TestOutagesAddUpToTheDowntime(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot, looked := s.snapshot(), 0
	for n, store := range snapshot.Stores {
		week := snapshot.Figures[n][uptime.LastWeek]
		if week.Outages == 0 || week.Outages > 20 {
			continue
		}
		looked++
		rows := s.open(snapshotURL(store.Code)).Find("table.outages tbody tr")
		if rows.Length() != week.Outages {
			t.Errorf("store %s: %d outages are listed, %d are counted", store.Code, rows.Length(), week.Outages)
		}
		last := ""
		rows.Find("td:first-child time").Each(func(_ int, e *goquery.Selection) {
			if at := e.AttrOr("datetime", ""); last != "" && at >= last {
				t.Errorf("store %s: the outage of %s is listed after %s", store.Code, at, last)
			} else {
				last = at
			}
		})
		offline := snapshot.Now[n].State == uptime.Down
		if still := rows.First().Find("td").Eq(1).Text(); strings.Contains(still, "still offline") != offline {
			t.Errorf("store %s is offline: %v, its newest outage ends %q", store.Code, offline, strings.TrimSpace(still))
		}
	}
	if looked < 5 {
		t.Errorf("only %d stores had outages", looked)
	}
}
