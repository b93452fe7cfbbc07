package figures_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// checkTrend compares a trend with what everything known of the stores says.
func checkTrend(w town, t tb, trend *figures.Trend) {
	t.Helper()
	checkTrendAsOf(w, t, trend, w.Newest())
}

func checkTrendAsOf(w town, t tb, trend *figures.Trend, asOf uptime.Instant) {
	t.Helper()
	if trend.AsOf != asOf {
		t.Fatalf("as of %s, want %s", stamp(trend.AsOf), stamp(asOf))
	}
	var newest uptime.Date
	var all uptime.HeatMap
	for n, store := range trend.Stores {
		newest = max(newest, uptime.DateOf(asOf.Time().In(w.Location(store.Code)).Date()))
		before := w.Measure(store.Code, asOf,
			uptime.Span{From: asOf.Add(-2 * uptime.Hour), To: asOf.Add(-uptime.Hour)},
			uptime.Span{From: asOf.Add(-2 * uptime.Day), To: asOf.Add(-uptime.Day)},
			uptime.Span{From: asOf.Add(-2 * uptime.Week), To: asOf.Add(-uptime.Week)})
		was := trend.Before(n)
		if diff := cmp.Diff(before, was[:]); diff != "" {
			t.Fatalf("store %q before:\n%s", store.Code, diff)
		}
		for i, date := range trend.Dates {
			if want := w.Measure(store.Code, asOf, w.LocalDay(store.Code, date))[0]; trend.Days(n)[i] != want {
				t.Fatalf("store %q on day %d: %+v, want %+v", store.Code, date, trend.Days(n)[i], want)
			}
		}
		checkBetween(w, t, trend, n)
		alone, err := trend.HeatMapOf([]int{n})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w.HeatMap(store.Code, asOf), &alone); diff != "" {
			t.Fatalf("store %q by hour:\n%s", store.Code, diff)
		}
		checkHour(t, trend, n, n%7, n*5%24, alone[n%7][n*5%24])
		all.Add(&alone)
	}
	if *heatMapOf(t, trend) != all {
		t.Fatal("the heat map is not the sum of those of the stores")
	}
	checkPast(t, trend)
	if len(trend.Dates) != figures.TrendDays || trend.Dates[len(trend.Dates)-1] != newest || trend.Dates[0] != newest-figures.TrendDays+1 {
		t.Fatalf("dates %v, want %d until %d", trend.Dates, figures.TrendDays, newest)
	}
}

// checkBetween compares what several dates of one store say together with everything known of it.
func checkBetween(w town, t tb, trend *figures.Trend, n int) {
	t.Helper()
	for _, span := range [][2]int{{0, figures.TrendDays - 1}, {3, 9}, {5, 5}, {figures.TrendDays - 2, figures.TrendDays - 1}, {4, 3}} {
		first, last := trend.Dates[span[0]], trend.Dates[span[1]]
		code := trend.Stores[n].Code
		var want uptime.Figures
		if first <= last {
			want = w.Measure(code, trend.AsOf, uptime.Span{From: w.LocalDay(code, first).From, To: w.LocalDay(code, last).To})[0]
		}
		raw, corrected := trend.Between(n, first, last)
		if raw != want {
			t.Fatalf("store %q from day %d to %d: %+v, want %+v", code, first, last, raw, want)
		}
		var sum uptime.Figures
		days := trend.CorrectedDays(n)
		for _, day := range days[span[0]:max(span[0], span[1]+1)] {
			sum.Add(day)
		}
		sum.Outages, sum.Longest = corrected.Outages, corrected.Longest // which go on at midnight
		if sum != corrected {
			t.Fatalf("store %q from day %d to %d with corrections: %+v, want %+v", code, first, last, corrected, sum)
		}
	}
}

// checkPast compares the sums of all stores with what each of them says.
func checkPast(t tb, trend *figures.Trend) {
	t.Helper()
	var before [uptime.WindowCount]uptime.Figures
	days := make([]uptime.Figures, len(trend.Dates))
	var all []int
	for n := range trend.Stores {
		all = append(all, n)
		for w, f := range trend.Before(n) {
			before[w].Add(f)
		}
		of := trend.Days(n)
		for d := range days {
			days[d].Add(of[d])
		}
	}
	gotBefore, gotDays, err := trend.SumPast(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	if before != gotBefore || !slices.Equal(days, gotDays) {
		t.Fatalf("the past of all stores: %+v and %+v, want %+v and %+v", gotBefore, gotDays, before, days)
	}
}

// checkHour compares what one store did in an hour of the week with its heat map, which
// counts no outages.
func checkHour(t tb, trend *figures.Trend, n, weekday, hour int, want uptime.Figures) {
	t.Helper()
	found, err := trend.HourOf(ctx, []int{n}, weekday, hour)
	if err != nil {
		t.Fatal(err)
	}
	got := found[0]
	if got.Outages, got.Longest = 0, 0; got != want {
		t.Fatalf("store %q on day %d at %d o'clock: %+v, want %+v", trend.Stores[n].Code, weekday, hour, got, want)
	}
}

func heatMapOf(t tb, trend *figures.Trend) *uptime.HeatMap {
	t.Helper()
	heat, err := trend.HeatMap()
	if err != nil {
		t.Fatal(err)
	}
	return heat
}

func trendOf(t tb, f *figures.Figures) *figures.Trend {
	t.Helper()
	trend, err := f.Trend(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return trend
}

func TestATrendIsWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			checkTrend(w, t, trendOf(t, f))
		})
	})
}

