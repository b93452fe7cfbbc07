package figures_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A groupedTown is a town of which each store has a name, and most a group.
type groupedTown struct {
	town
	groups map[string]string // by store; empty for none
}

// drawGroupedTown also draws zones in which another date may be today.
func drawGroupedTown(t *rapid.T) groupedTown {
	w := groupedTown{drawTown(t), map[string]string{}}
	modelstest.DrawChanges(t, &w.town)
	for _, row := range w.Rows(w.Newest()) {
		w.groups[row.Store] = rapid.SampledFrom([]string{"", "A", "B", "é & co"}).Draw(t, "group of "+row.Store)
		if zone := rapid.SampledFrom([]string{"", "", "Pacific/Kiritimati", "Pacific/Pago_Pago"}).Draw(t, "far zone of "+row.Store); zone != "" {
			w.Zones[row.Store] = []string{zone}
		}
	}
	return w
}

func (w groupedTown) load(t tb, db *models.DB) {
	t.Helper()
	var names []string
	for store, group := range w.groups {
		names = append(names, modelstest.Quoted(store)+",Name of "+fmt.Sprintf("%x", store)+","+group+",")
	}
	slices.Sort(names)
	load(t, db, pollsFile(w.PollRows()...), hoursFile(w.HoursRows()...), zonesFile(w.ZoneRows()...), namesFile(names...))
	w.Enter(t, db)
}

// drawReach draws groups and stores of a town, and some that it does not have.
func (w groupedTown) drawReach(t *rapid.T) reach.Reach {
	stores := []string{"none such"}
	for store := range w.groups {
		stores = append(stores, store)
	}
	slices.Sort(stores)
	some := func(list []string, name string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(list), 0, 2, rapid.ID[string]).Draw(t, name)
	}
	return reach.Of(some([]string{"A", "B", "é & co", "a", "C"}, "groups"), some(stores, "stores"))
}

// within is the town as if it had the stores of a reach only.
func (w groupedTown) within(r reach.Reach) groupedTown {
	n := groupedTown{town{Hours: map[string][]uptime.Hours{}, Zones: map[string][]string{}}, map[string]string{}}
	n.Changes = modelstest.Changes{Dated: map[string][]uptime.Schedule{}, Special: map[string][]uptime.SpecialDay{}, Excused: map[string][]uptime.Span{}}
	for store, group := range w.groups {
		if !r.Has(store, group) {
			continue
		}
		n.groups[store] = group
		n.Dated[store], n.Special[store], n.Excused[store] = w.Dated[store], w.Special[store], w.Excused[store]
		if hours, some := w.Hours[store]; some {
			n.Hours[store] = hours
		}
		if zones, some := w.Zones[store]; some {
			n.Zones[store] = zones
		}
	}
	for _, p := range w.Polls {
		if _, some := n.groups[p.Store]; some {
			n.Polls = append(n.Polls, p)
		}
	}
	return n
}

