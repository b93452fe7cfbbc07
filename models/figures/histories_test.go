package figures_test

import (
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

// historiesOf are what EachHistory visits. Each store must be visited once.
func historiesOf(t tb, f *figures.Figures, s *figures.Snapshot, stores []int, within uptime.Span) map[int]uptime.History {
	t.Helper()
	var mu sync.Mutex
	found := map[int]uptime.History{}
	err := f.EachHistory(ctx, s, stores, within, func(n int, h uptime.History) error {
		mu.Lock()
		defer mu.Unlock()
		if _, twice := found[n]; twice {
			return fmt.Errorf("store %d was visited twice", n)
		}
		h.Polls = slices.Clone(h.Polls)
		found[n] = h
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(stores) {
		t.Fatalf("%d stores were visited, want %d", len(found), len(stores))
	}
	return found
}

func TestHistoriesOfManyStoresAreWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest())
			within := uptime.Span{From: s.AsOf.Add(-uptime.Micros(rapid.Int64Range(1, int64(40*uptime.Day)).Draw(t, "back"))), To: s.AsOf}
			for n, h := range historiesOf(t, figures.New(db), s, allStores(s), within) {
				store := s.Stores[n].Code
				known := w.History(store, within, s.AsOf)
				if diff := cmp.Diff(evidence(known, within), evidence(h, within)); diff != "" {
					t.Fatalf("evidence of store %q:\n%s", store, diff)
				}
				got, want := make([]uptime.Figures, 1), []uptime.Figures{w.MeasureCorrected(store, s.AsOf, within)}
				h.Measure([]uptime.Span{within}, got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("figures of store %q:\n%s", store, diff)
				}
				if ahead := s.Openings(n); len(ahead) > 0 && h.Openings[len(h.Openings)-1] != ahead[len(ahead)-1] {
					t.Fatalf("store %q is open last at %v, want %v", store, h.Openings[len(h.Openings)-1], ahead[len(ahead)-1])
				}
			}
		})
	})
}

// There are more stores than are read at a time, by the range of their ids or one by one.
func TestHistoriesAreReadInBlocks(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 9000 {
			rows = append(rows, fmt.Sprintf("%05d,%s,2023-01-%02d 12:00:00 UTC", 104729*n%90001, []string{"active", "inactive"}[n%2], 1+n%25))
		}
		load(t, db, pollsFile(append(rows, "00000,active,2023-02-05 12:00:00 UTC")...))
		f := figures.New(db)
		defer f.Close()
		s := snapshotAt(t, db, 0)
		within := uptime.Span{From: s.AsOf.Add(-40 * uptime.Day), To: s.AsOf}
		for _, every := range []int{1, 2, 40, 4000} {
			var stores []int
			for n := 0; n < len(s.Stores); n += every {
				stores = append(stores, n)
			}
			for n, h := range historiesOf(t, f, s, stores, within) {
				want := 1
				if n == 0 {
					want = 2
				}
				if len(h.Polls) != want || h.Polls[0].At != s.Stores[n].FirstPollAt.At {
					t.Fatalf("of every %dth store, store %s has the polls %v", every, s.Stores[n].Code, h.Polls)
				}
			}
		}

		wrong := errors.New("wrong")
		visit := func(n int, _ uptime.History) error {
			if n == 7000 {
				return wrong
			}
			return nil
		}
		if err := f.EachHistory(ctx, s, allStores(s), within, visit); !errors.Is(err, wrong) {
			t.Errorf("a visit that fails: %v", err)
		}
		load(t, db, pollsFile("1,inactive,2023-01-25 17:00:00 UTC"))
		if err := f.EachHistory(ctx, s, allStores(s), within, visit); !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("histories of an old snapshot: %v, want ErrDataMoved", err)
		}
		if err := f.HearPolls(ctx, s, func() []uptime.Span { return []uptime.Span{within} }, func([]uptime.Poll) {}); !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("polls of an old snapshot: %v, want ErrDataMoved", err)
		}
	})
}

func allStores(s *figures.Snapshot) []int {
	stores := make([]int, len(s.Stores))
	for n := range stores {
		stores[n] = n
	}
	return stores
}

func TestPollsAreHeardUntilThereIsNothingToHear(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 200 {
			rows = append(rows, fmt.Sprintf("%d,active,2023-01-%02d 12:00:00 UTC", n, 1+n%20))
		}
		load(t, db, pollsFile(rows...))
		s, f := snapshotAt(t, db, 0), figures.New(db)
		defer f.Close()
		heard := func(spans func(heard int) []uptime.Span) (days []string) {
			count := 0
			err := f.HearPolls(ctx, s, func() []uptime.Span { return spans(count) }, func(polls []uptime.Poll) {
				count += len(polls)
				days = append(days, stamp(polls[0].At)[:10])
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(days)
			return days
		}
		some := []uptime.Span{{From: at("2023-01-03 23:00"), To: at("2023-01-04 00:00")}, {From: at("2023-01-10 13:00"), To: at("2023-01-11 00:01")}}
		days := heard(func(int) []uptime.Span { return some })
		if got, want := slices.Compact(slices.Clone(days)), []string{"2023-01-03", "2023-01-10", "2023-01-11"}; !slices.Equal(got, want) || len(days) != 30 {
			t.Errorf("%d polls of %v were heard, want 30 of %v", len(days), got, want)
		}
		days = heard(func(heard int) []uptime.Span {
			if heard > 0 {
				return nil
			}
			return some
		})
		if len(days) == 0 || len(days) >= 10 || days[0] != days[len(days)-1] {
			t.Errorf("%v were heard when there was nothing to hear any more", days)
		}
		if days := heard(func(int) []uptime.Span { return nil }); len(days) > 0 {
			t.Errorf("%v were heard, want nothing", days)
		}
	})
}
