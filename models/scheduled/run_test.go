package scheduled_test

import (
	"slices"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/recurring"
	"lightson/models/scheduled"
	"lightson/models/uptime"
)

var start = modelstest.At("2023-01-24 12:00")

// added is a scheduled report of a person that is due every day at 07:00 in Chicago.
func added(t *testing.T, db *models.DB, person string) scheduled.Report {
	t.Helper()
	r := scheduled.Report{PersonID: person, Name: "Morning", Times: recurring.Times{Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago"}}
	err := r.Clean()
	if err == nil {
		err = scheduled.Add(t.Context(), db, &r, start)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// addRuns adds runs of a report, a day apart, of which those in open are not finished. It
// returns when they were asked for, the first one first.
func addRuns(t *testing.T, db *models.DB, of string, count int, open ...int) (asked []uptime.Instant) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *models.Tx) error {
		for n := range count {
			run := scheduled.Run{ID: models.NewID(), ScheduledID: of, DueAt: start.Add(uptime.Micros(n) * uptime.Day), Filed: []string{}}
			run.AskedAt = run.DueAt
			switch {
			case !slices.Contains(open, n):
				run.Close(run.AskedAt)
			case n%2 == 0:
				run.ToldAt = models.InstantAt(run.AskedAt) // its files are not in the folder yet
			}
			if err := scheduled.AddRun(t.Context(), tx, &run); err != nil {
				return err
			}
			asked = append(asked, run.AskedAt)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

func TestTheLatestRunsOfEachReportAreKept(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		long, short := added(t, db, "ana"), added(t, db, "ben")
		asked := addRuns(t, db, long.ID, 210, 0, 3)
		addRuns(t, db, short.ID, 3)
		for range 2 {
			if err := scheduled.Prune(t.Context(), db, start); err != nil {
				t.Fatal(err)
			}
			if got := history(t, db, short.ID); len(got) != 3 {
				t.Errorf("%d runs of the short history are left", len(got))
			}
			want := slices.Concat([]uptime.Instant{asked[0], asked[3]}, asked[10:]) // nothing is forgotten before it is done
			slices.Reverse(want)
			if got := history(t, db, long.ID); !slices.Equal(got, want) {
				t.Errorf("%d runs are left, want %d: %v", len(got), len(want), got)
			}
		}
	})
}

func TestTheLatestRunOfEachReportOfAPersonIsFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		first, second, foreign := added(t, db, "ana"), added(t, db, "ana"), added(t, db, "ben")
		added(t, db, "ana") // never made yet
		asked := addRuns(t, db, first.ID, 3)
		addRuns(t, db, second.ID, 1)
		addRuns(t, db, foreign.ID, 4)
		latest, err := scheduled.Latest(t.Context(), db, "ana")
		if err != nil || len(latest) != 2 || latest[first.ID].AskedAt != asked[2] || latest[second.ID].AskedAt != asked[0] {
			t.Errorf("%v: latest are %+v", err, latest)
		}
	})
}

// history are the runs of a report, the latest first, by when they were asked for.
func history(t *testing.T, db *models.DB, id string) (asked []uptime.Instant) {
	t.Helper()
	list, err := scheduled.History(t.Context(), db, id, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range list {
		asked = append(asked, run.AskedAt)
	}
	return asked
}

func TestWhoAwaitedAReportIsForgottenAMonthAfterTheyWereTold(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, report := range []string{"told", "waiting"} {
			if err := scheduled.Await(t.Context(), db, report, "ana", start); err != nil {
				t.Fatal(err)
			}
		}
		err := db.Update(t.Context(), func(tx *models.Tx) error {
			first, err := scheduled.Awaited{ReportID: "told", PersonID: "ana"}.Tell(t.Context(), tx, start)
			if !first {
				t.Error("ana was told before")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			after         uptime.Micros
			told, waiting bool
		}{{30 * uptime.Day, true, true}, {30*uptime.Day + 1, false, true}, {365 * uptime.Day, false, true}} {
			if err := scheduled.Prune(t.Context(), db, start.Add(test.after)); err != nil {
				t.Fatal(err)
			}
			for report, want := range map[string]bool{"told": test.told, "waiting": test.waiting} {
				if got, err := scheduled.IsAwaited(t.Context(), db, report, "ana"); got != want || err != nil {
					t.Errorf("after %s %s is known: %t, %v", test.after.LengthText(), report, got, err)
				}
			}
		}
	})
}
