package jobs_test

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// countStatements counts the statements that go through GORM from now on.
func countStatements(t *testing.T, db *models.DB) (count func() int) {
	t.Helper()
	var n atomic.Int64 // a snapshot is read by two connections at once
	add := func(*gorm.DB) { n.Add(1) }
	c := db.GORM(t.Context()).Callback()
	for _, err := range []error{
		c.Query().Before("*").Register("count", add), c.Row().Before("*").Register("count", add), c.Raw().Before("*").Register("count", add),
		c.Create().Before("*").Register("count", add), c.Update().Before("*").Register("count", add), c.Delete().Before("*").Register("count", add),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return func() int { return int(n.Swap(0)) }
}

func TestALookAtAlertsAsksOneQueryWhileNothingChanges(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		now := modelstest.At("2023-01-25 13:00")
		d.SetClock(func() time.Time { return now.Time() })
		modelstest.Load(t, db, modelstest.PollsFile("a,active,2023-01-25 12:00:00 UTC", "b,active,2023-01-25 12:00:00 UTC"))
		count := countStatements(t, db)
		look := func(what string, changed bool) {
			t.Helper()
			count()
			for n := range 3 {
				if err := d.TellAlerts(t.Context()); err != nil {
					t.Fatal(err)
				}
				asked := count()
				if n > 0 && asked != 1 {
					t.Errorf("%s, look %d: %d statements, want 1", what, n+1, asked)
				} else if n == 0 && (asked > 1) != changed {
					t.Errorf("%s: %d statements", what, asked)
				}
			}
		}
		look("without rules", false)
		for _, kind := range []alerts.Kind{alerts.Offline, alerts.PollsStale} {
			r := alerts.NewRule(kind, uptime.Hour)
			r.QuietFrom, r.QuietTo, r.Zone, r.Channels = 12*3600, 20*3600, "UTC", []string{}
			if err := alerts.SaveRule(t.Context(), db, &r, now); err != nil {
				t.Fatal(err)
			}
		}
		look("new rules", true)
		modelstest.Load(t, db, modelstest.PollsFile("a,inactive,2023-01-25 13:00:00 UTC", "b,active,2023-01-25 14:00:00 UTC"))
		look("a store is offline, in quiet hours", true)
		if n, err := modelstest.Count(db, "notices"); n != 1 || err != nil {
			t.Fatalf("%d notices, %v", n, err)
		}
		if err := modelstest.Exec(db, "UPDATE notices SET made_at = made_at + 1"); err != nil {
			t.Fatal(err)
		}
		look("another notice", true)
		now = now.Add(9 * uptime.Second)
		look("a short time", false)
		now = now.Add(uptime.Second)
		look("ten seconds: quiet hours may be over", true)
	})
}

func TestFiguresThatCannotBeComputedKeepNobodyFromBeingToldThatPollsStopped(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		d, err := jobs.New(db, f, jobs.Settings{Dir: t.TempDir(), IngestEvery: never}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		now := modelstest.At("2023-01-25 13:00")
		d.SetClock(func() time.Time { return now.Time() })
		modelstest.Load(t, db, modelstest.PollsFile("a,active,2023-01-25 12:00:00 UTC"))
		for _, kind := range []alerts.Kind{alerts.Offline, alerts.PollsStale} {
			r := alerts.NewRule(kind, uptime.Hour)
			r.Channels = []string{}
			if err := alerts.SaveRule(t.Context(), db, &r, now); err != nil {
				t.Fatal(err)
			}
		}
		now = now.Add(2 * uptime.Day)
		if err := d.TellAlerts(t.Context()); !errors.Is(err, figures.ErrClosed) {
			t.Fatalf("the figures can be computed: %v", err)
		}
		if n, err := modelstest.Count(db, "notices"); n != 1 || err != nil {
			t.Errorf("%d notices that polls stopped, %v", n, err)
		}
	})
}

func TestAStoreThatLeavesSomebodysReachIsNoLongerAnIncidentOfTheirs(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		now := modelstest.At("2023-01-25 13:00")
		d.SetClock(func() time.Time { return now.Time() })
		modelstest.Load(t, db, modelstest.NamesFile("a,,Ana's,", "b,,Ben's,"), modelstest.PollsFile("a,active,2023-01-25 12:00:00 UTC", "b,active,2023-01-25 12:00:00 UTC"))
		accounts := access.NewAccounts(db, access.Options{})
		_, err := accounts.AddPerson(t.Context(), access.NewPerson{Email: "op@example.com", Role: access.Operator})
		if err != nil {
			t.Fatal(err)
		}
		ana, err := accounts.AddPerson(t.Context(), access.NewPerson{Email: "ana@example.com", Role: access.Owner, Reach: reach.Of([]string{"Ana's", "Ben's"}, nil)})
		if err != nil {
			t.Fatal(err)
		}
		rule := alerts.NewRule(alerts.Offline, uptime.Hour)
		rule.PersonID, rule.Channels = ana.ID, []string{}
		if err := alerts.SaveRule(t.Context(), db, &rule, now); err != nil {
			t.Fatal(err)
		}
		open := func(what string, want int) {
			t.Helper()
			if err := d.TellAlerts(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := alerts.Incidents(t.Context(), db, ana.ID, alerts.IncidentFilter{Open: true})
			if err != nil || len(list) != want {
				t.Errorf("%s: %d go on, %v; want %d", what, len(list), err, want)
			}
		}
		narrow := func(groups ...string) {
			if _, err := accounts.ChangePerson(t.Context(), ana.ID, access.Change{Reach: new(reach.Of(groups, nil))}); err != nil {
				t.Error(err)
			}
		}
		modelstest.Load(t, db, modelstest.PollsFile("a,inactive,2023-01-25 13:00:00 UTC", "b,inactive,2023-01-25 13:00:00 UTC"))
		modelstest.Load(t, db, modelstest.PollsFile("c,active,2023-01-25 14:00:00 UTC"))
		open("both are within reach", 2)
		narrow("Ana's")
		open("one has left it", 1)

		// The other leaves it while data are judged, after it was asked what she may be told.
		once := false
		err = db.GORM(t.Context()).Callback().Query().After("*").Register("narrow", func(g *gorm.DB) {
			if !once && g.Statement.Table == "people" {
				once = true
				narrow("Cy's")
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		modelstest.Load(t, db, modelstest.PollsFile("c,active,2023-01-25 14:10:00 UTC"))
		open("it leaves it meanwhile", 1)
		open("the next look knows", 0)
		if !once {
			t.Error("nobody asked what she may be told")
		}
	})
}
