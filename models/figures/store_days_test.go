package figures_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func pastOf(t tb, db *models.DB, s *figures.Snapshot, n int, first, last uptime.Date) figures.StoreDays {
	t.Helper()
	p, err := figures.New(db).StoreDays(ctx, s, n, first, last)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// checkStoreDays compares days of a store, its outages and the evidence for them with
// what everything known of the store says.
func checkStoreDays(w town, t tb, store string, p figures.StoreDays, first, last uptime.Date) {
	t.Helper()
	days := p.Days(first, last)
	if len(days) != int(last-first)+1 {
		t.Fatalf("%d days from %d to %d", len(days), first, last)
	}
	var spans []uptime.Span
	for n, day := range days {
		if want := w.LocalDay(store, first+uptime.Date(n)); day.Span != want || day.Date != first+uptime.Date(n) || day != p.Day(day.Date) {
			t.Fatalf("day %d is %+v, want %+v", n, day, want)
		}
		spans = append(spans, day.Span)
	}
	if diff := cmp.Diff(w.Measure(store, p.AsOf, spans...), p.Measure(spans...)); diff != "" {
		t.Fatalf("store %q from %d to %d as of %s:\n%s", store, first, last, stamp(p.AsOf), diff)
	}
	for n, corrected := range p.MeasureCorrected(spans...) {
		if want := w.MeasureCorrected(store, p.AsOf, spans[n]); corrected != want {
			t.Fatalf("store %q, corrected:\n%s", store, cmp.Diff(want, corrected))
		}
	}
	whole := uptime.Span{From: days[0].From, To: days[len(days)-1].To}
	known := w.History(store, whole, p.AsOf)
	want, got := known.Raw().Outages(whole), p.Outages(whole)
	if len(want) > 0 && len(got) > 0 && want[0].From == whole.From && want[0].Seen < got[0].Seen {
		got[0].Seen = want[0].Seen // in a poll that is older than those that were read, see uptime.History.OutagesIn
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("outages of store %q:\n%s", store, diff)
	}
	if diff := cmp.Diff(evidence(known, whole), evidence(p.History(), whole)); diff != "" {
		t.Fatalf("evidence of store %q:\n%s", store, diff)
	}
}

type said struct {
	Poll uptime.Poll
	Of   uptime.Span
}

// evidence is what each poll says of a time.
func evidence(h uptime.History, within uptime.Span) (all []said) {
	for _, o := range h.Openings {
		h.Evidence(o, func(p uptime.Poll, of uptime.Span) {
			if of = of.Clip(within); !of.Empty() && !o.Clip(within).Empty() {
				all = append(all, said{p, of})
			}
		})
	}
	return all
}

func TestAnyDaysOfAStoreAreWhatAllPollsSay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			w.LoadInto(t, db)
			s := snapshotAt(t, db, w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			for n, store := range s.Stores {
				kept, err := s.StoreDays(n)
				if err != nil {
					t.Fatal(err)
				}
				today := kept.Today()
				if want := uptime.DateOf(s.AsOf.Time().In(w.Location(store.Code)).Date()); today != want {
					t.Fatalf("today is %d, want %d", today, want)
				}
				checkStoreDays(w, t, store.Code, kept, today-6, today)

				last := today - uptime.Date(rapid.IntRange(-1, 45).Draw(t, "last"))
				first := last - uptime.Date(rapid.IntRange(0, 40).Draw(t, "days"))
				checkStoreDays(w, t, store.Code, pastOf(t, db, s, n, first, last), first, last)

				// The same days by either way.
				read := pastOf(t, db, s, n, today-6, today)
				for _, day := range read.Days(today-6, today) {
					if diff := cmp.Diff(kept.Measure(day.Span), read.Measure(day.Span)); diff != "" {
						t.Fatalf("the snapshot and the database differ:\n%s", diff)
					}
				}
			}
		})
	})
}

