package history_test

import (
	"context"
	"fmt"
	"maps"
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

var ctx = context.Background()

// ask asks for days until none is pending.
func ask(t modelstest.TB, h *history.History, trend *figures.Trend, stores []int, last uptime.Date) history.Days {
	t.Helper()
	recent := make([]uptime.Figures, len(trend.Dates))
	for _, n := range stores {
		for d := range recent {
			recent[d].Add(trend.Days(n)[d])
		}
	}
	for range 1000 {
		days := h.Days(ctx, trend, stores, recent, last, time.Minute)
		if days.Err != nil {
			t.Fatal(days.Err)
		}
		for _, day := range days.Days {
			if day.State != history.Known && day.Figures != (uptime.Figures{}) {
				t.Fatalf("day %d is not known and has %+v", day.Date, day.Figures)
			}
		}
		if !days.Pending {
			return days
		}
	}
	t.Fatal("days are pending for ever")
	return history.Days{}
}

func latest(t *figures.Trend) uptime.Date { return t.Dates[len(t.Dates)-1] }

func all(t *figures.Trend) []int {
	stores := make([]int, len(t.Stores))
	for n := range stores {
		stores[n] = n
	}
	return stores
}

func trendOf(t modelstest.TB, f *figures.Figures) *figures.Trend {
	t.Helper()
	trend, err := f.Trend(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return trend
}

// check compares the days of some stores with what everything known of each says.
func check(t modelstest.TB, h *history.History, w modelstest.Town, trend *figures.Trend, stores []int) {
	t.Helper()
	days := ask(t, h, trend, stores, latest(trend))
	if len(stores) == 0 {
		if len(days.Days) > 0 {
			t.Fatalf("no stores have %d days", len(days.Days))
		}
		return
	}
	if len(days.Days) != history.Length || days.Days[history.Length-1].Date != latest(trend) {
		t.Fatalf("%d days, want %d until %d", len(days.Days), history.Length, latest(trend))
	}
	for _, day := range days.Days {
		var want uptime.Figures
		for _, n := range stores {
			code := trend.Stores[n].Code
			want.Add(w.Measure(code, trend.AsOf, w.LocalDay(code, day.Date))[0])
		}
		if day.State != history.Known {
			t.Fatalf("%s is in state %d", uptime.DateText(day.Date), day.State)
		}
		if diff := cmp.Diff(want, day.Figures); diff != "" {
			t.Fatalf("%d of %d stores on %s, as of %s:\n%s", len(stores), len(trend.Stores), uptime.DateText(day.Date), modelstest.Stamp(trend.AsOf), diff)
		}
	}
}

// checkMeasured compares a date with what MeasureDates says.
func checkMeasured(t modelstest.TB, f *figures.Figures, h *history.History, trend *figures.Trend, stores []int, back int) {
	t.Helper()
	if len(stores) == 0 {
		return
	}
	day := ask(t, h, trend, stores, latest(trend)).Days[history.Length-1-back]
	measured, err := f.MeasureDates(ctx, trend.Snapshot, stores, day.Date, day.Date)
	if err != nil {
		t.Fatal(err)
	}
	var want uptime.Figures
	for _, g := range measured.Figures {
		want.Add(g)
	}
	if want != day.Figures {
		t.Fatalf("%s: %+v, measured %+v", uptime.DateText(day.Date), day.Figures, want)
	}
}

// withPast draws a town whose polls go back further, and groups.
func withPast(t *rapid.T) (w modelstest.Town, groups []string) {
	w = modelstest.DrawTown(t)
	modelstest.DrawChanges(t, &w)
	newest, drawn := w.Newest(), len(w.Polls)
	for range rapid.IntRange(0, 40).Draw(t, "polls of long ago") {
		p := w.Polls[rapid.IntRange(0, drawn-1).Draw(t, "store of poll")]
		p.At, p.Active = newest.Add(-uptime.Micros(rapid.IntRange(8*24, 100*24).Draw(t, "hours ago"))*uptime.Hour), rapid.Bool().Draw(t, "active")
		w.Polls = append(w.Polls, p)
	}
	for _, code := range storesOf(w) {
		if group := rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "group"); group != "" {
			groups = append(groups, modelstest.Quoted(code)+",,"+group+",")
		}
	}
	return w, groups
}

// storesOf are the stores that files of the town name, sorted.
func storesOf(w modelstest.Town) []string {
	stores := map[string]bool{}
	for _, p := range w.Polls {
		stores[p.Store] = true
	}
	for store := range w.Hours {
		stores[store] = true
	}
	return slices.Sorted(maps.Keys(stores))
}

// change draws something that happens to a town, and loads it.
func change(t *rapid.T, db *models.DB, w *modelstest.Town) {
	newest, code := w.Newest(), rapid.SampledFrom(storesOf(*w)).Draw(t, "store")
	polled := func(code string, at uptime.Instant) {
		p := modelstest.TownPoll{Store: code, At: at, Active: rapid.Bool().Draw(t, "active")}
		w.Polls = append(w.Polls, p)
		modelstest.Load(t, db, modelstest.PollsFile(p.Row()))
	}
	switch rapid.IntRange(0, 5).Draw(t, "what happens") {
	case 0, 1:
		polled(code, newest.Add(uptime.Micros(rapid.IntRange(1, 30).Draw(t, "hours later"))*uptime.Hour))
	case 2:
		polled(code, newest.Add(uptime.Micros(rapid.IntRange(1, 20).Draw(t, "days later"))*uptime.Day))
	case 3:
		polled(code, newest.Add(-uptime.Micros(rapid.IntRange(0, 95*24).Draw(t, "hours ago"))*uptime.Hour))
	case 4:
		polled("new", newest.Add(-uptime.Hour))
	case 5:
		zone := rapid.SampledFrom(modelstest.ZoneNames).Draw(t, "zone")
		w.Zones[code] = []string{zone}
		modelstest.Load(t, db, modelstest.ZonesFile(modelstest.Quoted(code)+","+zone))
	}
}

func TestDaysAreWhatEverythingKnownSaysWhateverHappens(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w, groups := withPast(t)
			modelstest.Wipe(t, db)
			w.LoadInto(t, db)
			modelstest.Load(t, db, modelstest.NamesFile(groups...))
			f := figures.New(db)
			defer f.Close()
			h := history.New(f)
			h.SetSizes(2, 2, 2)
			for step := range rapid.IntRange(1, 3).Draw(t, "steps") {
				if step > 0 {
					change(t, db, &w)
				}
				trend := trendOf(t, f)
				check(t, h, w, trend, all(trend))
				some := rapid.SliceOfNDistinct(rapid.IntRange(0, len(trend.Stores)-1), 1, -1, rapid.ID[int]).Draw(t, "stores")
				check(t, h, w, trend, some)
				checkMeasured(t, f, h, trend, some, rapid.IntRange(0, history.Length-1).Draw(t, "days ago"))
				own := trend.Within(reach.Of([]string{"A"}, []string{trend.Stores[some[0]].Code}))
				check(t, h, w, own, all(own))
			}
		})
	})
}

