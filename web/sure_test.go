package web_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// seldomPolled are stores that are always open, in two groups, as of 18:00. All but one
// were polled until then: "hourly" each hour, "far" every six hours, "lone" each hour until
// 14 hours before. "far" was inactive at 06:00 of the last day, and "lone" is offline.
func seldomPolled() []file {
	var polls strings.Builder
	polls.WriteString("store_id,status,timestamp_utc\n")
	until := time.Date(2023, time.January, 25, 18, 0, 0, 0, time.UTC)
	for at := until.AddDate(0, 0, -16); !at.After(until); at = at.Add(time.Hour) {
		write := func(store string, active bool) {
			status := map[bool]string{true: "active", false: "inactive"}[active]
			fmt.Fprintf(&polls, "%s,%s,%s UTC\n", store, status, at.Format(time.DateTime))
		}
		write("hourly", true)
		if at.Hour()%6 == 0 {
			write("far", at.Day() != 25 || at.Hour() != 6)
		}
		if ago := until.Sub(at); ago >= 14*time.Hour {
			write("lone", ago != 14*time.Hour)
		}
	}
	return []file{
		{"polls.csv", polls.String()},
		{"zones.csv", "store_id,timezone_str\nhourly,UTC\nfar,UTC\nlone,UTC\n"},
		{"names.csv", "store_id,name,group,city\nhourly,,Near,\nfar,,Away,\nlone,,Away,\n"},
	}
}

// A store that polls speak for all the time is hollow where they are far apart, and says why.
func TestPollsThatAreFarApartMakeFiguresHollow(t *testing.T) {
	s := onSQLite(t)
	s.load(seldomPolled()...)
	page := s.open("/stores/far")
	tiles := page.Find(".tile")
	for n, want := range []string{
		"no downtime seen; polls are too far apart to say more | none seen | 100.00 % | 0 %",
		"6 h of downtime seen; polls are too far apart to say more | 6 h (0 min – 12 h) | 100.00 % | 25 %",
		"6 h of downtime seen; polls are too far apart to say more | 6 h (0 min – 12 h) | 100.00 % | 25 %",
	} {
		tile := tiles.Eq(n)
		got := []string{text(tile.Find(".finding")), fact(tile, "Offline"), fact(tile, "Coverage"), fact(tile, "Near a poll")}
		if strings.Join(got, " | ") != want || tile.Find(".figure.thin").Length() != 1 {
			t.Errorf("tile %d: %q, want %q", n, got, want)
		}
		if got := text(tile.Find(".change")); !strings.HasPrefix(got, "Polls are too far apart to compare with the ") {
			t.Errorf("tile %d: %q", n, got)
		}
	}
	if got := page.Find(".bounds-note"); got.Length() != 1 || !strings.Contains(text(got), "usually 1 h apart") {
		t.Errorf("the page says of bounds: %q", text(got))
	}
	sure := s.open("/stores/hourly")
	sure.Find("#ninety").Remove() // on its first day the first poll speaks for the time before it
	if got := sure.Find(".bounds, .bounds-note, .far, .thin").Length(); got != 0 {
		t.Errorf("a store without doubt shows %d signs of it", got)
	}
	line := s.open("/stores?q=far").Find("[data-label='Last week']")
	if line.Find(".avail.thin").Length() != 1 || line.Find(".share.pale").Length() != 1 || line.Find(".found").AttrOr("title", "") != "Possible downtime: 0 min – 12 h" || line.Find(".avail").AttrOr("title", "") != "6 h of downtime seen; polls are too far apart to say more" {
		t.Errorf("the list says %q", text(line))
	}
	if got := texts(page.Find("table.outages tbody tr td.off")); len(got) != 1 || got[0] != "6 h (0 min – 12 h)" {
		t.Errorf("outages: %q", got)
	}
}

