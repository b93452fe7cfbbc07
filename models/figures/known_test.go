package figures_test

import (
	"testing"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func TestWhatChangedSinceAnEarlierSnapshotIsFoundByDay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const newest = "b,active,2023-01-25 12:00:00 UTC"
		load(t, db, pollsFile("a,active,2023-01-21 12:00:00 UTC", "a,active,2023-01-23 12:00:00 UTC", "b,active,2023-01-21 12:00:00 UTC", newest),
			modelstest.NamesFile("a,,North,"), modelstest.ZonesFile("a,UTC", "b,UTC"))
		f := modelstest.Figures(t, db)
		look := func() (*figures.Snapshot, figures.Known) {
			t.Helper()
			s, err := f.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			known, err := s.Known(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return s, known
		}
		polls := func(rows ...string) func() error {
			return func() error { load(t, db, pollsFile(rows...)); return nil }
		}
		special := entered.ClosedOn(entered.Store("a"), uptime.DateOf(2023, time.January, 22))
		_, was := look()
		for _, step := range []struct {
			what string
			do   func() error
			from string // empty: there is nothing but later polls
		}{
			{"nothing", func() error { return nil }, ""},
			{"known polls", polls(newest), ""},
			{"later polls of the same day and of the next", polls("a,active,2023-01-25 12:00:01 UTC", "b,inactive,2023-01-26 12:00:00 UTC"), ""},
			{"a new store", polls("c,inactive,2023-01-26 12:00:00 UTC"), "the beginning"},
			{"a poll of an earlier day", polls("b,inactive,2023-01-22 12:00:00 UTC"), "2023-01-22 00:00"},
			{"another state, and a later day", polls("a,inactive,2023-01-23 12:00:00 UTC", "b,active,2023-01-24 12:00:00 UTC"), "2023-01-23 00:00"},
			{"an earlier poll of the last day", polls("a,active,2023-01-26 11:00:00 UTC"), "2023-01-26 00:00"},
			{"another state on the first day", polls("a,inactive,2023-01-21 12:00:00 UTC"), "2023-01-21 00:00"},
			{"another zone", func() error { load(t, db, modelstest.ZonesFile("a,Asia/Beirut")); return nil }, "the beginning"},
			{"another group", func() error { load(t, db, modelstest.NamesFile("a,,South,")); return nil }, "the beginning"},
			{"hours", func() error {
				modelstest.LoadFrom(t, db, "always", modelstest.HoursFile("a,0,09:00:00,17:00:00"))
				return nil
			}, "the beginning"},
			{"a special day", func() error { return entered.AddSpecialDays(ctx, db, []entered.SpecialDay{special}) }, "the beginning"},
			{"a correction", func() error {
				return entered.AddCorrection(ctx, db, &entered.Correction{
					Subject: entered.Store("b"), From: at("2023-01-25 11:00"), To: at("2023-01-25 13:00"), Category: entered.PollerFault, By: "person:1",
				})
			}, "the beginning"},
			{"a poll from before all that the snapshot has", polls("a,active,2022-12-01 12:00:00 UTC"), "the beginning"},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			s, is := look()
			from, some := s.FirstChange(was, is)
			want := uptime.Beginning
			if step.from != "" && step.from != "the beginning" {
				want = at(step.from)
			}
			if some != (step.from != "") || some && from != want {
				t.Errorf("%s: changed from %v on, %v; want %q", step.what, from.Time(), some, step.from)
			}
			was = is
		}
	})
}
