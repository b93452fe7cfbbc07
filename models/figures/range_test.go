package figures_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func measureRange(t tb, db *models.DB, s *figures.Snapshot, stores []int, within uptime.Span) []uptime.Figures {
	t.Helper()
	measured, err := figures.New(db).MeasureRange(ctx, s, stores, within, nil)
	if err != nil {
		t.Fatal(err)
	}
	return measured.Figures
}

func TestARangeIsWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			from := s.AsOf.Add(-uptime.Micros(rapid.Int64Range(0, int64(50*uptime.Day)).Draw(t, "from")))
			within := uptime.Span{From: from, To: from.Add(uptime.Micros(rapid.Int64Range(0, int64(52*uptime.Day)).Draw(t, "length")))}
			measured, err := figures.New(db).MeasureRange(ctx, s, nil, within, nil)
			if err != nil {
				t.Fatal(err)
			}
			figures := measured.Figures
			for n, store := range s.Stores {
				if want := w.MeasureCorrected(store.Code, s.AsOf, within); measured.Corrected[n] != want {
					t.Fatalf("store %q, corrected: %s", store.Code, cmp.Diff(want, measured.Corrected[n]))
				}
				if want := w.Measure(store.Code, s.AsOf, within)[0]; figures[n] != want {
					t.Fatalf("store %q from %s to %s as of %s:\n%s", store.Code, stamp(within.From), stamp(within.To), stamp(s.AsOf), cmp.Diff(want, figures[n]))
				}
			}
			for window, span := range uptime.Windows(s.AsOf) {
				for n, f := range measureRange(t, db, s, nil, span) {
					if f != s.Figures[n][window] {
						t.Fatalf("store %d in window %d: %+v, want %+v", n, window, f, s.Figures[n][window])
					}
				}
			}
		})
	})
}

// readPolls counts the polls of some stores on the days that a report with a range
// reads, until its as-of instant: those of its windows and those of its range.
func readPolls(w town, s *figures.Snapshot, stores []int, within uptime.Span) (count int64) {
	day := func(at uptime.Instant) int { return int(at.Time().Unix() / 86400) }
	within = within.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
	counted := map[townPoll]bool{}
	for _, p := range w.Polls {
		p.Active = false // the same instant with two states is one poll
		windows := day(p.At) >= day(s.AsOf.Add(-9*uptime.Day))
		ranged := !within.Empty() && day(p.At) >= day(within.From.Add(-uptime.Day)) && day(p.At) <= day(within.To.Add(uptime.Day))
		chosen := slices.ContainsFunc(stores, func(n int) bool { return s.Stores[n].Code == p.Store })
		if chosen && p.At <= s.AsOf && (windows || ranged) {
			counted[p] = true
		}
	}
	return int64(len(counted))
}

func TestEachPollThatWasReadIsCountedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			from := s.AsOf.Add(-uptime.Micros(rapid.Int64Range(-int64(uptime.Day), int64(50*uptime.Day)).Draw(t, "from")))
			within := uptime.Span{From: from, To: from.Add(uptime.Micros(rapid.Int64Range(0, int64(40*uptime.Day)).Draw(t, "length")))}
			var stores []int
			for n := range s.Stores {
				if rapid.Bool().Draw(t, "chosen") {
					stores = append(stores, n)
				}
			}
			if got, want := s.PollsRead(stores), readPolls(w, s, stores, uptime.Span{}); got != want {
				t.Errorf("as of %s: %d polls, want %d", stamp(s.AsOf), got, want)
			}
			if stores == nil {
				stores = []int{} // nil stands for all
			}
			more, err := figures.New(db).MeasureRange(ctx, s, stores, within, nil)
			if got, want := s.PollsRead(stores)+more.Polls, readPolls(w, s, stores, within); err != nil || got != want {
				t.Errorf("from %s to %s as of %s: %d polls, want %d, %v", stamp(within.From), stamp(within.To), stamp(s.AsOf), got, want, err)
			}
		})
	})
}