// Time far from its poll is drawn lighter and said, and the pieces of the drawing add up to
// the stretches.
func TestTimeFarFromItsPollIsToldFromTheRest(t *testing.T) {
	s := onSQLite(t)
	s.load(seldomPolled()...)
	page := s.open("/stores/far?day=2023-01-25")
	day := page.Find(".timeline .day").First()
	want := []string{
		"Online | 00:00 | 01:30 | 1 h 30 min | 1", "Online, far from a poll | 01:30 | 06:00 | 4 h 30 min | ",
		"Offline | 06:00 | 07:30 | 1 h 30 min | 1", "Offline, far from a poll | 07:30 | 12:00 | 4 h 30 min | ",
		"Online | 12:00 | 13:30 | 1 h 30 min | 1", "Online, far from a poll | 13:30 | 18:00 | 4 h 30 min | ", "After the data end | 18:00 | 00:00 | 6 h | ",
	}
	if diff := cmp.Diff(want, cells(day.Find(".stretches tbody tr"))); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
	if far := day.Find("svg rect.far"); far.Length() != 3 || far.Filter(".s-down").Length() != 1 || day.Find(".stretches .key.far").Length() != 3 {
		t.Errorf("%d stretches are drawn lighter", far.Length())
	}
	if got := text(day.Find(".day-sum")); got != "6 h offline · 18 h open · 13 h 30 min far from a poll" {
		t.Errorf("the day is summed up as %q", got)
	}
	if got := text(page.Find(".timeline + .legend")); !strings.Contains(got, "far from a poll") {
		t.Errorf("the legend is %q", got)
	}
	bar := s.open("/stores/far?period=today").Find(".tile").First()
	if bar.Find(".s-up.far").AttrOr("width", "") != "500.00" || bar.Find(".s-down.far").AttrOr("width", "") != "250.00" {
		t.Errorf("the bar of the day: %s", bar.Find("svg").Text())
	}
	sure := page.Find("#explain table.polls [data-label='How sure']")
	if diff := cmp.Diff([]string{
		"not certain, 4 h 30 min far from the poll", "not certain, 4 h 30 min far from the poll", "certain, 4 h 30 min far from the poll",
	}, texts(sure)); diff != "" {
		t.Errorf("how sure (-want +got):\n%s", diff)
	}
	if got := texts(page.Find("#explain .sum-bounds")); len(got) != 2 || got[1] != "Possible downtime: 0 min to 12 h." {
		t.Errorf("bounds of the day: %q", got)
	}
}

// The first poll of an opening is certain only from itself on.
func TestTheExplanationSaysWhatOfAPollIsCertain(t *testing.T) {
	s := onSQLite(t)
	s.load(
		file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 10:00:00 UTC\na,active,2023-01-25 11:00:00 UTC\na,inactive,2023-01-25 12:00:00 UTC\n"},
		file{"hours.csv", "store_id,day,start_time_local,end_time_local\na,2,09:00,13:00\n"},
		file{"zones.csv", "store_id,timezone_str\na,UTC\n"},
		file{"later.csv", "store_id,status,timestamp_utc\nb,active,2023-01-25 18:00:00 UTC\n"},
	)
	page := s.open("/stores/a?day=2023-01-25")
	if diff := cmp.Diff([]string{"1 h certain, 1 h not", "not certain", "not certain"}, texts(page.Find("#explain table.polls [data-label='How sure']"))); diff != "" {
		t.Errorf("how sure (-want +got):\n%s", diff)
	}
	if got := texts(page.Find("#explain .sum-bounds")); len(got) != 2 || got[0] != "Possible downtime: 0 min to 3 h." {
		t.Errorf("bounds: %q", got)
	}
}