func TestStoreDaysOfDataThatMovedAreNotMixed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2022-12-25 18:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC"))
		s := snapshotAt(t, db, 0)
		first, last, some := s.Dates(0)
		if !some {
			t.Fatal("a store that was polled has no dates")
		}
		pastOf(t, db, s, 0, first, last)
		load(t, db, pollsFile("1,inactive,2023-01-25 17:00:00 UTC"))
		if _, err := figures.New(db).StoreDays(ctx, s, 0, first, last); !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("the past of an old snapshot: %v, want ErrDataMoved", err)
		}
		_, err := figures.New(db).MeasureRange(ctx, s, nil, uptime.Windows(s.AsOf)[uptime.LastWeek], nil)
		if !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("a range of an old snapshot: %v, want ErrDataMoved", err)
		}
		pastOf(t, db, snapshotAt(t, db, 0), 0, first, last)
	})
}

func TestDaysThatASnapshotHasAreNotRead(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-20 18:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC"))
		s := snapshotAt(t, db, 0)
		first, last, _ := s.Dates(0)
		want := pastOf(t, db, s, 0, first-80, last).Polls
		load(t, db, pollsFile("1,active,2023-01-24 18:00:00 UTC"))
		if got := pastOf(t, db, s, 0, first-80, last).Polls; len(got) != 2 || !slices.Equal(got, want) {
			t.Errorf("its days are %v, want those of the snapshot: %v", got, want)
		}
	})
}

func TestTheDatesOfAStoreAreThoseFromItsFirstPollUntilTheSnapshot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile("kiritimati,active,2022-11-30 11:00:00 UTC", "late,active,2023-01-25 12:00:00 UTC", "chicago,active,2022-12-02 03:00:00 UTC"),
			zonesFile("kiritimati,Pacific/Kiritimati", "never,UTC"))
		s := snapshotAt(t, db, at("2023-01-25 11:00"))
		for store, want := range map[string][2]uptime.Date{
			"kiritimati": {uptime.DateOf(2022, time.December, 1), uptime.DateOf(2023, time.January, 26)},
			"chicago":    {uptime.DateOf(2022, time.December, 1), uptime.DateOf(2023, time.January, 25)},
			"late":       {}, "never": {},
		} {
			n, found := s.Find(store)
			if !found {
				t.Fatalf("no store %s", store)
			}
			first, last, some := s.Dates(n)
			if got := [2]uptime.Date{first, last}; got != want || some != (want != [2]uptime.Date{}) {
				t.Errorf("%s: %v, %v, want %v", store, got, some, want)
			}
		}
		if got := s.FirstPollAt(); got != models.InstantAt(at("2022-11-30 11:00")) {
			t.Errorf("the first poll of all is at %s", stamp(got.At))
		}
	})
}

func TestDatesThatNoCalendarHasAreRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		s := snapshotAt(t, db, 0)
		today := uptime.DateOf(2023, time.January, 25)
		for _, dates := range [][2]uptime.Date{{today, today - 1}, {-1 << 40, today}, {today, 1 << 40}, {-1 << 62, today}, {today, 1 << 62}} {
			if p, err := figures.New(db).StoreDays(ctx, s, 0, dates[0], dates[1]); err == nil {
				t.Errorf("%v: %d polls, want an error", dates, len(p.Polls))
			}
		}
		// Years before there was anything, and after: nothing is known.
		for _, date := range []uptime.Date{uptime.DateOf(1900, time.March, 1), uptime.DateOf(2100, time.March, 1)} {
			p := pastOf(t, db, s, 0, date, date+30)
			f := p.Measure(p.Days(date, date)[0].Span)[0]
			if f.Up+f.Down != 0 || len(p.Outages(p.Day(date).Span)) != 0 || len(p.Polls) != 0 {
				t.Errorf("day %d: %+v of %d polls, want nothing", date, f, len(p.Polls))
			}
		}
	})
}