// everythingOf is all that a snapshot and its trend answer, as values without the ids
// of the database.
func everythingOf(t tb, f *figures.Figures, trend *figures.Trend) map[string]any {
	t.Helper()
	s := trend.Snapshot
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	report, details := csvs(t, s)
	every := make([]int, len(s.Stores))
	for n := range every {
		every[n] = n
	}
	q, err := s.Quality(ctx)
	must(err)
	heat, err := trend.HeatMap()
	must(err)
	first, err := s.HeatMapOf(every[:min(1, len(every))])
	must(err)
	range1, err := f.MeasureRange(ctx, s, nil, uptime.Span{From: s.AsOf.Add(-20 * uptime.Day), To: s.AsOf}, nil)
	must(err)
	range2, err := f.MeasureRange(ctx, s, every[len(every)/2:], uptime.Span{From: s.AsOf.Add(-30 * uptime.Day), To: s.AsOf.Add(uptime.Day)}, func(_, total int64) {
		if total > int64(len(every)) {
			t.Fatalf("progress of %d stores, want at most %d", total, len(every))
		}
	})
	must(err)
	all := map[string]any{
		"report": report, "details": details, "figures": s.Figures, "now": s.Now, "calendars": s.Calendars, "polls": s.Polls, "groups": s.Groups(),
		"polls read": s.PollsRead(every), "as of": s.KnownAsOf(), "first poll": s.FirstPollAt(), "span": s.Span(), "heard": s.Heard(), "kept": s.KeptFrom,
		"quality": []any{q.NoHours, q.NoZone, q.NeverPolled, q.NoGroup, q.Silences, q.SilentFor(uptime.Hour), q.Outside, q.Odd, q.OddIDs},
		"before":  allBefore(trend), "dates": trend.Dates, "days": allDays(trend), "heat map": heat, "heat map of the first": first,
		"range": range1, "range of some": range2,
	}
	for n, store := range s.Stores {
		if i, found := s.Find(store.Code); !found || i != n {
			t.Fatalf("store %q is found at %d, want %d", store.Code, i, n)
		}
		polls, err := s.PollsOf(n)
		must(err)
		days, err := s.StoreDays(n)
		must(err)
		from, to, some := s.Dates(n)
		of := []any{
			store.Name, store.Group, store.City, store.Zone, store.FirstPollAt, s.Location(n).String(), s.Openings(n), polls, s.KnownSince(n), s.KnownFrom(n),
			days.Polls, days.Openings, days.Today(), from, to, some,
		}
		if some {
			past, err := f.StoreDays(ctx, s, n, max(from, to-30), to)
			must(err)
			of = append(of, past.Polls, past.Openings, past.Measure(past.Day(to).Span))
		}
		all["store "+store.Code] = of
	}
	for _, group := range s.Groups() {
		all["group "+group.Name] = s.StoresOf(group.Name)
	}
	return all
}

func TestNarrowingEqualsNeverHavingHadTheOthers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawGroupedTown(t)
			wipe(t, db)
			w.load(t, db)
			f := figures.New(db)
			defer f.Close()
			whole := trendOf(t, f)
			r := w.drawReach(t)
			narrowed, err := f.TrendWithin(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			if narrowed.Version != whole.Version || narrowed.Whole() != whole || narrowed.Snapshot.Whole() != whole.Snapshot {
				t.Fatalf("version %d, want that of the whole, %d", narrowed.Version, whole.Version)
			}
			got := everythingOf(t, f, narrowed)
			if len(narrowed.Stores) > 0 {
				checkTrendAsOf(w.within(r).town, t, narrowed, whole.AsOf)
			}

			wipe(t, db)
			w.within(r).load(t, db)
			alone := figures.New(db)
			defer alone.Close()
			s, err := alone.SnapshotAt(ctx, models.InstantAt(whole.AsOf), nil)
			if err != nil {
				t.Fatal(err)
			}
			trend, err := alone.TrendOf(s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(everythingOf(t, alone, trend), got, empties); diff != "" {
				t.Fatalf("within %s (-alone +narrowed):\n%s", r, diff)
			}
		})
	})
}

// empties takes a slice without elements for none.
var empties = cmp.FilterPath(func(p cmp.Path) bool {
	x, y := p.Last().Values()
	return x.IsValid() && y.IsValid() && x.Kind().String() == "slice" && y.Kind().String() == "slice" && x.Len() == 0 && y.Len() == 0
}, cmp.Ignore())

func TestNarrowingTwiceIsNarrowingToWhatBothHave(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawGroupedTown(t)
			wipe(t, db)
			w.load(t, db)
			f := figures.New(db)
			defer f.Close()
			trend := trendOf(t, f)
			one, other := w.drawReach(t), w.drawReach(t)
			var both []string
			for store, group := range w.groups {
				if one.Has(store, group) && other.Has(store, group) {
					both = append(both, store)
				}
			}
			want := everythingOf(t, f, trend.Within(reach.Of(nil, both)))
			twice := trend.Within(one).Within(other)
			if diff := cmp.Diff(want, everythingOf(t, f, twice), empties); diff != "" {
				t.Fatalf("within %s and %s:\n%s", one, other, diff)
			}
			if twice.Whole() != trend || twice.Snapshot.Whole() != trend.Snapshot {
				t.Fatal("what was narrowed twice is not of the whole")
			}
		})
	})
}

