package figures_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// knownOf is all that pages ask a snapshot for.
func knownOf(t tb, s *figures.Snapshot) any {
	t.Helper()
	known, err := s.Known(ctx)
	if err != nil {
		t.Fatal(err)
	}
	heat, err := s.HeatMapOf(allStores(s))
	if err != nil {
		t.Fatal(err)
	}
	all := []any{s.Version, s.AsOf, s.Stores, s.Figures, s.Now, s.Polls, s.Calendars, s.KeptFrom, known, heat}
	for n := range s.Stores {
		list, err := s.PollsOf(n)
		if err != nil {
			t.Fatal(err)
		}
		list = append([]uptime.Poll{}, slices.DeleteFunc(list, func(p uptime.Poll) bool { return p.At < s.Heard().From })...)
		past, err := s.StoreDays(n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *s.Corrected(n), s.IsCorrected(n), s.Openings(n), list, s.PollsRead([]int{n}), past.Days(past.Today()-6, past.Today()), s.Excused(n))
	}
	return all
}

// shownOf is all that pages ask a trend for.
func shownOf(t tb, trend *figures.Trend) any {
	t.Helper()
	heat, err := trend.HeatMap()
	if err != nil {
		t.Fatal(err)
	}
	all := []any{trend.Version, trend.Dates, allBefore(trend), allDays(trend), heat}
	for n := range trend.Stores {
		all = append(all, trend.CorrectedDays(n))
		if len(trend.Dates) > 0 {
			raw, corrected := trend.Between(n, trend.Dates[2], trend.Dates[figures.TrendDays-1])
			all = append(all, raw, corrected)
		}
	}
	return all
}

// allBefore are the windows before of all stores of a trend, and their changes.
func allBefore(trend *figures.Trend) (before []any) {
	for n := range trend.Stores {
		change, known := trend.Change(n)
		before = append(before, trend.Before(n), change, known)
	}
	return before
}

// allDays are the days of all stores of a trend.
func allDays(trend *figures.Trend) (days [][figures.TrendDays]uptime.Figures) {
	for n := range trend.Stores {
		days = append(days, trend.Days(n))
	}
	return days
}

// A followed town is a database that changes again and again.
type followedTown struct {
	town
	db      *models.DB
	imports []models.Import // that may be undone, the latest last
	newest  uptime.Instant
}

// change draws one change of the data, as people and pollers make them.
func (f *followedTown) change(t *rapid.T) {
	stores := rapid.SampledFrom([]string{"busy", "quiet", "new", "a", "b"})
	load := func(file string) { f.imports = append(f.imports, load(t, f.db, file)) }
	switch what := rapid.SampledFrom([]string{"later", "later", "later", "later", "later", "later", "late", "late", "late", "hours", "zone", "special", "correction", "undo", "prune", "nothing"}).Draw(t, "change"); what {
	case "later":
		pause := rapid.SampledFrom([]uptime.Micros{1, uptime.Hour, 2 * uptime.Hour, 3 * uptime.Hour, 5 * uptime.Hour, 7 * uptime.Hour, 23 * uptime.Hour, 12 * uptime.Day}).Draw(t, "pause")
		f.newest = f.newest.Add(pause)
		var rows []string
		for range rapid.IntRange(1, 3).Draw(t, "polls") {
			rows = append(rows, townPoll{Store: stores.Draw(t, "store"), At: f.newest, Active: rapid.Bool().Draw(t, "active")}.Row())
		}
		load(pollsFile(rows...))
	case "late":
		var rows []string
		for _, days := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 7, 8, 8, 9, 9, 10, 12, 15, 15}), 1, 2).Draw(t, "days ago") {
			ago := uptime.Micros(days)*uptime.Day + uptime.Micros(rapid.IntRange(1, 24*60).Draw(t, "minutes ago"))*uptime.Minute
			rows = append(rows, townPoll{Store: stores.Draw(t, "store"), At: f.newest.Add(-ago), Active: rapid.Bool().Draw(t, "active")}.Row())
		}
		load(pollsFile(rows...))
	case "hours":
		load(hoursFile(fmt.Sprintf("%s,%d,09:00:00,%02d:00:00", stores.Draw(t, "store"), rapid.IntRange(0, 6).Draw(t, "day"), rapid.IntRange(10, 23).Draw(t, "until"))))
	case "zone":
		load(zonesFile(stores.Draw(t, "store") + "," + rapid.SampledFrom([]string{"Asia/Kolkata", "America/Denver", "UTC"}).Draw(t, "zone")))
	case "special":
		day := entered.SpecialDay{Subject: entered.Store(stores.Draw(t, "store")), Date: uptime.DateOf(f.newest.Time().Date()) - uptime.Date(rapid.IntRange(-2, 8).Draw(t, "days ago")), End: 3600 * rapid.IntRange(1, 23).Draw(t, "until")}
		if err := entered.AddSpecialDays(ctx, f.db, []entered.SpecialDay{day}); err != nil {
			t.Log(err) // it has one
		}
	case "correction":
		from := f.newest.Add(-uptime.Micros(rapid.IntRange(1, 200).Draw(t, "hours ago")) * uptime.Hour)
		c := entered.Correction{Subject: entered.Store(stores.Draw(t, "store")), From: from, To: from.Add(uptime.Hour), Category: entered.Other}
		if err := entered.AddCorrection(ctx, f.db, &c); err != nil {
			t.Log(err)
		}
	case "undo":
		if n := len(f.imports); n > 0 {
			modelstest.Undo(t, f.db, f.imports[n-1])
			f.imports = f.imports[:n-1]
		}
	case "prune":
		prunePolls(t, f.db, 40)
	}
}

