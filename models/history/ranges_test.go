package history_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

type datesOf = func(today uptime.Date) history.Dates

// back are dates so many days ago.
func back(first, last int) datesOf {
	return func(today uptime.Date) history.Dates {
		return history.Dates{First: today - uptime.Date(first), Last: today - uptime.Date(last)}
	}
}

// monthBefore is the calendar month before.
func monthBefore(today uptime.Date) history.Dates {
	first := uptime.Instant(today) * uptime.Instant(uptime.Day)
	year, month, _ := first.Time().Date()
	return history.Dates{First: uptime.DateOf(year, month-1, 1), Last: uptime.DateOf(year, month, 1) - 1}
}

// askRanges asks until nothing is pending.
func askRanges(t modelstest.TB, h *history.History, trend *figures.Trend, stores []int, dates ...datesOf) []history.Range {
	t.Helper()
	for range 1000 {
		list := h.Ranges(context.Background(), trend, stores, dates, time.Minute)
		for _, r := range list {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		if !slices.ContainsFunc(list, func(r history.Range) bool { return r.Pending }) {
			return list
		}
	}
	t.Fatal("a range is pending for ever")
	return nil
}

func withoutOutages(f uptime.Figures) uptime.Figures {
	f.Outages, f.Longest = 0, 0
	return f
}

// checkRanges compares ranges with what MeasureDates says of each store.
func checkRanges(t modelstest.TB, f *figures.Figures, h *history.History, trend *figures.Trend, stores []int, dates ...datesOf) {
	t.Helper()
	for i, r := range askRanges(t, h, trend, stores, dates...) {
		for place, n := range stores {
			d := dates[i](trend.Today(n))
			measured, err := f.MeasureDates(ctx, trend.Snapshot, []int{n}, d.First, d.Last)
			if errors.As(err, &figures.KeptError{}) {
				if r.States[place] != history.NotKept || r.Figures[place] != (uptime.Figures{}) || r.Corrected[place] != (uptime.Figures{}) {
					t.Fatalf("%s on dates %v: state %d, %+v, want not kept", trend.Stores[n].Code, d, r.States[place], r.Figures[place])
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.States[place] != history.Known {
				t.Fatalf("%s on dates %v: state %d, want known", trend.Stores[n].Code, d, r.States[place])
			}
			if diff := cmp.Diff(withoutOutages(measured.Figures[0]), r.Figures[place]); diff != "" {
				t.Fatalf("%s on dates %v:\n%s", trend.Stores[n].Code, d, diff)
			}
			if diff := cmp.Diff(withoutOutages(measured.Corrected[0]), r.Corrected[place]); diff != "" {
				t.Fatalf("%s on dates %v with corrections:\n%s", trend.Stores[n].Code, d, diff)
			}
		}
	}
}

// checkKnown compares a range with everything that is known of the town.
func checkKnown(t modelstest.TB, h *history.History, w modelstest.Town, trend *figures.Trend, dates datesOf) {
	t.Helper()
	r := askRanges(t, h, trend, all(trend), dates)[0]
	for n, store := range trend.Stores {
		d := dates(trend.Today(n))
		span := uptime.Span{From: w.LocalDay(store.Code, d.First).From, To: min(trend.AsOf, w.LocalDay(store.Code, d.Last).To)}
		if diff := cmp.Diff(withoutOutages(w.Measure(store.Code, trend.AsOf, span)[0]), r.Figures[n]); diff != "" {
			t.Fatalf("%s on dates %v:\n%s", store.Code, d, diff)
		}
		if diff := cmp.Diff(withoutOutages(w.MeasureCorrected(store.Code, trend.AsOf, span)), r.Corrected[n]); diff != "" {
			t.Fatalf("%s on dates %v with corrections:\n%s", store.Code, d, diff)
		}
	}
}

func TestARangeIsWhatEverythingKnownSaysWhateverHappens(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w, groups := withPast(t)
			for _, code := range storesOf(w) {
				if rapid.Bool().Draw(t, "corrected long ago") {
					from := w.Newest().Add(-uptime.Micros(rapid.IntRange(30*24, 80*24).Draw(t, "hours ago")) * uptime.Hour)
					w.Excused[code] = append([]uptime.Span{{From: from, To: from.Add(30 * uptime.Hour)}}, w.Excused[code]...)
				}
			}
			modelstest.Wipe(t, db)
			w.LoadInto(t, db)
			modelstest.Load(t, db, modelstest.NamesFile(groups...))
			f := figures.New(db)
			defer f.Close()
			h := history.New(f)
			h.SetSizes(2, 2, 2)
			first := rapid.IntRange(0, 95).Draw(t, "first, days ago")
			any := back(first, rapid.IntRange(0, first).Draw(t, "last, days ago"))
			for step := range rapid.IntRange(1, 3).Draw(t, "steps") {
				if step > 0 {
					change(t, db, &w)
				}
				trend := trendOf(t, f)
				checkKnown(t, h, w, trend, any)
				checkKnown(t, h, w, trend, monthBefore)
				some := rapid.SliceOfNDistinct(rapid.IntRange(0, len(trend.Stores)-1), 1, -1, rapid.ID[int]).Draw(t, "stores")
				checkRanges(t, f, h, trend, some, any, back(0, 0), back(13, 7), back(20, 14))
				own := trend.Within(reach.Of([]string{"A"}, []string{trend.Stores[some[0]].Code}))
				checkRanges(t, f, h, own, all(own), monthBefore, any)
			}
		})
	})
}