// The store was open long before the two weeks that a trend reads, and seen only
// late in them: whether the first poll in them is the first ever decides what it
// says of the day before.
func TestATrendLooksUpAPollFromLongAgo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		w := town{Polls: []townPoll{
			{Store: "new", At: at("2023-01-14 12:00"), Active: false}, {Store: "new", At: at("2023-01-25 18:00"), Active: true},
			{Store: "old", At: at("2022-12-01 12:00"), Active: true}, {Store: "old", At: at("2023-01-14 12:00"), Active: false},
		}}
		w.LoadInto(t, db)
		trend := trendOf(t, f)
		checkTrend(w, t, trend)
		for n, hours := range []string{"48.00", "24.00"} {
			if got := trend.Before(n)[uptime.LastWeek].Down.Hours(); got != hours {
				t.Errorf("%s: down for %s hours in the week before, want %s", trend.Stores[n].Code, got, hours)
			}
		}
	})
}

// The oldest of the dates begins before the two weeks of the windows do, the more so where
// the clocks were put back.
func TestTheOldestDateOfATrendBeginsBeforeItsTwoWeeks(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		w := town{Polls: []townPoll{ // midnight of 30 October is at 05:00
			{Store: "1", At: at("2023-10-01 12:00"), Active: true}, {Store: "1", At: at("2023-10-30 05:15"), Active: false}, {Store: "1", At: at("2023-11-15 05:30"), Active: true},
		}}
		w.LoadInto(t, db)
		trend := trendOf(t, f)
		checkTrend(w, t, trend)
		oldest := trend.Days(0)[0]
		if trend.Dates[0] != uptime.DateOf(2023, time.October, 30) || oldest.NoData() != 15*uptime.Minute {
			t.Errorf("day %d has %s minutes without data, want 15.00 on 30 October", trend.Dates[0], oldest.NoData().Minutes())
		}
	})
}

func TestATrendOfASnapshotThatIsOutOfDateIsOfANewOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		w := town{Polls: []townPoll{{Store: "1", At: at("2023-01-25 18:00"), Active: true}}}
		w.LoadInto(t, db)
		old := snapshotAt(t, db, 0)
		w.Polls = append(w.Polls, townPoll{Store: "2", At: at("2023-01-15 12:00"), Active: false}, townPoll{Store: "1", At: at("2023-01-15 12:00"), Active: false})
		w.LoadInto(t, db)
		trend, err := f.TrendOf(old)
		if err != nil {
			t.Fatal(err)
		}
		if trend.Version == old.Version {
			t.Errorf("version %d, want another", trend.Version)
		}
		if shared, err := f.Snapshot(ctx); err != nil || shared != trend.Snapshot {
			t.Errorf("its snapshot is not shared: %v", err)
		}
		checkTrend(w, t, trend)
	})
}

func TestWhoeverNeverAsksForATrendNeverPaysForOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		s, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.RecentSnapshot(ctx); err != nil {
			t.Fatal(err)
		}
		measureRange(t, db, s, nil, s.Span())
		if f.AskedForTrend() {
			t.Error("a trend was computed")
		}
		trendOf(t, f)
		if !f.AskedForTrend() {
			t.Error("a trend was asked for, and this test does not see it")
		}
	})
}

func TestTheNewestDateOfATrendIsThatOfTheStoreFurthestEast(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		w := town{Zones: map[string][]string{"east": {"Pacific/Kiritimati"}, "west": {"Pacific/Pago_Pago"}}}
		for n := range 24 * 17 {
			for _, store := range []string{"east", "west"} {
				w.Polls = append(w.Polls, townPoll{Store: store, At: at("2023-01-25 10:30").Add(-uptime.Micros(n) * uptime.Hour), Active: n%7 > 0})
			}
		}
		w.LoadInto(t, db)
		trend := trendOf(t, f)
		checkTrend(w, t, trend)
		const east, west, last = 0, 1, figures.TrendDays - 1
		if got := trend.Dates[last]; got != uptime.DateOf(2023, time.January, 26) {
			t.Errorf("the newest date is %d, want 2023-01-26", got)
		}
		if f := trend.Days(west)[last]; f != (uptime.Figures{}) {
			t.Errorf("the date is still to come in the west, and has figures %+v", f)
		}
		if got := trend.Days(east)[last].Open; got != 30*uptime.Minute {
			t.Errorf("the date has lasted %s minutes in the east, want 30.00", got.Minutes())
		}
		if got := trend.Days(west)[last-1].Open; got != 0 {
			t.Errorf("the 25th has not begun in the west, and was open for %d", got)
		}
		if got := trend.Days(east)[0].Open; got != uptime.Day {
			t.Errorf("the oldest day in the east has %s hours, want 24.00", got.Hours())
		}
	})
}

func TestThereIsATrendOfNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		if trend := trendOf(t, f); len(trend.Stores) != 0 || len(trend.Dates) != 0 || *heatMapOf(t, trend) != (uptime.HeatMap{}) {
			t.Errorf("%+v, want nothing", trend)
		}
		load(t, db, hoursFile("1,0,09:00,17:00"))
		trend := trendOf(t, f)
		if len(trend.Stores) != 1 || len(trend.Dates) != 0 || trend.Before(0) != ([3]uptime.Figures{}) {
			t.Errorf("a store that was never polled: %+v, want no dates and no figures", trend)
		}
	})
}

func TestATrendIsSharedUntilTheDataChangeAndCarriesTheSharedSnapshot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		first := trendOf(t, f)
		s, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if first.Snapshot != s {
			t.Error("the trend has a snapshot of its own")
		}
		if again := trendOf(t, f); again != first {
			t.Error("the same data were measured twice")
		}
		load(t, db, pollsFile("1,inactive,2023-01-25 17:00:00 UTC"))
		next := trendOf(t, f)
		if next == first || next.Version == first.Version {
			t.Error("a new poll did not make a new trend")
		}
		eventually(t, "the recent trend stays behind", func() bool {
			recent, err := f.RecentTrend(ctx)
			return err == nil && recent == next
		})
	})
}

// Every import adds a poll to each store on each of many days, those of the
// snapshot and those before, and the next says the opposite.
func TestATrendIsOfOneVersionOfTheDataWhileImportsGoOn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		const stores, days, imports = 50, 15, 10
		first := at("2023-01-25 18:00")
		until := func(newest uptime.Instant) (w town) { // what the data are when the newest poll is this one
			for n := range (newest-first)/uptime.Instant(uptime.Second) + 1 {
				for store := range stores {
					for day := range days {
						at := first.Add(uptime.Micros(n)*uptime.Second - uptime.Micros(day)*uptime.Day)
						w.Polls = append(w.Polls, townPoll{Store: fmt.Sprint(store), At: at, Active: n%2 == 0})
					}
				}
			}
			return w
		}
		var done atomic.Bool
		var readers errgroup.Group
		load(t, db, pollsFile(until(first).PollRows()...))
		for range 2 {
			readers.Go(func() error {
				for !done.Load() {
					trend, err := f.RecentTrend(ctx)
					if err != nil {
						return err
					}
					w := until(trend.AsOf)
					for i, date := range trend.Dates {
						want := w.Measure("0", trend.AsOf, w.LocalDay("0", date))[0]
						if trend.AsOf != w.Newest() || trend.Days(0)[i] != want {
							return fmt.Errorf("as of %s on day %d: %+v, want %+v", stamp(trend.AsOf), date, trend.Days(0)[i], want)
						}
					}
				}
				return nil
			})
		}
		after := func(n int) uptime.Instant { return first.Add(uptime.Micros(n) * uptime.Second) }
		for n := range imports {
			w := until(after(n + 1))
			load(t, db, pollsFile(w.PollRows()...))
			if trend := trendOf(t, f); trend.AsOf < after(n+1) {
				t.Errorf("import %d is complete and not in the trend", n)
			}
		}
		done.Store(true)
		if err := readers.Wait(); err != nil {
			t.Fatal(err)
		}
		checkTrend(until(after(imports)), t, trendOf(t, f))
	})
}

// The change of a store compares what all polls say of the two weeks, and says nothing
// where one of them was hardly seen.
func TestTheChangeOfAStoreComparesTwoWeeksOfWhichEnoughWasSeen(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		w := town{}
		asOf := at("2023-01-25 18:00")
		hourly := func(store string, hours int, down func(hour int) bool) {
			for hour := range hours {
				w.Polls = append(w.Polls, townPoll{Store: store, At: asOf.Add(-uptime.Micros(hour) * uptime.Hour), Active: !down(hour)})
			}
		}
		hourly("better", 15*24, func(hour int) bool { return hour > 200 && hour <= 210 })
		hourly("new", 24, func(hour int) bool { return hour > 2 })
		hourly("same", 15*24, func(int) bool { return false })
		hourly("unseen before", 7*24, func(hour int) bool { return hour == 4 })
		hourly("worse", 15*24, func(hour int) bool { return hour > 10 && hour <= 16 || hour == 200 })
		w.LoadInto(t, db)
		trend := trendOf(t, f)
		for n, want := range []string{"-10 h", "unknown", "0 h", "unknown", "5 h"} {
			got := "unknown"
			if change, known := trend.Change(n); known {
				got = fmt.Sprintf("%d h", change/uptime.Hour)
			}
			if got != want {
				t.Errorf("%s changed by %s, want %s", trend.Stores[n].Code, got, want)
			}
		}
	})
}