// A kept snapshot and its trend follow the data by what changed. After every step they are those
// that are computed from nothing.
func TestSnapshotsAndTrendsThatFollowAreThoseComputedFromNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		followed, trends := 0, 0
		rapid.Check(t, func(t *rapid.T) {
			f := &followedTown{town: drawTown(t), db: db}
			wipe(t, db)
			for _, store := range []string{"quiet", "a"} { // of which the state is often older than what is read
				if rapid.Bool().Draw(t, "steady") {
					steady(t, &f.town, store)
				}
			}
			f.LoadInto(t, db)
			f.newest = f.Newest()
			kept := figures.New(db)
			defer kept.Close()
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				was, err := kept.Snapshot(ctx)
				if err != nil {
					t.Fatal(err)
				}
				var trendWas *figures.Trend
				if rapid.Bool().Draw(t, "somebody looks at the trend") {
					if trendWas, err = kept.Trend(ctx); err != nil {
						t.Fatal(err)
					}
				}
				f.change(t)
				got, err := kept.Snapshot(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if got != was && got.FollowsFrom(was) {
					followed++
				}
				fresh := figures.New(db)
				want, err := fresh.SnapshotAt(ctx, models.OptionalInstant{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				plain, err := fresh.TrendOf(want)
				fresh.Close()
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(knownOf(t, want), knownOf(t, got)); diff != "" {
					t.Fatalf("as of %s (-computed from nothing +followed):\n%s", stamp(got.AsOf), diff)
				}
				if rapid.Bool().Draw(t, "nobody looks at the trend") {
					continue
				}
				trend, err := kept.Trend(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if trendWas != nil && trend != trendWas && trend.SharesLines(trendWas) {
					trends++
				}
				if diff := cmp.Diff(shownOf(t, plain), shownOf(t, trend)); diff != "" {
					t.Fatalf("trend as of %s (-computed from nothing +followed):\n%s", stamp(got.AsOf), diff)
				}
			}
		})
		if followed == 0 || trends == 0 {
			t.Errorf("%d snapshots and %d trends followed others", followed, trends)
		}
	})
}

// Whether a store was polled earlier in a long opening decides what its first poll that is read
// says of the time before. That earlier poll is undone.
func TestASnapshotThatFollowsForgetsAnEarlierPollThatIsUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		town{Zones: map[string][]string{"a": {"UTC"}}, Hours: map[string][]uptime.Hours{"a": openButOneHour}, Polls: []townPoll{
			{Store: "a", At: at("2023-01-15 23:00"), Active: true}, // before the opening
			{Store: "a", At: at("2023-01-20 00:00"), Active: false},
			{Store: "b", At: at("2023-01-26 12:00"), Active: true},
		}}.LoadInto(t, db)
		earlier := load(t, db, pollsFile(townPoll{Store: "a", At: at("2023-01-16 12:00"), Active: true}.Row()))
		kept := modelstest.Figures(t, db)
		before, err := kept.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		modelstest.Undo(t, db, earlier)
		after, err := kept.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := after.Find("a")
		if !after.FollowsFrom(before) || before.Figures[n] == after.Figures[n] {
			t.Fatalf("followed %t: %+v, then %+v", after.FollowsFrom(before), before.Figures[n], after.Figures[n])
		}
		if diff := cmp.Diff(knownOf(t, snapshotAt(t, db, after.AsOf)), knownOf(t, after)); diff != "" {
			t.Errorf("(-computed from nothing +followed):\n%s", diff)
		}
	})
}

// One store of which nothing was ever seen, or that is polled again after weeks, or for the first
// time, must not have the trend of all others computed from nothing.
func TestATrendFollowsWhereOneStoreIsClosedAnotherComesBackAndAThirdIsNew(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var w town
		newest := at("2023-01-26 12:00")
		for hour := range uptime.Micros(24 * 20) {
			w.Polls = append(w.Polls, townPoll{Store: "busy", At: newest.Add(-hour * uptime.Hour), Active: hour%5 > 0})
		}
		w.Polls = append(w.Polls, townPoll{Store: "silent", At: newest.Add(-18 * uptime.Day), Active: true})
		w.LoadInto(t, db)
		load(t, db, hoursFile("closed,0,closed,closed"))
		kept := modelstest.Figures(t, db)
		for _, store := range []string{"busy", "silent", "newcomer", "busy", "another newcomer"} {
			before := trendOf(t, kept)
			newest = newest.Add(uptime.Minute)
			load(t, db, pollsFile(townPoll{Store: store, At: newest, Active: false}.Row()))
			after := trendOf(t, kept)
			if !after.Snapshot.FollowsFrom(before.Snapshot) || store != "silent" && !after.SharesLines(before) {
				t.Errorf("after a poll of %s nothing is shared", store)
			}
			if n, some := after.Find("closed"); !some || len(after.Openings(n)) > 0 {
				t.Fatalf("a closed store opens at %v", after.Openings(n))
			}
			fresh := modelstest.Figures(t, db)
			plain, err := fresh.TrendOf(snapshotAt(t, db, newest))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(shownOf(t, plain), shownOf(t, after)); diff != "" {
				t.Errorf("after a poll of %s (-computed from nothing +followed):\n%s", store, diff)
			}
		}
	})
}
