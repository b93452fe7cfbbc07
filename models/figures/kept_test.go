package figures_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// storeDays are the days on which each store has polls, as "store day".
func storeDays(t tb, db *models.DB) []string {
	t.Helper()
	days, err := modelstest.StoreDays(db)
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// daysKept is what is to be left of the polls of a town.
func daysKept(w town, days int) []string {
	first := w.Newest().Time().Unix()/86400 - int64(max(days, models.LeastPolls))
	last := map[string]int64{} // before the first
	kept := map[string]bool{}
	for _, p := range w.Polls {
		day := p.At.Time().Unix() / 86400
		if day >= first {
			kept[fmt.Sprint(p.Store, " ", day)] = true
		} else {
			last[p.Store] = max(last[p.Store], day)
		}
	}
	for store, day := range last {
		kept[fmt.Sprint(store, " ", day)] = true
	}
	var list []string
	for day := range kept {
		list = append(list, day)
	}
	slices.Sort(list)
	return list
}

// keptFigures is all that can be asked of the kept time, as values.
type keptFigures struct {
	Report, Details string
	Earlier         string // the report as of the earliest instant that there can be one of
	Range           []uptime.Figures
	Before          any
	Days            any
	HeatMap         uptime.HeatMap
	Now             []uptime.Current
	Pasts           [][]uptime.Figures
}

func figuresSince(t tb, db *models.DB, since uptime.Instant) keptFigures {
	t.Helper()
	for {
		f, err := tryFiguresSince(t, db, since)
		if errors.Is(err, models.ErrDataMoved) {
			continue // PostgreSQL may finish a commit that nobody waits for any more
		}
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

func tryFiguresSince(t tb, db *models.DB, since uptime.Instant) (f keptFigures, err error) {
	t.Helper()
	all := figures.New(db)
	defer all.Close()
	trend := trendOf(t, all)
	f.Report, f.Details = csvs(t, trend.Snapshot)
	if first := since.Add(uptime.Week); first <= trend.AsOf {
		f.Earlier, _ = csvs(t, snapshotAt(t, db, first))
	}
	measured, err := all.MeasureRange(ctx, trend.Snapshot, nil, uptime.Span{From: since, To: trend.AsOf}, nil)
	if err != nil {
		return f, err
	}
	f.Range = measured.Figures
	f.Before, f.Days, f.HeatMap = allBefore(trend), allDays(trend), *heatMapOf(t, trend)
	for _, now := range trend.Now {
		if now.Since < since { // the polls that tell may have been deleted
			now.Since, now.SinceKnown = 0, false
		}
		f.Now = append(f.Now, now)
	}
	for n := range trend.Stores {
		first, last := datesSince(trend.Snapshot, n, since)
		past, err := all.StoreDays(ctx, trend.Snapshot, n, first, last)
		if err != nil {
			return f, err
		}
		var spans []uptime.Span
		for _, day := range past.Days(first, last) {
			spans = append(spans, day.Span)
		}
		f.Pasts = append(f.Pasts, past.Measure(spans...))
	}
	return f, nil
}

// datesSince are the local dates of a store all of which is since an instant.
func datesSince(s *figures.Snapshot, n int, since uptime.Instant) (first, last uptime.Date) {
	location := s.Location(n)
	first = uptime.DateOf(since.Time().In(location).Date())
	zone := uptime.NewZone(location, uptime.Span{From: since.Add(-2 * uptime.Day), To: since.Add(2 * uptime.Day)})
	if zone.Instant(first, 0) < since {
		first++
	}
	return first, uptime.DateOf(s.AsOf.Time().In(location).Date())
}

func TestFiguresOfTheKeptTimeDoNotChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			days := rapid.IntRange(1, 45).Draw(t, "days")
			since := startOfDay(w.Newest()).Add(-uptime.Micros(max(days, models.LeastPolls)) * uptime.Day)
			before, version := figuresSince(t, db, since), dataVersion(t, db)
			prunePolls(t, db, days)
			if diff := cmp.Diff(daysKept(w, days), storeDays(t, db)); diff != "" {
				t.Fatalf("after keeping %d days:\n%s", days, diff)
			}
			if diff := cmp.Diff(before, figuresSince(t, db, since)); diff != "" {
				t.Fatal(diff)
			}
			older := slices.ContainsFunc(w.Polls, func(p townPoll) bool { return p.At < since })
			if moved := dataVersion(t, db) != version; moved != older {
				t.Fatalf("the data moved on: %t; there were older polls: %t", moved, older)
			}
			if again := prunePolls(t, db, days); again != 0 {
				t.Fatalf("%d days went at the second time", again)
			}
		})
	})
}

func startOfDay(at uptime.Instant) uptime.Instant { return at - at%uptime.Instant(uptime.Day) }

// longTown is polled every six hours, for so many days.
func longTown(days int) (w town) {
	for n := range 4 * days {
		for _, store := range []string{"a", "b"} {
			w.Polls = append(w.Polls, townPoll{Store: store, At: at("2023-06-30 18:00").Add(-uptime.Micros(n) * 6 * uptime.Hour), Active: n%5 > 0})
		}
	}
	w.Polls = append(w.Polls, townPoll{Store: "gone", At: at("2023-03-01 12:00"), Active: true}, townPoll{Store: "gone", At: at("2023-02-01 12:00"), Active: true})
	return w
}

