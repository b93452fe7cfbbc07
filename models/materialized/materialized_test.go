package materialized_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/columnar"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/materialized"
	"lightson/models/modelstest"
	"lightson/models/reports"
	"lightson/models/uptime"
)

var ctx = context.Background()

// instant is an expression for an instant as both databases are to say it.
func instant(db *models.DB, column string) string {
	if db.Postgres() == nil {
		return column
	}
	return "to_char(" + column + " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
}

// said is an instant as the views say it.
func said(at uptime.Instant) string { return at.Time().UTC().Format("2006-01-02 15:04:05.000000") }

const none = "-"

// rows are the rows of a query, each as text.
func rows(t modelstest.TB, db *models.DB, columns []string, from string) (list []string) {
	t.Helper()
	for i, column := range columns {
		columns[i] = "COALESCE(CAST(" + column + " AS TEXT), '" + none + "')"
	}
	if err := db.GORM(ctx).Raw("SELECT " + strings.Join(columns, " || ' ' || ") + " FROM " + from).Scan(&list).Error; err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

func viewedDays(t modelstest.TB, db *models.DB) []string {
	return rows(t, db, []string{
		"store_id", "date", instant(db, "from_at"), instant(db, "to_at"), "open_us", "up_us", "down_us", "no_data_us", "least_down_us", "most_down_us", "closely_seen_us", "outages", "longest_us",
		"excused_us", "corrected_up_us", "corrected_down_us", "corrected_no_data_us", "corrected_least_down_us", "corrected_most_down_us", instant(db, "as_of"), "data_version",
	}, "lightson_days")
}

func viewedOutages(t modelstest.TB, db *models.DB) []string {
	return rows(t, db, []string{
		"store_id", "date", instant(db, "from_at"), instant(db, "to_at"), instant(db, "first_seen_at"), "length_us", "least_us", "most_us", "excused_us", "ended", "reason", instant(db, "as_of"), "data_version",
	}, "lightson_outages")
}

// computedDays are what package figures says of each store and date: as a page of the store
// does, and as files of all stores do.
func computedDays(t modelstest.TB, f *figures.Figures, s *figures.Snapshot) (list []string) {
	t.Helper()
	type measured struct{ raw, with uptime.Figures }
	byDate := map[uptime.Date]map[int]measured{}
	for n := range s.Stores {
		first, last, known := s.Dates(n)
		if !known {
			continue
		}
		past, err := f.StoreDays(ctx, s, n, first, last)
		if err != nil {
			t.Fatal(err)
		}
		for date := first; date <= last; date++ {
			day, err := s.SpanOfDates(n, date, date)
			if err != nil {
				t.Fatal(err)
			}
			raw, with := past.Measure(day)[0], past.MeasureCorrected(day)[0]
			list = append(list, fmt.Sprint(s.Stores[n].Code, " ", uptime.DateText(date), " ", said(day.From), " ", said(min(day.To, s.AsOf)), " ",
				raw.Open, raw.Up, raw.Down, raw.NoData(), raw.Least(), raw.Most(), raw.Close, raw.Outages, raw.Longest, " ",
				with.Excused, with.Up, with.Down, with.NoData(), with.Least(), with.Most(), " ", said(s.AsOf), " ", s.Version))
			if byDate[date] == nil {
				byDate[date] = map[int]measured{}
			}
			byDate[date][n] = measured{raw, with}
		}
	}
	for date, of := range byDate {
		stores := slices.Sorted(maps.Keys(of))
		all, err := f.MeasureDates(ctx, s, stores, date, date)
		if errors.As(err, &figures.KeptError{}) {
			continue // a date on which a store was polled first may begin before the first kept instant
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range stores {
			if (measured{all.Figures[i], all.Corrected[i]}) != of[n] {
				t.Fatalf("%s on %s: the page of the store and files of all stores differ", s.Stores[n].Code, uptime.DateText(date))
			}
		}
	}
	slices.Sort(list)
	return list
}

// computedOutages are what package figures says over all time that is known.
func computedOutages(t modelstest.TB, f *figures.Figures, s *figures.Snapshot) (list []string) {
	t.Helper()
	err := f.EachOutage(ctx, s, figures.OutageQuery{Within: columnar.Known(s)}, func(o *figures.StoreOutage) error {
		to, seen, reason := said(o.To), none, none
		if s.Ongoing(o.Outage) {
			to = none
		}
		if o.SeenKnown {
			seen = said(o.Seen)
		}
		if o.Reason != "" {
			reason = o.Reason
		}
		list = append(list, fmt.Sprint(s.Stores[o.Store].Code, " ", o.From.Time().In(s.Location(o.Store)).Format("2006-01-02"), " ", said(o.From), " ", to, " ", seen, " ",
			int64(o.Length()), int64(o.Least), int64(o.Most), int64(o.Excused), " ", reports.EndedName(s, o), " ", reason, " ", said(s.AsOf), " ", s.Version))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// check compares the views with what package figures says now.
func check(t modelstest.TB, db *models.DB, f *figures.Figures) {
	t.Helper()
	s, err := f.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(computedDays(t, f, s), viewedDays(t, db)); diff != "" {
		t.Fatalf("days (-computed +viewed):\n%s", diff)
	}
	if diff := cmp.Diff(computedOutages(t, f, s), viewedOutages(t, db)); diff != "" {
		t.Fatalf("outages (-computed +viewed):\n%s", diff)
	}
}

func refresh(t modelstest.TB, r *materialized.Refresher) materialized.Done {
	t.Helper()
	done, err := r.Refresh(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

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

// withPast draws a town of which some polls are older, as a poller that fell silent leaves them.
func withPast(t *rapid.T) modelstest.Town {
	w := modelstest.DrawTown(t)
	modelstest.DrawChanges(t, &w)
	newest, drawn := w.Newest(), len(w.Polls)
	for range rapid.IntRange(0, 30).Draw(t, "polls of long ago") {
		p := w.Polls[rapid.IntRange(0, drawn-1).Draw(t, "store of poll")]
		p.At, p.Active = newest.Add(-uptime.Micros(rapid.IntRange(5*24, 40*24).Draw(t, "hours ago"))*uptime.Hour), rapid.Bool().Draw(t, "active")
		w.Polls = append(w.Polls, p)
	}
	return w
}

// change draws something that happens to stores, and loads or enters it.
func change(t *rapid.T, db *models.DB, w *modelstest.Town) {
	newest, code := w.Newest(), rapid.SampledFrom(storesOf(*w)).Draw(t, "store")
	polled := func(at uptime.Instant, reason string) {
		p := modelstest.TownPoll{Store: code, At: at, Active: reason == "" && rapid.Bool().Draw(t, "active")}
		w.Polls = append(w.Polls, p)
		modelstest.Load(t, db, modelstest.Lines("store_id,status,timestamp_utc,reason", []string{p.Row() + "," + reason}))
	}
	switch rapid.IntRange(0, 9).Draw(t, "what happens") {
	case 0, 1, 2:
		polled(newest.Add(uptime.Micros(rapid.IntRange(1, 30).Draw(t, "hours later"))*uptime.Hour), "")
	case 3:
		polled(newest.Add(uptime.Micros(rapid.IntRange(1, 20).Draw(t, "days later"))*uptime.Day), "")
	case 4:
		polled(newest.Add(-uptime.Micros(rapid.IntRange(0, 12*24).Draw(t, "hours ago"))*uptime.Hour), "")
	case 5: // a reason for a poll that is known
		var down []uptime.Instant
		for _, p := range w.Polls {
			if p.Store == code && !p.Active {
				down = append(down, p.At)
			}
		}
		if len(down) > 0 {
			polled(rapid.SampledFrom(down).Draw(t, "poll"), "tablet")
		}
	case 6:
		modelstest.Load(t, db, modelstest.ZonesFile(modelstest.Quoted(code)+","+rapid.SampledFrom(modelstest.ZoneNames).Draw(t, "zone")))
	case 7:
		modelstest.LoadFrom(t, db, rapid.SampledFrom([]string{"", "always"}).Draw(t, "hours from"), modelstest.HoursFile(modelstest.Quoted(code)+",2,09:00,17:00", modelstest.Quoted(code)+",3,00:00,00:00"))
	case 8:
		from := newest.Add(-uptime.Micros(rapid.IntRange(0, 30*24).Draw(t, "hours ago")) * uptime.Hour)
		c := entered.Correction{Subject: entered.Store(code), From: from, To: from.Add(30 * uptime.Hour), Category: entered.PollerFault, By: "ann"}
		if err := entered.AddCorrection(ctx, db, &c); err != nil {
			t.Fatal(err)
		}
	case 9:
		modelstest.PrunePolls(t, db, rapid.IntRange(models.LeastPolls, 30).Draw(t, "days kept"))
	}
}

func TestTheViewsSayWhatFiguresSayWhateverHappens(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := withPast(t)
			modelstest.Wipe(t, db)
			w.LoadInto(t, db)
			f := figures.New(db)
			defer f.Close()
			r := materialized.New(db, f)
			r.SetSizes(rapid.IntRange(1, 40).Draw(t, "dates"), rapid.IntRange(1, 9).Draw(t, "stores at a time"), rapid.IntRange(1, 4).Draw(t, "stores in memory"), rapid.IntRange(1, 20).Draw(t, "rows"))
			refresh(t, r)
			check(t, db, f)
			for range rapid.IntRange(1, 4).Draw(t, "steps") {
				for range rapid.IntRange(1, 2).Draw(t, "changes") {
					change(t, db, &w)
				}
				refresh(t, r)
				check(t, db, f)
			}
			if done := refresh(t, r); done.Days+done.Outages+done.Computed > 0 {
				t.Fatalf("nothing changed, and a refresh did %+v", done)
			}
		})
	})
}

// polledHourly is a feed of so many stores in two zones that were polled every hour of some days until
// an instant, always open, of which each fifth was down for two hours every day.
func polledHourly(stores, days int, until string) string {
	var list []string
	end := modelstest.At(until)
	for n := range stores {
		for hour := range days * 24 {
			at := end.Add(-uptime.Micros(hour) * uptime.Hour)
			status := "active"
			if n%5 == 0 && hour%24 < 2 {
				status = "inactive"
			}
			list = append(list, fmt.Sprintf("%03d,%s,%s", n, status, modelstest.Stamp(at)))
		}
	}
	return modelstest.PollsFile(list...)
}

func TestAnHourThatIsImportedCostsTheDatesThatItMayChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(20, 20, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		refresh(t, r)
		check(t, db, f)
		var hour []string
		for n := range 20 {
			hour = append(hour, fmt.Sprintf("%03d,active,2023-06-01 21:00:00 UTC", n))
		}
		modelstest.Load(t, db, modelstest.PollsFile(hour...))
		done := refresh(t, r)
		check(t, db, f)
		if done.Computed != 2*20 || done.Days != 20 {
			t.Errorf("%d days were computed and %d written, want yesterday and today of 20 stores, and today", done.Computed, done.Days)
		}
		// A poll that came late: the day before it and all since, of its store.
		modelstest.Load(t, db, modelstest.PollsFile("003,inactive,2023-05-30 15:30:00 UTC"))
		done = refresh(t, r)
		check(t, db, f)
		if done.Computed != 19+5 || done.Days != 1 || done.Outages != 1 {
			t.Errorf("%+v: want one day and one outage written, and today of 19 stores and five days of one computed", done)
		}
		// The past of one store alone.
		modelstest.LoadFrom(t, db, "always", modelstest.HoursFile("007,0,09:00,17:00"))
		done = refresh(t, r)
		check(t, db, f)
		if done.Computed > 19+30 || done.Days < 20 || done.Days > 22 {
			t.Errorf("%+v: want the days of one store written", done)
		}
		// What retention deletes vanishes, and nothing else is written.
		modelstest.PrunePolls(t, db, 16)
		done = refresh(t, r)
		check(t, db, f)
		if done.Days+done.Outages > 0 {
			t.Errorf("%+v: want nothing written", done)
		}
	})
}

func TestARefreshThatWasEndedGoesOn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(10, 40, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		r.SetSizes(5, 20, 4, 10)
		ended := errors.New("ended")
		ctx, end := context.WithCancelCause(ctx)
		calls := 0
		first, err := r.Refresh(ctx, func(done, total int64) {
			if calls++; calls == 4 { // three times five dates of the past are done
				end(ended)
			}
		})
		if err == nil || first.Days == 0 {
			t.Fatalf("%+v, %v", first, err)
		}
		// What is written is right, and the rest is missing.
		s, err := f.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		computed := computedDays(t, f, s)
		viewed := viewedDays(t, db)
		for _, row := range viewed {
			if !slices.Contains(computed, row) {
				t.Errorf("%s was not computed", row)
			}
		}
		if len(viewed) >= len(computed) {
			t.Errorf("%d of %d days are there though it was ended", len(viewed), len(computed))
		}
		second := refresh(t, r)
		check(t, db, f)
		if want := int64(len(computed) - len(viewed)); second.Days != want {
			t.Errorf("%d days were written, want the %d that were missing", second.Days, want)
		}
	})
}