// A store that was not polled for long says when it was, wherever its state stands.
func TestAStoreThatWasNotPolledForLongSaysSince(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(seldomPolled()...)
		const words = "last seen 14 h 35 min ago"
		for place, found := range map[string]*goquery.Selection{
			"the page":     s.open("/stores/lone").Find(".store-lead .now"),
			"the list":     s.open("/stores?q=lone").Find("#stores tbody .now"),
			"the overview": s.open("/").Find(".offline-list li"),
			"the group":    s.open("/?group=Away").Find(".offline-list li"),
		} {
			seen := found.Find("time[datetime='2023-01-25T04:00:00Z']:contains('last seen')")
			if found.Length() != 1 || text(seen) != words {
				t.Errorf("%s says %q", place, text(found))
			}
		}
		if got := text(s.open("/stores/far").Find(".store-lead .now")); strings.Contains(got, "last seen") {
			t.Errorf("a store polled just now: %q", got)
		}
		list := decode[struct {
			Stores []struct {
				ID   string
				Seen *string `json:"last_seen_at"`
			}
		}](t, s.call(http.MethodGet, "/api/v1/stores")).Stores
		for _, store := range list {
			want := map[string]string{"lone": "2023-01-25T04:00:00.000000Z"}[store.ID]
			if want == "" {
				want = "2023-01-25T18:00:00.000000Z"
			}
			if store.Seen == nil || *store.Seen != want {
				t.Errorf("%s: last_seen_at is %v, want %s", store.ID, store.Seen, want)
			}
			one := decode[struct {
				Seen *string `json:"last_seen_at"`
			}](t, s.call(http.MethodGet, "/api/v1/stores/"+store.ID))
			if one.Seen == nil || *one.Seen != want {
				t.Errorf("%s alone: last_seen_at is %v, want %s", store.ID, one.Seen, want)
			}
		}
		if len(list) != 3 {
			t.Errorf("%d stores", len(list))
		}
	})
}

// sureFromAPI is what the API says of how sure a window is.
type sureFromAPI struct {
	Least *uptime.Micros `json:"down_least_us"`
	Most  *uptime.Micros `json:"down_most_us"`
	Close *float64       `json:"closely_seen"`
}

// equals holds a window against figures.
func (w sureFromAPI) equals(f uptime.Figures) bool {
	if w.Least == nil || w.Most == nil || *w.Least != f.Least() || *w.Most != f.Most() || *w.Least > f.Down || *w.Most < f.Down {
		return false
	}
	ratio, open := f.CloselySeen()
	return open == (w.Close != nil) && (!open || math.Abs(*w.Close-ratio) < 1e-12)
}

type sureWindows struct {
	Hour sureFromAPI `json:"last_hour"`
	Day  sureFromAPI `json:"last_day"`
	Week sureFromAPI `json:"last_week"`
}

func (w sureWindows) list() [3]sureFromAPI { return [3]sureFromAPI{w.Hour, w.Day, w.Week} }

// The bounds of stores, days and groups in the API are those of the figures, and those of a
// group are the sums of its stores.
func TestTheAPISaysHowSureFiguresAre(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		s.load(seldomPolled()...)
		snapshot := s.snapshot()
		stores := decode[struct {
			Stores []struct {
				ID, Group string
				Windows   sureWindows
			}
		}](t, s.call(http.MethodGet, "/api/v1/stores?limit=1000")).Stores
		doubtful := 0
		for _, store := range stores {
			n, _ := snapshot.Find(store.ID)
			for w, got := range store.Windows.list() {
				if f := snapshot.Figures[n][w]; !got.equals(f) {
					t.Errorf("%s, window %d: %+v, want those of %+v", store.ID, w, got, f)
				} else if f.Least() < f.Most() {
					doubtful++
				}
			}
		}
		if len(stores) != len(snapshot.Stores) || doubtful < 100 {
			t.Errorf("%d of %d stores, %d windows with room", len(stores), len(snapshot.Stores), doubtful)
		}
		trend, err := s.figures.Trend(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		groups := decode[struct {
			Groups []struct {
				Name            string
				Windows, Before sureWindows
			}
		}](t, s.call(http.MethodGet, "/api/v1/groups")).Groups
		for _, group := range groups {
			var sum, before [3]uptime.Figures
			for _, n := range snapshot.StoresOf(group.Name) {
				for w := range sum {
					sum[w].Add(snapshot.Figures[n][w])
					before[w].Add(trend.Before(n)[w])
				}
			}
			for w := range sum {
				if !group.Windows.list()[w].equals(sum[w]) || !group.Before.list()[w].equals(before[w]) {
					t.Errorf("%s, window %d: %+v, want %+v", group.Name, w, group.Windows.list()[w], sum[w])
				}
			}
		}
		if len(groups) != 2 {
			t.Errorf("%d groups", len(groups))
		}
		s.checkDays("far")
	})
}