func TestOfATimeThatIsNotKeptNothingIsSaid(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		longTown(100).LoadInto(t, db)
		report := makeReport(t, db)
		said, details := writtenReport(t, db, report.ID)
		prunePolls(t, db, 30)
		if again, detailsAgain := writtenReport(t, db, report.ID); again != said || detailsAgain != details {
			t.Error("a report that was made before says something else now")
		}

		const first = "2023-05-31 00:00"
		s := snapshotAt(t, db, 0)
		if s.KeptFrom != models.InstantAt(at(first)) || s.FirstPollAt() != models.InstantAt(at(first)) || s.KnownSince(0) != models.InstantAt(at(first)) {
			t.Errorf("kept from %s, first poll at %s", stamp(s.KeptFrom.At), stamp(s.FirstPollAt().At))
		}
		// Midnight UTC is the evening before in Chicago, whose date is not whole.
		for n := range s.Stores {
			if oldest, _, some := s.Dates(n); !some || oldest != uptime.DateOf(2023, 5, 31) {
				t.Errorf("%s: dates since %d", s.Stores[n].Code, oldest)
			}
		}
		var lost figures.KeptError
		if _, err := figures.New(db).SnapshotAt(ctx, models.InstantAt(at(first).Add(uptime.Week)-1), nil); !errors.As(err, &lost) {
			t.Errorf("a report of a week that is not all kept: %v", err)
		} else if got, want := lost.ForPeople(), "Polls from before 31 May 2023, 00:00 UTC are no longer kept, so nothing can be said of "+
			"30 May 2023, 23:59 UTC to 6 Jun 2023, 23:59 UTC. Please ask for a time that begins then or later."; got.String() != want {
			t.Errorf("%q\nwant %q", got, want)
		}
		snapshotAt(t, db, at(first).Add(uptime.Week))
		if _, err := figures.New(db).MeasureRange(ctx, s, nil, uptime.Span{From: at(first) - 1, To: s.AsOf}, nil); !errors.As(err, &lost) {
			t.Errorf("a range that is not all kept: %v", err)
		}
	})
}

func TestOldPollsThatComeLateGoAgainAndChangeNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := longTown(60)
		w.LoadInto(t, db)
		prunePolls(t, db, 20)
		left := storeDays(t, db)
		before := figuresSince(t, db, at("2023-06-10 00:00"))
		w.LoadInto(t, db)
		prunePolls(t, db, 20)
		if diff := cmp.Diff(left, storeDays(t, db)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(before, figuresSince(t, db, at("2023-06-10 00:00"))); diff != "" {
			t.Error(diff)
		}
		// A longer time does not bring back what is gone, nor say so.
		prunePolls(t, db, 40)
		if s := snapshotAt(t, db, 0); s.KeptFrom != models.InstantAt(at("2023-06-10 00:00")) {
			t.Errorf("kept from %s", stamp(s.KeptFrom.At))
		}
	})
}

// A tiredContext ends when it was looked at so many times, which is in the middle
// of whatever is being done.
type tiredContext struct {
	context.Context
	mu     sync.Mutex
	left   int
	cancel func()
}

func (c *tiredContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left == 0 {
		go c.cancel() // whoever looks may hold a lock that it needs
		<-c.Context.Done()
	}
	return c.Context.Done()
}

func TestPruningGoesOnWhereItWasInterrupted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := longTown(60)
		w.LoadInto(t, db)
		all := len(storeDays(t, db))
		since := at("2023-06-14 00:00")
		before := figuresSince(t, db, since)
		stops := 0
		for budget := 10; ; budget += budget / 2 {
			stopped, cancel := context.WithCancel(ctx)
			_, err := db.PrunePolls(&tiredContext{Context: stopped, left: budget, cancel: cancel}, 16)
			cancel()
			if diff := cmp.Diff(before, figuresSince(t, db, since)); diff != "" {
				t.Fatal(diff)
			}
			if err == nil {
				break
			}
			stops++
		}
		if diff := cmp.Diff(daysKept(w, 16), storeDays(t, db)); diff != "" {
			t.Error(diff)
		}
		if stops < 3 || all < 100 {
			t.Errorf("interrupted %d times over %d days: too few to tell", stops, all)
		}
	})
}

// A store in the west is first polled just after the deleted polls, on a local date that began
// before them.
func TestAStoreThatWasFirstPolledAfterTheDeletedPollsIsMeasuredOnThatDate(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{Zones: map[string][]string{"west": {"America/Los_Angeles"}, "old": {"UTC"}}, Polls: []townPoll{
			{Store: "old", At: at("2023-01-01 12:00"), Active: true}, {Store: "old", At: at("2023-01-02 12:00"), Active: true},
			{Store: "old", At: at("2023-03-01 12:00"), Active: true},
			{Store: "west", At: at("2023-01-20 03:00"), Active: false},
		}}
		w.LoadInto(t, db)
		if prunePolls(t, db, 40) == 0 {
			t.Fatal("nothing is deleted")
		}
		f := modelstest.Figures(t, db)
		s, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := s.Find("west")
		first, _, some := s.Dates(n)
		if day := w.LocalDay("west", first); !some || !day.Contains(at("2023-01-20 03:00")) || day.From >= s.KeptFrom.At {
			t.Fatalf("the first date is %v, polls are kept from %s", day, stamp(s.KeptFrom.At))
		}
		measured, err := f.MeasureDates(ctx, s, []int{n}, first, first)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := measured.Figures[0], w.Measure("west", s.AsOf, w.LocalDay("west", first))[0]; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		old, _ := s.Find("old")
		var kept figures.KeptError
		if _, err := f.MeasureDates(ctx, s, []int{n, old}, first, first); !errors.As(err, &kept) {
			t.Errorf("a store whose polls of that date were deleted: %v", err)
		}
	})
}
