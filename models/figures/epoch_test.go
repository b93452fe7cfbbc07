package figures_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// movedTown is the same town at another time, by whole weeks so that hours fall on
// the same weekdays. In UTC no clock change is in the way.
func movedTown(by uptime.Micros) town {
	w := town{Zones: map[string][]string{"silent": {"UTC"}, "busy": {"UTC"}, "never": {"UTC"}, "hours": {"UTC"}}, Hours: map[string][]uptime.Hours{
		"hours": {{Day: 2, Start: 9 * 3600, End: 17 * 3600}, {Day: 3, Start: 0, End: 17 * 3600}, {Day: 4}},
		"never": {{Day: 1, Start: 3600, End: 7200}},
	}}
	newest := at("1970-01-01 00:00").Add(by)
	add := func(store string, ago uptime.Micros, active bool) {
		w.Polls = append(w.Polls, townPoll{Store: store, At: newest.Add(-ago), Active: active})
	}
	add("silent", 14*uptime.Day, false)
	for hour := range uptime.Micros(24 * 14) {
		add("busy", hour*uptime.Hour, hour > 5)
		if hour%7 == 0 {
			add("hours", hour*uptime.Hour, hour%3 > 0)
		}
	}
	return w
}

// allOf is what is known of a town as of an instant, counted from there.
func allOf(t tb, db *models.DB, asOf models.OptionalInstant) any {
	t.Helper()
	f := figures.New(db)
	defer f.Close()
	s, err := f.SnapshotAt(ctx, asOf, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !s.AsOfKnown {
		t.Fatal("the snapshot is of no instant")
	}
	from := func(at uptime.Instant, known bool) any {
		if !known {
			return "none"
		}
		return at - s.AsOf
	}
	report, details := csvs(t, s)
	all := []any{s.Figures, report, details, from(s.FirstPollAt().At, s.FirstPollAt().Known)}
	q, err := s.Quality(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, silence := range q.Silences {
		all = append(all, silence.For, silence.Open, from(silence.LastPollAt.At, silence.LastPollAt.Known), from(silence.Since.At, silence.Since.Known))
	}
	all = append(all, q.NeverPolled, q.NoHours)
	for n, now := range s.Now {
		known := s.KnownSince(n)
		all = append(all, s.Stores[n].Code, now.State, from(now.Since, now.SinceKnown), from(now.Until, now.UntilKnown), from(known.At, known.Known))
		first, last, some := s.Dates(n)
		all = append(all, last-first, some)
		if !some {
			continue
		}
		days, err := f.StoreDays(ctx, s, n, first, last)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range days.Days(first, last) {
			all = append(all, days.Measure(day.Span))
		}
	}
	week, err := f.MeasureRange(ctx, s, nil, uptime.Span{From: s.AsOf.Add(-10 * uptime.Day), To: s.AsOf}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !asOf.Known {
		trend := trendOf(t, f)
		all = append(all, allBefore(trend), allDays(trend), *heatMapOf(t, trend))
	}
	return append(all, week)
}

// 1970-01-01 00:00 UTC is an instant like any other, and so are those before it:
// for the newest poll, the first poll of a store and the instant asked for.
func TestTheSameTownAtTheEpochIsTheSame(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		week := at("1970-01-01 00:00")
		movedTown(2800*uptime.Week).LoadInto(t, db)
		want := allOf(t, db, models.OptionalInstant{})
		asked := models.InstantAt(week.Add(2799 * uptime.Week))
		wantEarlier := allOf(t, db, asked)
		for name, by := range map[string]uptime.Micros{
			"the newest poll is at the epoch": 0,
			"the first poll is at the epoch":  2 * uptime.Week,
			"all polls are before 1970":       -3 * uptime.Week,
			"they go over the epoch":          uptime.Week,
		} {
			wipe(t, db)
			movedTown(by).LoadInto(t, db)
			if diff := cmp.Diff(want, allOf(t, db, models.OptionalInstant{})); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
			asked := models.InstantAt(week.Add(by - uptime.Week))
			if diff := cmp.Diff(wantEarlier, allOf(t, db, asked)); diff != "" {
				t.Errorf("%s, as of a week earlier:\n%s", name, diff)
			}
		}
	})
}

func TestPollsAreKeptFromTheEpoch(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := town{}
		for day := range 40 {
			w.Polls = append(w.Polls, townPoll{Store: "1", At: at("1970-01-17 12:00").Add(-uptime.Micros(day) * uptime.Day), Active: true})
		}
		w.LoadInto(t, db)
		prunePolls(t, db, models.LeastPolls)
		s := snapshotAt(t, db, 0)
		if epoch := models.InstantAt(0); s.KeptFrom != epoch || s.KnownSince(0) != epoch || len(storeDays(t, db)) != 18 {
			t.Errorf("kept from %+v, known since %+v, %d days", s.KeptFrom, s.KnownSince(0), len(storeDays(t, db)))
		}
		if _, err := figures.New(db).SnapshotAt(ctx, models.InstantAt(at("1970-01-07 23:00")), nil); err == nil {
			t.Error("a report of a time whose polls are deleted is made")
		}
	})
}
