package figures_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func monthsOf(t tb, db *models.DB, s *figures.Snapshot, stores ...int) []figures.Month {
	t.Helper()
	if stores == nil {
		for n := range s.Stores {
			stores = append(stores, n)
		}
	}
	months, err := figures.New(db).Months(ctx, s, stores)
	if err != nil {
		t.Fatal(err)
	}
	return months
}

// naiveMonth is the month of a store that holds an instant, by the calendar of package time.
func naiveMonth(w town, store string, asOf uptime.Instant) figures.Month {
	location := w.Location(store)
	year, month, _ := asOf.Time().In(location).Date()
	first, next := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC), time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
	dates := uptime.NewZone(location, uptime.Span{From: uptime.At(first).Add(-uptime.Week), To: uptime.At(next).Add(uptime.Week)})
	of := uptime.DateOf(year, month, 1)
	whole := uptime.Span{From: dates.Instant(of, 0), To: dates.Instant(uptime.DateOf(year, month+1, 1), 0)}
	return figures.Month{
		First: of, Open: w.Measure(store, whole.To, whole)[0].Open, Excused: w.MeasureCorrected(store, whole.To, whole).Excused,
		Raw: w.Measure(store, asOf, whole)[0], Corrected: w.MeasureCorrected(store, asOf, whole), Kept: true,
	}
}

func TestAMonthIsWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(20*uptime.Day)).Draw(t, "ago"))))
			if !s.AsOfKnown {
				return
			}
			for n, month := range monthsOf(t, db, s) {
				if diff := cmp.Diff(naiveMonth(w, s.Stores[n].Code, s.AsOf), month); diff != "" {
					t.Fatalf("store %q as of %s (-want +got):\n%s", s.Stores[n].Code, stamp(s.AsOf), diff)
				}
			}
		})
	})
}

// hourly are polls of a store each hour on the half from one instant to another; every
// fourth is inactive where it says so.
func hourly(store, from, to string, down func(n int) bool) (polls []townPoll) {
	for n, instant := 0, at(from).Add(uptime.Hour/2); instant < at(to); n, instant = n+1, instant.Add(uptime.Hour) {
		polls = append(polls, townPoll{Store: store, At: instant, Active: down == nil || !down(n)})
	}
	return polls
}

// A month in which clocks change lasts an hour less or more, and begins and ends at the
// store's own midnight.
func TestAMonthOverAClockChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{
			Polls: append(hourly("1", "2023-02-20 00:00", "2023-03-20 00:00", nil), hourly("2", "2023-02-20 00:00", "2023-03-20 00:00", nil)...),
			Zones: map[string][]string{"1": {"America/New_York"}, "2": {"UTC"}},
		}
		w.LoadInto(t, db)
		s := snapshotAt(t, db, at("2023-03-20 00:00"))
		months := monthsOf(t, db, s)
		for n, want := range []struct{ open, soFar uptime.Micros }{
			{31*uptime.Day - uptime.Hour, 19*uptime.Day - 5*uptime.Hour}, {31 * uptime.Day, 19 * uptime.Day},
		} {
			if m := months[n]; m.Open != want.open || m.Raw.Open != want.soFar || m.Raw.Up != want.soFar || m.First != uptime.DateOf(2023, time.March, 1) {
				t.Errorf("store %s: %+v, want %+v", s.Stores[n].Code, m, want)
			}
		}
		// 2023-03-01 04:59Z is February in New York, and March already elsewhere.
		s = snapshotAt(t, db, at("2023-03-01 04:59"))
		months = monthsOf(t, db, s)
		if months[0].First != uptime.DateOf(2023, time.February, 1) || months[1].First != uptime.DateOf(2023, time.March, 1) {
			t.Errorf("the months are %v and %v", months[0].First, months[1].First)
		}
		together := months[0]
		together.Add(months[1])
		if together.First != months[1].First || together.Open != months[0].Open+months[1].Open || together.Raw.Up != months[0].Raw.Up+months[1].Raw.Up {
			t.Errorf("together: %+v", together)
		}
	})
}

// Open time that a special day takes away, that is excused or that was not seen allows no
// down time.
func TestWhatIsLeftOfAMonth(t *testing.T) {
	target := entered.Target{Percent: 99_00}
	daily := []uptime.Hours{}
	for day := range 7 {
		daily = append(daily, uptime.Hours{Day: day, Start: 9 * 3600, End: 19 * 3600})
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		// June has 30 days of ten hours: one percent is three hours. One of them is gone.
		w := town{Hours: map[string][]uptime.Hours{"1": daily}, Zones: map[string][]string{"1": {"UTC"}}}
		w.Polls = hourly("1", "2023-05-30 00:00", "2023-06-20 00:00", func(n int) bool { return n == 24*10+12 })
		left := func(what string, want uptime.Micros) {
			t.Helper()
			s := snapshotAt(t, db, at("2023-06-20 00:00"))
			month := monthsOf(t, db, s, 0)[0]
			if got, judged := month.Left(target); !judged || got != want {
				t.Errorf("%s: %d min are left, %v, want %d", what, got/uptime.Minute, judged, want/uptime.Minute)
			}
			// A month that is over has something left if and only if its target is met.
			s = snapshotAt(t, db, at("2023-06-30 23:59"))
			month = monthsOf(t, db, s, 0)[0]
			got, _ := month.Left(target)
			if met, judged := month.Met(target); !judged || met != (got >= 0) {
				t.Errorf("%s: at its end %d min are left, and it is met: %v", what, got/uptime.Minute, met)
			}
		}
		w.LoadInto(t, db)
		load(t, db, pollsFile(hourlyRows("1", "2023-06-20 00:00", "2023-07-01 00:00")...))
		left("plain", 2*uptime.Hour)
		closed := entered.SpecialDay{Subject: entered.Store("1"), Date: uptime.DateOf(2023, time.June, 28), Start: 86400, End: 86400}
		if err := entered.AddSpecialDays(ctx, db, []entered.SpecialDay{closed}); err != nil {
			t.Fatal(err)
		}
		left("closed on a day to come", 2*uptime.Hour-6*uptime.Minute)
		excuse := func(from, to string) {
			t.Helper()
			c := entered.Correction{Subject: entered.All, From: at(from), To: at(to), Category: entered.Other}
			if err := entered.AddCorrection(ctx, db, &c); err != nil {
				t.Fatal(err)
			}
		}
		excuse("2023-06-29 08:00", "2023-06-29 14:00") // five hours of it are open, still to come
		left("planned work", 2*uptime.Hour-9*uptime.Minute)
		excuse("2023-06-09 12:00", "2023-06-09 13:00")
		left("with half the outage excused", 2*uptime.Hour+30*uptime.Minute-9*uptime.Minute-36*uptime.Second)
	})
}