func TestARangeIsNotMeasuredAgainForAnHourThatIsImported(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(300, "2023-06-05 20:00", 0, 1, 10, 15, 25, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		before := askRanges(t, h, trend, all(trend), monthBefore, back(45, 10))
		h.SpoilRanges()

		// May is put together from what is kept until 20 May, and from the trend.
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-06-05 21:00:00 UTC"))
		trend = trendOf(t, f)
		for i, is := range askRanges(t, h, trend, all(trend), monthBefore, back(45, 10)) {
			for n := range is.Figures {
				if was := before[i].Figures[n].Open + 1; is.Figures[n].Open != was {
					t.Fatalf("range %d, store %d: open for %d, want %d: it was measured again", i, n, is.Figures[n].Open, was)
				}
			}
		}

		// On the next day only the date that left the trend is measured.
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-06-06 20:00:00 UTC"))
		trend = trendOf(t, f)
		is := askRanges(t, h, trend, all(trend), monthBefore)[0]
		for n := range is.Figures {
			if was := before[0].Figures[n].Open + 1; is.Figures[n].Open != was {
				t.Fatalf("store %d: open for %d, want %d: it was measured again", n, is.Figures[n].Open, was)
			}
		}

		// A poll of long ago makes everything new, and a store's hours make its part new.
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-05-02 20:00:00 UTC"))
		trend = trendOf(t, f)
		checkRanges(t, f, h, trend, all(trend)[:20], monthBefore, back(60, 10))
		h.SpoilRanges()
		modelstest.LoadFrom(t, db, "always", modelstest.HoursFile("0005,0,09:00,17:00")) // 0005 is in H
		trend = trendOf(t, f)
		checkRanges(t, f, h, trend, trend.StoresOf("H")[:9], monthBefore)
	})
}

func TestARangeIsPendingForAllItsStoresOrForNone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-20 20:00", 0, 40)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		f.Close() // nothing is measured any more
		list := h.Ranges(ctx, trend, all(trend), []func(uptime.Date) history.Dates{back(13, 0), monthBefore}, time.Minute)
		if list[0].Pending || list[0].Figures[0].Open != uptime.Micros(13)*uptime.Day+20*uptime.Hour-5*uptime.Hour {
			t.Errorf("what the trend has: %+v", list[0].Figures[0])
		}
		if !list[1].Pending || list[1].Figures[7] != (uptime.Figures{}) || list[1].States[7] != history.Pending {
			t.Errorf("what it has not: %+v", list[1])
		}
	})
}

func TestARangeOfDeletedPollsIsNotKept(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-20 20:00", 0, 1, 10, 15, 40, 80)...)
		modelstest.Load(t, db, modelstest.ZonesFile("0001,Asia/Tokyo", "0002,Pacific/Honolulu"))
		f, h := opened(t, db)
		trend := trendOf(t, f)
		checkRanges(t, f, h, trend, []int{0, 1, 2, 3}, monthBefore, back(60, 20))
		modelstest.PrunePolls(t, db, 30)
		trend = trendOf(t, f)
		for first := 28; first < 33; first++ { // the zones cross the limit on different days
			checkRanges(t, f, h, trend, []int{0, 1, 2, 3}, monthBefore, back(first, 17), back(29, 0))
		}
	})
}