// The last polls that are kept are enough for the oldest date of every store's trend.
func TestNarrowedTrendsStayAsTheyWereWherePollsAreDeleted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawGroupedTown(t)
			wipe(t, db)
			w.load(t, db)
			trends := func() (list []any) {
				f := figures.New(db)
				defer f.Close()
				for _, store := range slices.Sorted(maps.Keys(w.groups)) {
					trend := trendOf(t, f).Within(reach.Of(nil, []string{store}))
					list = append(list, trend.Dates, allDays(trend), allBefore(trend))
				}
				return list
			}
			before := trends()
			prunePolls(t, db, models.LeastPolls)
			if diff := cmp.Diff(before, trends()); diff != "" {
				t.Fatal(diff)
			}
		})
	})
}

var (
	groupA   = reach.Of([]string{"A"}, nil)
	nothing  = reach.Reach{}
	noneSuch = reach.Of([]string{"none such"}, []string{"none"})
)

func TestWhoeverHasTheSameReachSharesWhatWasNarrowedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		var computed atomic.Int64
		f.ComputeSnapshotsBy(func(ctx context.Context) (*figures.Snapshot, error) {
			computed.Add(1)
			return f.SnapshotAt(ctx, models.OptionalInstant{}, nil)
		})
		var rows []string
		for n := range 100 {
			rows = append(rows, fmt.Sprintf("%d,,%c,", n, 'A'+n%10))
		}
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "0,active,2023-01-25 17:00:00 UTC"), namesFile(rows...))
		var snapshots [40]*figures.Snapshot
		var trends [40]*figures.Trend
		var askers errgroup.Group
		for n := range snapshots {
			askers.Go(func() (err error) {
				if snapshots[n], err = f.RecentSnapshotWithin(ctx, reach.Of([]string{string(rune('A' + n%4))}, nil)); err == nil {
					trends[n], err = f.RecentTrendWithin(ctx, reach.Of([]string{string(rune('A' + n%4))}, nil))
				}
				return err
			})
		}
		if err := askers.Wait(); err != nil {
			t.Fatal(err)
		}
		for n := range snapshots {
			if snapshots[n] != snapshots[n%4] || trends[n] != trends[n%4] || trends[n].Snapshot != snapshots[n] {
				t.Errorf("asker %d got one of its own", n)
			}
			if len(snapshots[n].Stores) != 10 || snapshots[n].Stores[0].Group != string(rune('A'+n%4)) {
				t.Errorf("asker %d got %d stores, the first of %q", n, len(snapshots[n].Stores), snapshots[n].Stores[0].Group)
			}
		}
		if got := computed.Load(); got != 1 {
			t.Errorf("%d snapshots were computed, want 1", got)
		}
		whole, err := f.SnapshotWithin(ctx, reach.All())
		if err != nil {
			t.Fatal(err)
		}
		if whole != snapshots[0].Whole() || whole.Whole() != whole || len(whole.Stores) != 100 {
			t.Errorf("the reach of all has %d stores and is not the whole snapshot", len(whole.Stores))
		}
	})
}

func TestAStoreThatJoinsAGroupIsInItsReachAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"), namesFile("1,One,A,", "2,Two,B,"))
		codes := func() (list []string) {
			t.Helper()
			trend, err := f.TrendWithin(ctx, groupA)
			if err != nil {
				t.Fatal(err)
			}
			for _, store := range trend.Stores {
				list = append(list, store.Code)
			}
			return list
		}
		if got := codes(); !slices.Equal(got, []string{"1"}) {
			t.Fatalf("group A has %v", got)
		}
		load(t, db, namesFile("2,Two,A,"))
		if got := codes(); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("when 2 joined, group A has %v", got)
		}
		load(t, db, namesFile("1,One,B,"))
		if got := codes(); !slices.Equal(got, []string{"2"}) {
			t.Errorf("when 1 left, group A has %v", got)
		}
	})
}