func hourlyRows(store, from, to string) (rows []string) {
	for _, p := range hourly(store, from, to, nil) {
		rows = append(rows, p.Row())
	}
	return rows
}

// Time without data counts neither for a store nor against it.
func TestTimeWithoutDataAllowsNoDownTime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{Polls: hourly("1", "2023-06-20 00:00", "2023-07-01 00:00", func(n int) bool { return n == 100 }), Zones: map[string][]string{"1": {"UTC"}}}
		w.Polls = append(w.Polls, townPoll{Store: "2", At: at("2023-04-01 12:00")})
		w.LoadInto(t, db)
		months := monthsOf(t, db, snapshotAt(t, db, at("2023-06-30 23:59")))
		one := months[0]
		if got, want := one.Counts(), one.Raw.Up+one.Raw.Down+uptime.Minute; got != want {
			t.Errorf("%d h count, want %d h", got/uptime.Hour, want/uptime.Hour)
		}
		if left, judged := one.Left(entered.Target{Percent: 99_90}); !judged || left >= 0 {
			t.Errorf("%d min are left", left/uptime.Minute)
		}
		// Nobody can say anything of a store without data.
		if met, judged := months[1].Met(entered.Target{Percent: 1}); met || judged {
			t.Error("a month without data is judged")
		}
	})
}

func TestAMonthWhosePollsWereDeletedIsNotJudged(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{Polls: append(hourly("1", "2023-05-01 00:00", "2023-06-28 00:00", nil), hourly("2", "2023-05-01 00:00", "2023-06-28 00:00", nil)...)}
		w.Zones = map[string][]string{"1": {"UTC"}}
		w.LoadInto(t, db)
		modelstest.PrunePolls(t, db, 20)
		months := monthsOf(t, db, snapshotAt(t, db, 0))
		for n, m := range months {
			if _, judged := m.Met(entered.Target{Percent: 1}); judged || m.Kept || m.Raw != (uptime.Figures{}) {
				t.Errorf("store %d is judged: %+v", n, m)
			}
			if _, judged := m.Left(entered.Target{Percent: 1}); judged {
				t.Errorf("store %d has something left", n)
			}
		}
		sum := figures.Month{Kept: true}
		sum.Add(months[0])
		if _, judged := sum.Met(entered.Target{Percent: 1}); judged {
			t.Error("their group is judged")
		}
	})
}

func TestPlacesInAGroup(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		group := func(name string, codes ...string) (rows []string) {
			for _, code := range codes {
				rows = append(rows, code+",,"+name+",")
			}
			return rows
		}
		var polls []string
		for store, down := range map[string]int{"a": 0, "b": 3, "c": 3, "d": 7, "other": 0, "alone": 1} {
			for n := range 20 {
				state := "active"
				if n < down {
					state = "inactive"
				}
				polls = append(polls, store+","+state+","+stamp(at("2023-01-24 00:00").Add(uptime.Micros(n)*uptime.Hour)))
			}
		}
		polls = append(polls, "silent,active,2023-01-01 00:00:00 UTC")
		load(t, db, pollsFile(polls...), modelstest.NamesFile(append(group("One", "a", "b", "c", "d", "silent"), group("Two", "other")...)...))
		s := snapshotAt(t, db, 0)
		want := map[string]figures.Rank{"a": {1, 4}, "b": {2, 4}, "c": {2, 4}, "d": {4, 4}, "other": {1, 1}}
		check := func(s *figures.Snapshot) {
			t.Helper()
			for n, store := range s.Stores {
				got, known := s.Rank(n)
				if place, some := want[store.Code]; known != some || got != place {
					t.Errorf("%s: %v %v, want %v", store.Code, got, known, place)
				}
			}
		}
		check(s)
		// What is excused counts for nobody.
		c := entered.Correction{Subject: entered.Store("d"), From: at("2023-01-23 00:00"), To: at("2023-01-24 07:00"), Category: entered.Other}
		if err := entered.AddCorrection(ctx, db, &c); err != nil {
			t.Fatal(err)
		}
		want["a"], want["b"], want["c"], want["d"] = figures.Rank{1, 4}, figures.Rank{3, 4}, figures.Rank{3, 4}, figures.Rank{1, 4}
		check(snapshotAt(t, db, 0))
	})
}