// many is a feed of so many stores, of which each third is in the group G, polled on some days
// until the last.
func many(stores int, last string, ago ...int) []string {
	var rows, names []string
	end := modelstest.At(last)
	for n := range stores {
		if names = append(names, fmt.Sprintf("%04d,,%s,", n, []string{"G", "", "H"}[n%3])); n%3 == 1 {
			names = names[:len(names)-1]
		}
		for _, days := range ago {
			at := end.Add(-uptime.Micros(days)*uptime.Day - uptime.Micros(n%20)*uptime.Hour)
			rows = append(rows, fmt.Sprintf("%04d,%s,%s", n, []string{"active", "inactive"}[(n+days)%2], modelstest.Stamp(at)))
		}
	}
	return []string{modelstest.PollsFile(rows...), modelstest.NamesFile(names...)}
}

func opened(t *testing.T, db *models.DB) (*figures.Figures, *history.History) {
	f := figures.New(db)
	t.Cleanup(f.Close)
	return f, history.New(f)
}

func TestAnHourThatIsImportedMeasuresNothingAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(300, "2023-06-01 20:00", 0, 1, 10, 15, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		before := ask(t, h, trend, all(trend), latest(trend))
		spoilt := latest(trend) - 40
		h.Spoil(spoilt)
		parts, dates := h.Measured()

		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-06-01 21:00:00 UTC"))
		trend = trendOf(t, f)
		after := ask(t, h, trend, all(trend), latest(trend))
		if was, is := before.Days[49], after.Days[49]; is.Date != spoilt || is.Figures.Open <= was.Figures.Open {
			t.Errorf("%+v became %+v: it was measured again", was, is)
		}
		if p, d := h.Measured(); p != parts || d != dates {
			t.Errorf("%d dates of %d parts are kept, want %d of %d", d, p, dates, parts)
		}

		// The next day, one date is measured and no other.
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-06-02 20:00:00 UTC"))
		trend = trendOf(t, f)
		next := ask(t, h, trend, all(trend), latest(trend))
		if is := next.Days[48]; is != after.Days[49] {
			t.Errorf("%+v became %+v: it was measured again", after.Days[49], is)
		}
		if p, d := h.Measured(); p != parts || d != dates+parts {
			t.Errorf("%d dates of %d parts are kept, want one more of each of %d", d, p, parts)
		}

		// A poll of long ago makes everything new.
		modelstest.Load(t, db, modelstest.PollsFile("0001,inactive,2023-05-02 20:00:00 UTC"))
		trend = trendOf(t, f)
		if is := ask(t, h, trend, all(trend), latest(trend)).Days[48]; is.Figures.Open >= next.Days[48].Figures.Open {
			t.Errorf("%+v is kept although polls of that time are others", is)
		}
	})
}