// Outages go over the seams at which a range is cut, and over its ends.
func TestAnOutageOfWeeksIsOneOutage(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var w town
		for n := range 40 * 4 {
			w.Polls = append(w.Polls, townPoll{Store: "1", At: at("2023-01-01 00:00").Add(uptime.Micros(n) * 6 * uptime.Hour), Active: n > 36*4})
		}
		w.LoadInto(t, db)
		s := snapshotAt(t, db, 0)
		within := uptime.Span{From: at("2023-01-02 05:00"), To: s.AsOf.Add(uptime.Week)}
		down := uptime.Micros(at("2023-02-06 06:00") - within.From)
		want := uptime.Figures{
			Open: uptime.Micros(s.AsOf - within.From), Up: uptime.Micros(s.AsOf - at("2023-02-06 06:00")), Down: down, Outages: 1, Longest: down,
			CertainUp: uptime.Micros(s.AsOf - at("2023-02-06 06:00")), CertainDown: down - 6*uptime.Hour,
			Close: uptime.Micros(s.AsOf-at("2023-01-02 06:00")) / 4, // an hour and a half of every six
		}
		if diff := cmp.Diff([]uptime.Figures{want}, measureRange(t, db, s, nil, within)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestARangeIsOfTheStoresThatWereAskedFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 1100 { // more than are looked up one by one
			rows = append(rows, fmt.Sprintf("%04d,inactive,%s", n, stamp(at("2023-01-25 00:00").Add(uptime.Micros(n)*uptime.Minute))))
		}
		load(t, db, pollsFile(rows...))
		s := snapshotAt(t, db, 0)
		within := uptime.Span{From: at("2023-01-01 00:00"), To: s.AsOf}
		all := measureRange(t, db, s, nil, within)
		var done []int64
		some, err := figures.New(db).MeasureRange(ctx, s, []int{1099, 3, 700, 3}, within, func(stores, of int64) {
			if of != 4 {
				t.Errorf("%d of %d stores, want of 4", stores, of)
			}
			done = append(done, stores)
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]uptime.Figures{all[1099], all[3], all[700], all[3]}, some.Figures); diff != "" {
			t.Error(diff)
		}
		if all[3] == all[700] || all[3].Down == 0 {
			t.Errorf("%+v and %+v: the test says nothing", all[3], all[700])
		}
		if len(done) < 2 || done[len(done)-1] != 4 || !slices.IsSorted(done) {
			t.Errorf("progress %v, want some steps until all 4 stores", done)
		}
		if none := measureRange(t, db, s, []int{}, within); len(none) != 0 {
			t.Errorf("no stores have figures %v", none)
		}
	})
}

func TestARangeThatHasNoTimeHasNoFigures(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		s := snapshotAt(t, db, 0)
		for name, within := range map[string]uptime.Span{
			"empty":          {From: s.AsOf, To: s.AsOf},
			"backwards":      {From: s.AsOf, To: s.AsOf.Add(-uptime.Day)},
			"after the data": {From: s.AsOf, To: s.AsOf.Add(uptime.Day)},
		} {
			if got := measureRange(t, db, s, nil, within); len(got) != 1 || got[0] != (uptime.Figures{}) {
				t.Errorf("%s: %+v, want zeros", name, got)
			}
		}
	})
}

// Each store's dates are in its own zone, and what the snapshot has is not read again.
func TestLocalDatesAreMeasuredAsTheRangeOfTheirTime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			if !s.AsOfKnown {
				return
			}
			first := uptime.DateOf(s.AsOf.Time().Date()) - uptime.Date(rapid.IntRange(-2, 40).Draw(t, "first"))
			last := first + uptime.Date(rapid.IntRange(0, 31).Draw(t, "more"))
			stores := []int{}
			for n := range s.Stores {
				stores = append(stores, n)
			}
			f := figures.New(db)
			measured, err := f.MeasureDates(ctx, s, stores, first, last)
			if err != nil {
				t.Fatal(err)
			}
			for n, store := range s.Stores {
				span, err := s.SpanOfDates(n, first, last)
				if err != nil {
					t.Fatal(err)
				}
				if want := w.Measure(store.Code, s.AsOf, span)[0]; measured.Figures[n] != want {
					t.Fatalf("store %q from %s to %s as of %s:\n%s", store.Code, stamp(span.From), stamp(span.To), stamp(s.AsOf), cmp.Diff(want, measured.Figures[n]))
				}
				if want := w.MeasureCorrected(store.Code, s.AsOf, span); measured.Corrected[n] != want {
					t.Fatalf("store %q, corrected: %s", store.Code, cmp.Diff(want, measured.Corrected[n]))
				}
			}
		})
	})
}