func TestRowsThatAreToBeComputedAnewHaveNoInstant(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(4, 30, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		r.SetSizes(5, 20, 10, 1000)
		refresh(t, r)
		// The past of a store changes, and the refresh ends before it comes to it.
		modelstest.LoadFrom(t, db, "always", modelstest.HoursFile("002,0,09:00,17:00"))
		ctx, end := context.WithCancel(ctx)
		if _, err := r.Refresh(ctx, func(int64, int64) { end() }); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		without := rows(t, db, []string{"store_id", "MIN(date)", "MAX(date)", "COUNT(data_version)"}, "lightson_days WHERE as_of IS NULL GROUP BY store_id")
		if diff := cmp.Diff([]string{"002 2023-05-02 2023-05-26 0"}, without); diff != "" {
			t.Error(diff)
		}
		refresh(t, r)
		check(t, db, f)
	})
}

func TestARefreshBeginsAgainWhereTheDataMove(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(4, 40, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		r.SetSizes(5, 20, 10, 1000)
		hour := 0
		done, err := r.Refresh(ctx, func(int64, int64) {
			if hour < 3 {
				hour++
				modelstest.Load(t, db, modelstest.PollsFile(fmt.Sprintf("001,inactive,2023-06-01 2%d:00:00 UTC", hour)))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		check(t, db, f)
		if done.Computed > 4*(41+3*2+6) {
			t.Errorf("%d days were computed, want those of the past once", done.Computed)
		}
	})
}

func TestARefreshGivesUpWhereTheDataNeverRest(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(4, 20, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		second := 0
		_, err := r.Refresh(ctx, func(int64, int64) {
			second++
			modelstest.Load(t, db, modelstest.PollsFile(fmt.Sprintf("001,inactive,2023-06-01 21:00:%02d UTC", second)))
		})
		if !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("%v after the data changed %d times", err, second)
		}
		// The last dates are as new as they can be.
		if of := rows(t, db, []string{"MAX(" + instant(db, "as_of") + ")"}, "lightson_days"); of[0] != fmt.Sprintf("2023-06-01 21:00:%02d.000000", second-1) {
			t.Errorf("as of %s after %d changes", of, second)
		}
	})
}