func TestAReachWithoutStoresHasNothingAndWorksEverywhere(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		check := func(known bool) {
			t.Helper()
			for _, r := range []reach.Reach{nothing, noneSuch} {
				trend, err := f.TrendWithin(ctx, r)
				if err != nil {
					t.Fatal(err)
				}
				if len(trend.Stores) != 0 || trend.Polls != 0 || len(trend.Groups()) != 0 || trend.AsOfKnown != known || trend.FirstPollAt().Known {
					t.Errorf("%s has %d stores and %d polls, as of known: %v", r, len(trend.Stores), trend.Polls, trend.AsOfKnown)
				}
				if _, found := trend.Find("1"); found || len(trend.StoresOf("A")) != 0 || len(trend.Dates) != 0 || *heatMapOf(t, trend) != (uptime.HeatMap{}) {
					t.Errorf("%s has a store, dates or a heat map", r)
				}
				if everythingOf(t, f, trend)["report"] == "" {
					t.Error("there is no report of nothing")
				}
			}
		}
		check(false)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"), namesFile("1,One,A,"))
		check(true)
	})
}

// Another's store in Auckland, where it is tomorrow already, must not be noticed.
func TestTodayOfANarrowedTrendIsTheLatestDateOfItsOwnStores(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 10:30:00 UTC"), zonesFile("1,Pacific/Kiritimati", "2,America/Chicago", "3,Pacific/Pago_Pago"))
		for store, today := range map[string]string{"1": "2023-01-26", "2": "2023-01-25", "3": "2023-01-24"} {
			trend, err := f.TrendWithin(ctx, reach.Of(nil, []string{store}))
			if err != nil {
				t.Fatal(err)
			}
			last := trend.Dates[len(trend.Dates)-1]
			if got := uptime.Instant(last) * uptime.Instant(uptime.Day); got.Time().Format("2006-01-02") != today || len(trend.Dates) != figures.TrendDays {
				t.Errorf("today of store %s is %s, want %s", store, got.Time().Format("2006-01-02"), today)
			}
		}
	})
}

func TestWhatIsKeptOfNarrowedSnapshotsIsBounded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		var rows []string
		for n := range 1000 {
			rows = append(rows, fmt.Sprintf("%d,,%d,", n, n%100))
		}
		load(t, db, namesFile(rows...))
		whole, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 300 {
			r := reach.Of([]string{fmt.Sprint(n % 100), fmt.Sprint((n * 7) % 100), fmt.Sprint((n + 3) % 100)}, nil)
			if s := whole.Within(r); len(s.Stores) > 30 || len(s.Stores) < 20 {
				t.Fatalf("%d stores", len(s.Stores))
			}
			if count, stores := whole.NarrowedKept(); stores > 1000 || count > 50 || count < 1 {
				t.Fatalf("%d narrowed snapshots of %d stores are kept", count, stores)
			}
		}
		if large := whole.Within(reach.Of(nil, allCodes(whole)[1:])); large != whole.Within(reach.Of(nil, allCodes(whole)[1:])) {
			t.Error("a reach of nearly all stores is not kept")
		}
		ofOne := reach.Of([]string{"1"}, nil)
		small := whole.Within(ofOne)
		if everything := whole.Within(reach.Of(nil, allCodes(whole))); everything != whole || whole.Within(ofOne) != small {
			t.Error("a reach of all stores by their ids is another snapshot, or takes room from others")
		}
		for n := range 2000 { // of no stores
			whole.Within(reach.Of([]string{fmt.Sprint("none ", n)}, nil))
		}
		if count, _ := whole.NarrowedKept(); count > 130 {
			t.Errorf("%d narrowed snapshots without stores are kept", count)
		}
	})
}

func allCodes(s *figures.Snapshot) (codes []string) {
	for _, store := range s.Stores {
		codes = append(codes, store.Code)
	}
	return codes
}
