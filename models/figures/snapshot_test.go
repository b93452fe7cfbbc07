package figures_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// openButOneHour is closed on Sundays from 23:00 on and at no other time.
var openButOneHour = []uptime.Hours{
	{Day: 0}, {Day: 1}, {Day: 2}, {Day: 3}, {Day: 4}, {Day: 5}, {Day: 6, Start: 0, End: 23 * 3600},
}

// Of an opening that began before what a snapshot reads, the first poll read
// speaks for the time before it only if it is the first since the store opened.
func TestAPollFromLongAgoDecidesWhetherTheNextIsTheFirst(t *testing.T) {
	// Monday 2023-01-16 00:00 in UTC opens the store for almost a week.
	const opened = "2023-01-16 00:00"
	for name, tt := range map[string]struct {
		hours      []uptime.Hours
		polls      []townPoll
		asOf       string
		down, none string // of the last week
	}{
		"always open, never seen before": {
			nil, []townPoll{{Store: "1", At: at("2023-01-20 12:00"), Active: false}}, "2023-01-26 12:00",
			"48.00", "120.00",
		},
		"always open, seen a month before": {
			nil, []townPoll{{Store: "1", At: at("2022-12-20 12:00"), Active: true}, {Store: "1", At: at("2023-01-20 12:00"), Active: false}}, "2023-01-26 12:00",
			"24.00", "144.00",
		},
		"always open, seen years before": {
			nil, []townPoll{{Store: "1", At: at("1980-12-20 12:00"), Active: false}, {Store: "1", At: at("2023-01-20 12:00"), Active: false}}, "2023-01-26 12:00",
			"24.00", "144.00",
		},
		"always open, seen at the beginning of time": {
			nil, []townPoll{{Store: "1", At: uptime.Beginning, Active: false}, {Store: "1", At: at("2023-01-20 12:00"), Active: false}}, "2023-01-26 12:00",
			"24.00", "144.00",
		},
		"a long opening, never seen before": {
			openButOneHour, []townPoll{{Store: "1", At: at("2023-01-20 00:00"), Active: false}}, "2023-01-26 12:00",
			"36.00", "131.00",
		},
		"a long opening, seen as it began": {
			openButOneHour, []townPoll{{Store: "1", At: at(opened), Active: true}, {Store: "1", At: at("2023-01-20 00:00"), Active: false}}, "2023-01-26 12:00",
			"24.00", "143.00",
		},
		"a long opening, seen the microsecond before it began": {
			openButOneHour, []townPoll{{Store: "1", At: at(opened) - 1, Active: true}, {Store: "1", At: at("2023-01-20 00:00"), Active: false}}, "2023-01-26 12:00",
			"36.00", "131.00",
		},
		"a long opening, seen before it began and in it": {
			openButOneHour, []townPoll{
				{Store: "1", At: at(opened) - 1, Active: true}, {Store: "1", At: at("2023-01-16 12:00"), Active: true}, {Store: "1", At: at("2023-01-16 13:00"), Active: false}, {Store: "1", At: at("2023-01-20 00:00"), Active: false},
			}, "2023-01-26 12:00",
			"24.00", "143.00",
		},
		"a long opening, and a poll after the as-of instant": {
			openButOneHour, []townPoll{{Store: "1", At: at("2023-01-16 12:00"), Active: true}, {Store: "1", At: at("2023-01-20 00:00"), Active: false}}, "2023-01-19 23:59",
			"0.00", "131.00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, db *models.DB) {
				w := town{Polls: tt.polls, Zones: map[string][]string{"1": {"UTC"}}, Hours: map[string][]uptime.Hours{}}
				if tt.hours != nil {
					w.Hours["1"] = tt.hours
				}
				load(t, db, pollsFile(w.PollRows()...), hoursFile(w.HoursRows()...), zonesFile(w.ZoneRows()...))
				w.Check(t, db, at(tt.asOf))
				_, details := csvs(t, snapshotAt(t, db, at(tt.asOf)))
				if got, want := columnsOf(t, details, "1", "downtime_last_week", "no_data_last_week"), tt.down+" / "+tt.none; got != want {
					t.Errorf("down and no data = %s, want %s", got, want)
				}
			})
		})
	}
}

func TestAReportCanBeAsOfThePast(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var w town
		for n := range 24 * 30 {
			w.Polls = append(w.Polls, townPoll{Store: fmt.Sprint(n % 3), At: at("2023-01-01 00:00").Add(uptime.Micros(n) * uptime.Hour), Active: n%5 > 0})
		}
		load(t, db, pollsFile(w.PollRows()...))
		for _, asOf := range []string{
			"2022-01-01 00:00", "2023-01-01 00:00", "2023-01-01 00:00:00.000001", "2023-01-09 23:59:59.999999", "2023-01-20 12:34:56.789",
			"2023-02-03 00:00", "2025-01-01 00:00",
		} {
			w.Check(t, db, at(asOf))
		}
		if s := snapshotAt(t, db, 0); s.AsOf != at("2023-01-30 23:00") {
			t.Errorf("as of %s, want the newest poll", stamp(s.AsOf))
		}
	})
}

func TestThereIsAReportOfNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := snapshotAt(t, db, 0)
		if s.AsOfKnown || len(s.Stores) != 0 || s.Polls != 0 {
			t.Errorf("%+v, want nothing", s)
		}
		report, _ := csvs(t, s)
		want := "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n"
		if report != want {
			t.Errorf("%q, want the header alone", report)
		}
	})
}

func TestPagesShareASnapshotUntilTheDataChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		poll := pollsFile("1,active,2023-01-25 18:00:00 UTC")
		load(t, db, poll)
		first, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		load(t, db, poll) // nothing new
		again, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if again != first {
			t.Error("the same data were measured twice")
		}
		for name, files := range map[string]string{
			"a poll":     pollsFile("1,inactive,2023-01-25 17:00:00 UTC"),
			"hours":      hoursFile("1,0,09:00,17:00"),
			"a zone":     zonesFile("1,UTC"),
			"a name":     namesFile("1,Joe's,,"),
			"a conflict": pollsFile("1,inactive,2023-01-25 18:00:00 UTC"),
		} {
			load(t, db, files)
			next, err := f.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if next == again || next.Version == again.Version {
				t.Errorf("%s did not make a new snapshot", name)
			}
			again = next
		}
	})
}

// Whoever has seen an import complete finds it in the next snapshot, also while
// others make snapshots of the data before it.
func TestASnapshotIsNeverOlderThanTheAsking(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		var many []string
		for n := range 2000 { // measuring them takes a while
			many = append(many, fmt.Sprintf("%d,active,2023-01-25 18:00:00 UTC", n))
		}
		load(t, db, pollsFile(many...))
		var done atomic.Bool
		defer done.Store(true)
		var askers errgroup.Group
		for range 3 {
			askers.Go(func() error {
				for !done.Load() {
					if _, err := f.Snapshot(ctx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for n := range 10 {
			load(t, db, pollsFile(fmt.Sprintf("a%d,active,2023-01-25 18:00:00 UTC", n))) // and the others begin to measure
			load(t, db, pollsFile(fmt.Sprintf("b%d,active,2023-01-25 18:00:00 UTC", n)))
			s, err := f.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if _, found := s.Find(fmt.Sprintf("b%d", n)); !found {
				t.Fatalf("import %d is complete and not in the snapshot", n)
			}
		}
		done.Store(true)
		if err := askers.Wait(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAMarkChangesWithEveryWriteAndStaysWithoutOne(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db, other := modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)
		mark := func() models.ChangeMark {
			t.Helper()
			m, err := db.ChangeMark(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		first := mark()
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		second := mark()
		if second == first {
			t.Error("our own write left the mark as it was")
		}
		load(t, other, pollsFile("2,active,2023-01-25 18:00:00 UTC"))
		eventually(t, "another server's write left the mark as it was", func() bool { return mark() != second })
	})
}

func TestOneMarkIsHeldUntilThisProcessWrites(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db, other := modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)
		mark := func(of context.Context) models.ChangeMark {
			t.Helper()
			m, err := db.ChangeMark(of)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		held := models.WithOneMark(ctx)
		first := mark(held)
		load(t, other, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		eventually(t, "another server's write left the mark as it was", func() bool { return mark(ctx) != first })
		if mark(held) != first {
			t.Error("another server's write changed the mark that is held")
		}
		load(t, db, pollsFile("2,active,2023-01-25 18:00:00 UTC"))
		if mark(held) == first || mark(held).Data != modelstest.DataVersion(t, db) {
			t.Error("our own write left the mark that is held as it was")
		}
	})
}

func TestProgressEndsWithAllStores(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 1300 {
			rows = append(rows, fmt.Sprintf("%d,UTC", n))
		}
		load(t, db, zonesFile(rows...))
		var most, calls atomic.Int64
		s, err := figures.New(db).SnapshotAt(ctx, models.InstantAt(at("2023-01-25 18:00")), func(done, total int64) {
			calls.Add(1)
			if total != 1300 || done > total {
				t.Errorf("%d of %d", done, total)
			}
			for seen := most.Load(); done > seen && !most.CompareAndSwap(seen, done); seen = most.Load() {
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if most.Load() != 1300 || calls.Load() < 2 {
			t.Errorf("%d of 1300 in %d steps", most.Load(), calls.Load())
		}
		if !slices.IsSortedFunc(s.Stores, func(a, b models.Store) int { return compareBytes(a.Code, b.Code) }) {
			t.Error("stores are not in order of their bytes")
		}
	})
}

func compareBytes(a, b string) int { return slices.Compare([]byte(a), []byte(b)) }

func TestPollsOfAStoreAreThoseOfItsWeek(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var w town
		for n := range 24 * 20 {
			w.Polls = append(w.Polls, townPoll{Store: fmt.Sprint(n % 2), At: at("2023-01-01 00:30").Add(uptime.Micros(n) * uptime.Hour), Active: n%3 > 0})
		}
		load(t, db, pollsFile(w.PollRows()...))
		s := snapshotAt(t, db, at("2023-01-18 12:00"))
		n, found := s.Find("1")
		if !found {
			t.Fatal("store 1 is not found")
		}
		got, err := s.PollsOf(n)
		if err != nil {
			t.Fatal(err)
		}
		inWeek := func(polls []uptime.Poll) []uptime.Poll {
			return slices.DeleteFunc(polls, func(p uptime.Poll) bool { return !s.Span().Contains(p.At) })
		}
		if diff := cmp.Diff(inWeek(w.PollsOf("1")), inWeek(got)); diff != "" {
			t.Error(diff)
		}
	})
}

// A snapshot may read by two connections; many at once must not wait for each
// other's second one, nor one for its own.
func TestSnapshotsAtOnceDoNotWaitForEachOther(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		urls := []string{url}
		if url != "" {
			urls = append(urls, url+"&pool_max_conns=1", url+"&pool_max_conns=2")
		}
		for _, url := range urls {
			db := modelstest.OpenURL(t, url, dir)
			load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "1,active,2023-01-20 18:00:00 UTC"))
			limited, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()
			f := modelstest.Figures(t, db)
			var askers errgroup.Group
			for range 40 {
				askers.Go(func() error {
					s, err := f.SnapshotAt(limited, models.OptionalInstant{}, nil)
					if err == nil && s.Polls != 2 {
						err = fmt.Errorf("%d polls, want 2", s.Polls)
					}
					return err
				})
			}
			if err := askers.Wait(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Every import adds a poll to each store, on each of the days that a snapshot
// reads, by whichever connection.
func TestASnapshotIsOfOneVersionOfTheDataWhileImportsGoOn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const stores, days = 100, 5
		add := func(n int) {
			var rows []string
			for store := range stores {
				for day := range days {
					at := at("2023-01-25 18:00").Add(uptime.Micros(n)*uptime.Second - uptime.Micros(day)*uptime.Day)
					rows = append(rows, fmt.Sprintf("%d,active,%s", store, stamp(at)))
				}
			}
			load(t, db, pollsFile(rows...))
		}
		add(0)
		var done atomic.Bool
		f := modelstest.Figures(t, db)
		var readers errgroup.Group
		for range 2 {
			readers.Go(func() error {
				for !done.Load() {
					s, err := f.SnapshotAt(ctx, models.OptionalInstant{}, nil)
					if err != nil {
						return err
					}
					loads := int64((s.AsOf-at("2023-01-25 18:00"))/uptime.Instant(uptime.Second)) + 1
					if want := loads * stores * days; s.Polls != want {
						return fmt.Errorf("after %d loads there are %d polls, want %d", loads, s.Polls, want)
					}
				}
				return nil
			})
		}
		for n := range 10 {
			add(n + 1)
		}
		done.Store(true)
		if err := readers.Wait(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestARefreshComputesWhatIsNewBeforeAnyoneAsks(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		for hour := range 3 { // one after another, so that the last is after a rest
			load(t, db, pollsFile(fmt.Sprintf("1,active,2023-01-25 %02d:00:00 UTC", 15+hour)))
			f.Refresh()
			version := dataVersion(t, db)
			for end := time.Now().Add(20 * time.Second); f.KeptSnapshot() != version; time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("the snapshot is still of version %d, not %d", f.KeptSnapshot(), version)
				}
			}
		}
	})
}

func TestNothingIsComputedAfterClose(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		f := figures.New(db)
		f.Prepare()
		f.Close()
		f.Close() // as deferred calls do
		load(t, db, pollsFile("1,inactive,2023-01-25 17:00:00 UTC"))
		f.Refresh()
		f.Prepare()
		if _, err := f.Snapshot(ctx); !errors.Is(err, figures.ErrClosed) {
			t.Errorf("a snapshot after Close: %v, want ErrClosed", err)
		}
		if _, err := f.RecentTrend(ctx); err != nil && !errors.Is(err, figures.ErrClosed) {
			t.Errorf("a trend after Close: %v, want what was kept, or ErrClosed", err)
		}
	})
}