// checkDays holds the days and the pieces that the API has of a store against figures.
func (s *site) checkDays(id string) {
	s.t.Helper()
	days := decode[struct {
		Days []struct {
			Date    string
			Figures sureFromAPI
		}
	}](s.t, s.call(http.MethodGet, "/api/v1/stores/"+id+"/days")).Days
	n, _ := s.snapshot().Find(id)
	for _, day := range days {
		date, _ := uptime.ParseDate(day.Date)
		past := s.past(n, date, date)
		if want := past.Measure(past.Day(date).Span)[0]; !day.Figures.equals(want) {
			s.t.Errorf("%s: %+v, want %+v", day.Date, day.Figures, want)
		}
	}
	if len(days) != 17 {
		s.t.Errorf("%d days", len(days))
	}
	timeline := decode[struct {
		Pieces []struct {
			From, To       time.Time
			State          string
			Certain, Close bool
		}
	}](s.t, s.call(http.MethodGet, "/api/v1/stores/"+id+"/timeline?pieces=true"))
	var sum uptime.Figures
	for _, p := range timeline.Pieces {
		length := uptime.Micros(p.To.Sub(p.From).Microseconds())
		if p.Close {
			sum.Close += length
		}
		if p.Certain && p.State == "online" {
			sum.CertainUp += length
		}
	}
	if week := s.snapshot().Figures[n][uptime.LastWeek]; sum.Close != week.Close || sum.CertainUp != week.CertainUp || sum.Close == 0 {
		s.t.Errorf("the pieces have %d close and %d certainly up, the week %d and %d", sum.Close, sum.CertainUp, week.Close, week.CertainUp)
	}
	if a := s.call(http.MethodGet, "/api/v1/stores/"+id+"/timeline"); strings.Contains(a.body, "pieces") {
		s.t.Error("pieces nobody asked for")
	}
	if a := s.call(http.MethodGet, "/api/v1/stores/"+id+"/timeline?pieces=perhaps"); a.StatusCode != http.StatusBadRequest {
		s.t.Errorf("pieces=perhaps is answered %d", a.StatusCode)
	}
}

// A group's bounds on pages are the sums of its stores'.
func TestTheBoundsOfAGroupAreSumsOfItsStores(t *testing.T) {
	s := onSQLite(t)
	s.load(seldomPolled()...)
	snapshot := s.snapshot()
	for group, stores := range map[string][]int{"": {0, 1, 2}, "Away": snapshot.StoresOf("Away")} {
		page := s.open(overviewOf(group))
		for w := range 3 {
			f := sumOf(snapshot, stores, w)
			said := fact(page.Find(".tile").Eq(w), "Offline")
			_, in, _ := strings.Cut(said, " (")
			from, to, both := strings.Cut(in, " – ")
			if !both || !isNear(lengthOf(t, from), f.Least()) || !isNear(lengthOf(t, to), f.Most()) {
				t.Errorf("%q, window %d: %q, want %d to %d µs", group, w, said, f.Least(), f.Most())
			}
		}
		if page.Find(".bounds-note").Length() != 1 {
			t.Errorf("%q: the page does not say what brackets are", group)
		}
	}
	row := s.open("/groups").Find("#groups tbody tr").First()
	if got := text(row.Find("[data-label='Last week'] .bounds")); got != "(0 min – 27 h)" {
		t.Errorf("the list of groups says %q", got)
	}
}