// Two servers may refresh at once: each writes what is right, or begins again.
func TestRefreshesAtOnceDoNoHarm(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, polledHourly(12, 25, "2023-06-01 20:00"))
		f := modelstest.Figures(t, db)
		var both errgroup.Group
		for range 2 {
			both.Go(func() error {
				r := materialized.New(db, figures.New(db))
				r.SetSizes(3, 6, 5, 7)
				_, err := r.Refresh(ctx, nil)
				return err
			})
		}
		if err := both.Wait(); err != nil {
			t.Fatal(err)
		}
		check(t, db, f)
	})
}

func TestStoresThatAreNoMoreHaveNoRows(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-06-01 20:00:00 UTC"))
		second := modelstest.Load(t, db, modelstest.PollsFile("2,inactive,2023-06-01 19:00:00 UTC"), modelstest.NamesFile("3,Never polled,,"))
		f := modelstest.Figures(t, db)
		r := materialized.New(db, f)
		refresh(t, r)
		check(t, db, f)
		if _, err := imports.Undo(ctx, db, second.ID, "ann"); err != nil {
			t.Fatal(err)
		}
		refresh(t, r)
		check(t, db, f)
		for _, table := range []string{"materialized_stores", "materialized_days", "materialized_outages"} {
			if of := rows(t, db, []string{"COUNT(DISTINCT store_id)"}, table); of[0] > "1" {
				t.Errorf("%s has rows of %s stores, want 1 at most", table, of)
			}
		}
	})
}
