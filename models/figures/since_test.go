package figures_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// nowOf is the present state of a store by all of its polls.
func nowOf(w town, store string, asOf uptime.Instant) uptime.Current {
	around := uptime.Span{From: asOf.Add(-3 * uptime.Week), To: asOf.Add(3 * uptime.Week)}
	return w.History(store, around, asOf).Now()
}

// steady adds polls of a store that go on for weeks and see mostly the same.
func steady(t *rapid.T, w *town, store string) {
	at, active := w.Newest(), rapid.Bool().Draw(t, "active")
	if rapid.IntRange(0, 3).Draw(t, "silent") == 0 {
		at = at.Add(-uptime.Micros(rapid.IntRange(1, 30).Draw(t, "days")) * uptime.Day)
	}
	flip := rapid.SampledFrom([]int{3, 40, 1000}).Draw(t, "flip")
	for range rapid.IntRange(1, 60).Draw(t, "polls") {
		w.Polls = append(w.Polls, townPoll{Store: store, At: at, Active: active})
		pause := rapid.SampledFrom([]uptime.Micros{20 * uptime.Hour, 23 * uptime.Hour, uptime.Reach, uptime.Reach, uptime.Reach, 30 * uptime.Hour}).Draw(t, "pause")
		if at = at.Add(-pause); rapid.IntRange(1, flip).Draw(t, "flips") == 1 {
			active = !active
		}
	}
}

// A snapshot reads nine days and, where a state is older, only as far back as the
// state goes. What it says is what all polls say.
func TestSinceAndUntilAreWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		old := 0
		for tries := 0; tries < 10 && old == 0; tries++ { // few towns are quiet for so long
			rapid.Check(t, func(t *rapid.T) {
				w := drawTown(t)
				modelstest.DrawChanges(t, &w)
				for n := range rapid.IntRange(1, 3).Draw(t, "steady") {
					store := fmt.Sprint("steady", n)
					steady(t, &w, store)
					if n > 0 {
						w.Hours[store] = openButOneHour
					}
				}
				wipe(t, db)
				w.LoadInto(t, db)
				asOf := w.Newest().Add(-uptime.Micros(rapid.IntRange(0, 3).Draw(t, "days ago")) * uptime.Day)
				s := snapshotAt(t, db, asOf)
				forReport, err := figures.New(db).ReportSnapshotAt(ctx, models.InstantAt(asOf), nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(s.Figures, forReport.Figures); diff != "" {
					t.Fatalf("a snapshot for reports (-snapshot +for reports):\n%s", diff)
				}
				for n, store := range s.Stores {
					if s.Now[n].Since < s.AsOf.Add(-11*uptime.Day) && s.Now[n].SinceKnown {
						old++
					}
					if diff := cmp.Diff(nowOf(w, store.Code, s.AsOf), s.Now[n]); diff != "" {
						t.Fatalf("store %q as of %s (-all polls +snapshot):\n%s", store.Code, stamp(s.AsOf), diff)
					}
				}
			})
		}
		if old == 0 {
			t.Error("no state was older than what a snapshot reads: the test says nothing")
		}
	})
}

// Many stores are searched day by day, few by themselves.
func TestManyStoresMayHaveOldStates(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{Hours: map[string][]uptime.Hours{}}
		for n := range 60 {
			store := fmt.Sprint(n)
			for day := range 40 {
				ago := uptime.Micros(day) * uptime.Day
				if n%4 == 1 { // silent for long
					ago += uptime.Micros(n) * uptime.Day
				}
				w.Polls = append(w.Polls, townPoll{Store: store, At: at("2023-06-01 12:00").Add(-ago), Active: n%2 == 0 || day > n/2})
			}
			switch n % 5 {
			case 2:
				w.Polls = append(w.Polls, townPoll{Store: store, At: at("1961-04-12 06:07"), Active: false})
			case 3:
				w.Hours[store] = openButOneHour
			}
		}
		w.LoadInto(t, db)
		s := snapshotAt(t, db, 0)
		for n, store := range s.Stores {
			if diff := cmp.Diff(nowOf(w, store.Code, s.AsOf), s.Now[n]); diff != "" {
				t.Errorf("store %q (-all polls +snapshot):\n%s", store.Code, diff)
			}
		}
	})
}

// Where the clocks are put forward over the only opening of a week, the store was
// open a week before, and opens a week later.
func TestAnOpeningThatVanishesIsLookedPast(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{
			Hours: map[string][]uptime.Hours{"1": {{Day: 6, Start: 2*3600 + 1800, End: 3 * 3600}}},
			Polls: []townPoll{{Store: "2", At: at("2023-03-18 12:00"), Active: true}},
		}
		w.LoadInto(t, db)
		for asOf, want := range map[string][2]string{
			"2023-03-18 12:00": {"2023-03-05 09:00", "2023-03-19 07:30"}, // in Chicago the twelfth has no 02:30
			"2023-03-06 12:00": {"2023-03-05 09:00", "2023-03-19 07:30"},
		} {
			s := snapshotAt(t, db, at(asOf))
			got := s.Now[0]
			if got != (uptime.Current{State: uptime.Closed, Since: at(want[0]), SinceKnown: true, Until: at(want[1]), UntilKnown: true}) {
				t.Errorf("as of %s: %+v, since %s until %s", asOf, got, stamp(got.Since), stamp(got.Until))
			}
		}
	})
}