func TestAStoreThatChangesItsHoursCostsItsPartAlone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(300, "2023-06-01 20:00", 0, 1, 10, 15, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		before := ask(t, h, trend, trend.StoresOf("G"), latest(trend)).Days[40]
		ask(t, h, trend, all(trend), latest(trend))
		h.Spoil(before.Date)
		modelstest.LoadFrom(t, db, "always", modelstest.HoursFile("0005,0,09:00,17:00")) // 0005 is in H
		trend = trendOf(t, f)
		if is := ask(t, h, trend, trend.StoresOf("G"), latest(trend)).Days[40]; is.Figures.Open != before.Figures.Open+1 {
			t.Errorf("G: %+v became %+v although no store of it changed", before, is)
		}
		checkMeasured(t, f, h, trend, trend.StoresOf("H"), history.Length-1-40)
	})
}

// Of nobody's store the sums are used in what somebody sees who does not see all of its part.
func TestNoSumHasAStoreOutOfReach(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(300, "2023-06-01 20:00", 0, 1, 10, 15, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		ask(t, h, trend, all(trend), latest(trend))
		for date := latest(trend) - 89; date <= latest(trend); date++ {
			h.Spoil(date) // whatever uses the sum of all stores of a part tells
		}
		for _, own := range []reach.Reach{
			reach.Of(nil, []string{"0001"}), reach.Of(nil, []string{"0000", "0001", "0002", "0299"}), reach.Of([]string{"nobody's"}, []string{"0150"}),
		} {
			narrow := trend.Within(own)
			for _, back := range []int{14, 15, 40, 80, 89} {
				checkMeasured(t, f, h, narrow, all(narrow), back)
			}
		}
		// Who sees all of G and one store more is given the sum of G.
		narrow := trend.Within(reach.Of([]string{"G"}, []string{"0001"}))
		day := ask(t, h, narrow, all(narrow), latest(narrow)).Days[40]
		measured, err := f.MeasureDates(ctx, narrow.Snapshot, all(narrow), day.Date, day.Date)
		if err != nil {
			t.Fatal(err)
		}
		var want uptime.Micros
		for _, g := range measured.Figures {
			want += g.Open
		}
		if day.Figures.Open != want+1 {
			t.Errorf("G and one more are open for %d, want %d and the one of the spoilt sum", day.Figures.Open, want)
		}
	})
}