// Of a store that is always open and is polled again after weeks, the poll decides how certain
// the last hours before its silence are.
func TestAPollAfterWeeksOfSilenceChangesARange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile(
			"quiet,active,2023-05-09 12:00:00 UTC", "quiet,active,2023-05-10 06:00:00 UTC",
			"other,active,2023-05-01 12:00:00 UTC", "other,active,2023-06-01 20:00:00 UTC"))
		f, h := opened(t, db)
		check := func() uptime.Micros {
			t.Helper()
			trend := trendOf(t, f)
			may := func(uptime.Date) history.Dates {
				return history.Dates{First: uptime.DateOf(2023, 4, 1), Last: uptime.DateOf(2023, 5, 10)} // measured in two parts
			}
			checkRanges(t, f, h, trend, all(trend), may, back(40, 15))
			n, _ := trend.Find("quiet")
			return askRanges(t, h, trend, []int{n}, may)[0].Figures[0].CertainUp
		}
		silent := check()
		modelstest.Load(t, db, modelstest.PollsFile("other,active,2023-06-05 20:00:00 UTC"))
		if got := check(); got != silent {
			t.Errorf("%d is certain, want %d", got, silent)
		}
		again := modelstest.Load(t, db, modelstest.PollsFile("quiet,active,2023-06-05 20:30:00 UTC"))
		if got := check(); got <= silent {
			t.Errorf("polled again: %d is certain, want more than %d", got, silent)
		}
		modelstest.Undo(t, db, again)
		if got := check(); got != silent {
			t.Errorf("taken back: %d is certain, want %d", got, silent)
		}
	})
}

// Many ranges push each other out, and come back when they are asked for.
func TestFewRangesAreKept(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-20 20:00", 0, 10, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		for first := range 30 {
			askRanges(t, h, trend, all(trend), back(30+first, 20))
			if kept := h.RangesKept(); kept > 12 {
				t.Fatalf("%d ranges are kept", kept)
			}
		}
		checkRanges(t, f, h, trend, []int{0, 1, 59}, back(30, 20))
	})
}

// What a measuring of an earlier version found stays right while a page of that version asks.
func TestRangesOfTwoVersionsOfTheDataAreBothRight(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-20 20:00", 0, 1, 10, 15, 16, 40, 80)...)
		f, h := opened(t, db)
		older := trendOf(t, f)
		was := askRanges(t, h, older, all(older), back(40, 3))[0]
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-06-22 20:00:00 UTC"))
		newer := trendOf(t, f)
		checkRanges(t, f, h, newer, all(newer)[:9], back(42, 3))
		checkRanges(t, f, h, newer, all(newer)[:9], back(42, 5)) // the same dates as the older one's
		if is := askRanges(t, h, older, all(older), back(40, 3))[0]; !slices.Equal(is.Figures, was.Figures) {
			t.Error("the figures of the older version changed")
		}
	})
}

// While imports follow each other, whatever is said of a range is of the version that was asked
// for.
func TestARangeIsRightWhileDataAreImported(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-20 20:00", 0, 1, 10, 15, 25, 40, 80)...)
		f, h := opened(t, db)
		imported := make(chan struct{})
		go func() {
			defer close(imported)
			for n := range 12 { // new polls, and every third time one of long ago
				at := modelstest.At("2023-06-20 21:00").Add(uptime.Micros(n) * uptime.Hour)
				if n%3 == 2 {
					at = at.Add(-uptime.Micros(30+n) * uptime.Day)
				}
				modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,"+modelstest.Stamp(at)))
			}
		}()
		compared := 0
		for over := false; !over; {
			select {
			case <-imported:
				over = true // once more, of what is there now
			default:
			}
			trend := trendOf(t, f)
			r := h.Ranges(ctx, trend, all(trend), []datesOf{back(45, 3)}, time.Second)[0]
			today := trend.Today(0)
			measured, err := f.MeasureDates(ctx, trend.Snapshot, all(trend), today-45, today-3)
			switch {
			case r.Pending || errors.Is(err, models.ErrDataMoved):
				continue
			case err != nil || r.Err != nil:
				t.Fatal(err, r.Err)
			}
			compared++
			for n, is := range r.Figures {
				if want := withoutOutages(measured.Figures[n]); is != want {
					t.Fatalf("store %d: %+v, want %+v", n, is, want)
				}
			}
		}
		if trend := trendOf(t, f); compared == 0 {
			checkRanges(t, f, h, trend, all(trend)[:5], back(45, 3))
		}
	})
}