// Retention keeps one older day of a store. A state that goes back beyond it began
// some time before; whether its polls are deleted already makes no difference.
func TestSinceIsNotInventedWherePollsWereDeleted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{}
		newest := at("2023-06-01 12:00")
		for day := range 60 {
			noon := newest.Add(-uptime.Micros(day) * uptime.Day)
			w.Polls = append(w.Polls, townPoll{Store: "always down", At: noon}, townPoll{Store: "once up", At: noon, Active: day == 13})
			if day == 0 || day >= 30 {
				w.Polls = append(w.Polls, townPoll{Store: "back today", At: noon})
			}
			if day >= 30 {
				w.Polls = append(w.Polls, townPoll{Store: "gone", At: noon})
			}
			if day <= 17 {
				w.Polls = append(w.Polls, townPoll{Store: "young", At: noon})
			}
		}
		w.LoadInto(t, db)
		if _, err := db.PrunePolls(ctx, models.LeastPolls); err != nil {
			t.Fatal(err)
		}
		s := snapshotAt(t, db, 0)
		for store, want := range map[string]uptime.Current{
			"always down": {State: uptime.Down, Since: newest.Add(-17 * uptime.Day), Until: uptime.Forever},
			"once up":     {State: uptime.Down, Since: newest.Add(-12 * uptime.Day), SinceKnown: true, Until: uptime.Forever},
			"back today":  {State: uptime.Down, Since: newest, SinceKnown: true, Until: uptime.Forever},
			"gone":        {State: uptime.NoData, Since: newest.Add(-29 * uptime.Day), SinceKnown: true, Until: uptime.Forever},
			"young":       {State: uptime.Down, Since: newest.Add(-18 * uptime.Day), SinceKnown: true, Until: uptime.Forever},
		} {
			n, found := s.Find(store)
			if !found {
				t.Fatalf("no store %q", store)
			}
			want.Seen, want.SeenKnown = newest, true
			if store == "gone" {
				want.Seen = newest.Add(-30 * uptime.Day)
			}
			if diff := cmp.Diff(want, s.Now[n]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", store, diff)
			}
		}
	})
}

// What was found in old polls is kept for the next snapshot. It must not be kept when
// these polls change, whoever changes them.
func TestSinceStaysTrueFromSnapshotToSnapshot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			w := town{}
			newest := at("2023-01-25 18:00")
			add := func(added ...townPoll) {
				w.Polls = append(w.Polls, added...)
				load(t, db, pollsFile(town{Polls: added}.PollRows()...))
			}
			var history []townPoll
			for store := range 20 { // more than are searched one by one
				for day := range uptime.Micros(30) {
					history = append(history, townPoll{Store: fmt.Sprint(store), At: newest.Add(-day * uptime.Day), Active: store%2 == 0})
				}
			}
			add(history...)
			for range rapid.IntRange(1, 5).Draw(t, "imports") {
				store := fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "store"))
				switch rapid.IntRange(0, 4).Draw(t, "kind") {
				case 0: // a poll of long ago
					ago := uptime.Micros(rapid.IntRange(8, 40).Draw(t, "days")) * uptime.Day
					add(townPoll{Store: store, At: newest.Add(-ago), Active: rapid.Bool().Draw(t, "active")})
				case 1: // a pause of all stores
					newest = newest.Add(uptime.Micros(rapid.IntRange(1, 15).Draw(t, "pause")) * uptime.Day)
					add(townPoll{Store: store, At: newest, Active: rapid.Bool().Draw(t, "active")})
				case 2: // undone by someone else
					ago := uptime.Micros(rapid.IntRange(0, 40).Draw(t, "days")) * uptime.Day
					i := load(t, db, pollsFile(townPoll{Store: store, At: newest.Add(-ago - uptime.Hour), Active: rapid.Bool().Draw(t, "active")}.Row()))
					if _, err := f.Snapshot(ctx); err != nil {
						t.Fatal(err)
					}
					modelstest.Undo(t, db, i)
				default: // the next day of all stores but one
					newest = newest.Add(uptime.Day)
					var day []townPoll
					for n := range 20 {
						if fmt.Sprint(n) != store {
							day = append(day, townPoll{Store: fmt.Sprint(n), At: newest, Active: n%2 == 0})
						}
					}
					add(day...)
				}
				s, err := f.Snapshot(ctx)
				if err != nil {
					t.Fatal(err)
				}
				for n, store := range s.Stores {
					if diff := cmp.Diff(nowOf(w, store.Code, s.AsOf), s.Now[n]); diff != "" {
						t.Fatalf("store %q as of %s (-all polls +snapshot):\n%s", store.Code, stamp(s.AsOf), diff)
					}
				}
			}
		})
	})
}