func TestDaysWhosePollsWereDeletedAreNotKept(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-01 20:00", 0, 1, 10, 15, 40, 80)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		before := ask(t, h, trend, all(trend), latest(trend))
		modelstest.PrunePolls(t, db, 30)
		trend = trendOf(t, f)
		after := ask(t, h, trend, all(trend), latest(trend))
		kept := 0
		for n, day := range after.Days {
			_, err := f.MeasureDates(ctx, trend.Snapshot, all(trend), day.Date, day.Date)
			if want := map[bool]history.State{true: history.Known, false: history.NotKept}[err == nil]; day.State != want {
				t.Errorf("%s is in state %d, want %d: %v", uptime.DateText(day.Date), day.State, want, err)
			}
			if day.State == history.Known {
				if kept++; day != before.Days[n] {
					t.Errorf("%+v became %+v", before.Days[n], day)
				}
			}
		}
		if kept < 28 || kept > 31 {
			t.Errorf("%d days are kept, want 30 or so", kept)
		}
		fresh := history.New(f)
		if diff := cmp.Diff(after.Days, ask(t, fresh, trend, all(trend), latest(trend)).Days); diff != "" {
			t.Errorf("kept, and measured after retention:\n%s", diff)
		}
	})
}

func TestWithoutPollsThereAreNoDays(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.ZonesFile("1,America/Chicago"))
		f, h := opened(t, db)
		trend := trendOf(t, f)
		if days := h.Days(ctx, trend, []int{0}, nil, 0, time.Minute); len(days.Days) > 0 || days.Pending {
			t.Errorf("a store that was never polled has %+v", days)
		}
	})
}

func TestAClosedHistoryMeasuresNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, many(60, "2023-06-01 20:00", 0, 40)...)
		f, h := opened(t, db)
		trend := trendOf(t, f)
		f.Close()
		days := h.Days(ctx, trend, all(trend), make([]uptime.Figures, len(trend.Dates)), latest(trend), time.Minute)
		if !days.Pending || days.Days[0].State != history.Pending || days.Days[89].State != history.Known {
			t.Errorf("after the end: %+v", days)
		}
	})
}

// Of a store that is always open and is polled again after weeks, the poll decides how certain
// the last hours before its silence are, though these are long ago.
func TestAPollAfterWeeksOfSilenceSaysHowCertainTheTimeBeforeItIs(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile(
			"quiet,active,2023-05-09 12:00:00 UTC", "quiet,active,2023-05-10 06:00:00 UTC", // the day after is a seam
			"other,active,2023-05-01 12:00:00 UTC", "other,active,2023-06-01 20:00:00 UTC"))
		f, h := opened(t, db)
		certain := func() uptime.Micros {
			t.Helper()
			trend := trendOf(t, f)
			stores := all(trend)
			for back := 14; back < 24; back++ {
				checkMeasured(t, f, h, trend, stores, back)
			}
			day := ask(t, h, trend, stores, latest(trend)).Days
			return day[history.Length-1-int(latest(trend)-uptime.DateOf(2023, 5, 10))].Figures.CertainUp
		}
		silent := certain()
		for _, other := range []string{"2023-06-01 21:00:00 UTC", "2023-06-02 20:00:00 UTC", "2023-06-05 20:00:00 UTC"} {
			modelstest.Load(t, db, modelstest.PollsFile("other,active,"+other))
			if got := certain(); got != silent {
				t.Errorf("%s: %d is certain, want %d", other, got, silent)
			}
		}
		again := modelstest.Load(t, db, modelstest.PollsFile("quiet,active,2023-06-05 20:30:00 UTC"))
		if got := certain(); got <= silent {
			t.Errorf("polled again: %d is certain, want more than %d", got, silent)
		}
		modelstest.Undo(t, db, again)
		if got := certain(); got != silent {
			t.Errorf("taken back: %d is certain, want %d", got, silent)
		}
		modelstest.Load(t, db, modelstest.PollsFile("quiet,inactive,2023-06-05 19:00:00 UTC"))
		if got := certain(); got != silent {
			t.Errorf("found offline: %d is certain, want %d", got, silent)
		}
		modelstest.Load(t, db, modelstest.PollsFile("quiet,active,2023-06-04 19:00:00 UTC"))
		if got := certain(); got <= silent {
			t.Errorf("found online before: %d is certain, want more than %d", got, silent)
		}
	})
}
