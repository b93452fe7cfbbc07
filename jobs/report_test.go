package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

func TestAReportAskedForIsMade(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		if i := d.theImport(d.takeIn(polls, hours, zones)); i.State != models.Complete || i.Attempt != 1 {
			t.Fatalf("import is %s after %d attempts: %s", i.State, i.Attempt, i.Error)
		}
		r := d.theReport(d.ask())
		if r.State != models.Complete || r.Attempt != 1 || r.Stores != 2 || r.Done != r.Total {
			t.Errorf("report is %s after %d attempts, %d stores, %d of %d done", r.State, r.Attempt, r.Stores, r.Done, r.Total)
		}
		if got := d.csv(r.ID); got != report {
			t.Errorf("report:\n%swant:\n%s", got, report)
		}
	})
}

func TestAReportAsOfAnInstantIsNotTheNewestOne(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		d.load(polls, hours, zones)
		r := models.NewReport(models.FromAPI, models.ReportScope{AsOf: models.InstantAt(uptime.At(time.Date(2023, time.January, 23, 17, 0, 0, 0, time.UTC)))}, "")
		if err := d.AskReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		made := d.theReport(r.ID)
		if made.State != models.Complete || made.AsOf != r.AskedAsOf {
			t.Fatalf("report is %s as of %s", made.State, made.AsOf.At.Time())
		}
		// Only the first poll is known by then, and it speaks from the opening on.
		const want = "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n" +
			"one,60.00,2.00,2.00,0.00,0.00,0.00\n" +
			"two,0.00,0.00,0.00,0.00,0.00,0.00\n"
		if got := d.csv(r.ID); got != want {
			t.Errorf("report:\n%swant:\n%s", got, want)
		}
	})
}

func TestAReportOfNothingIsComplete(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		if r := d.theReport(d.ask()); r.State != models.Complete || r.Stores != 0 || r.AsOf.Known {
			t.Errorf("report is %s, %v stores, as of %d", r.State, r.Stores, r.AsOf.At)
		}
	})
}

func TestAnIdempotencyKeyMakesOneReport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		asked := make([]*models.Report, 8)
		var together errgroup.Group
		for n := range asked {
			asked[n] = models.NewReport(models.FromAPI, models.ReportScope{}, "monday")
			together.Go(func() error { return d.AskReport(context.Background(), asked[n]) })
		}
		if err := together.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, r := range asked {
			if r.ID != asked[0].ID {
				t.Errorf("the same key gave %s and %s", asked[0].ID, r.ID)
			}
		}
		other := models.NewReport(models.FromAPI, models.ReportScope{}, "tuesday")
		if err := d.AskReport(t.Context(), other); err != nil || other.ID == asked[0].ID {
			t.Errorf("another key gave %s, %v", other.ID, err)
		}
		d.start()
		d.theReport(asked[0].ID)
		d.theReport(other.ID)
		if reports, jobs := query(t, db, "SELECT count(*) FROM reports"), query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'report'"); reports != 2 || jobs != 2 {
			t.Errorf("%d reports and %d jobs, want 2 and 2", reports, jobs)
		}
	})
}

func TestACancelledReportIsNotMade(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.ask()
		if some, err := db.Cancel(t.Context(), models.ReportWork, id); err != nil || !some {
			t.Fatal(some, err)
		}
		last := d.ask()
		d.start()
		d.theReport(last)
		until(t, "the job is done", func() bool {
			return query(t, db, "SELECT count(*) FROM river_job WHERE state <> 'completed' AND kind = 'report'") == 0
		})
		if r, err := db.Report(t.Context(), id); err != nil || r.State != models.Cancelled || r.Attempt != 0 {
			t.Errorf("report is %s after %d attempts, %v", r.State, r.Attempt, err)
		}
	})
}

func TestAReportThatPanicsFailsWithASentence(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls)
		a, err := db.BeginReport(t.Context(), models.NewReport(models.FromCommand, models.ReportScope{}, ""))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.worker().Report(t.Context(), a, func(done, total int64) { panic("no paper") }); err == nil {
			t.Error("the panic was swallowed")
		}
		r := d.theReport(a.ID)
		if want := "Something went wrong on our side. The server's log says more."; r.State != models.Failed || r.Error.String() != want {
			t.Errorf("report is %s: %q, want failed: %q", r.State, r.Error, want)
		}
	})
}

func TestAnAttemptThatWasGivenUpWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls, hours, zones)
		old, err := db.BeginReport(t.Context(), models.NewReport(models.FromAPI, models.ReportScope{}, ""))
		if err != nil {
			t.Fatal(err)
		}
		die(t, db)
		current, err := db.Claim(t.Context(), models.ReportWork, old.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Claim(t.Context(), models.ReportWork, old.ID); !errors.Is(err, models.ErrNotClaimable) {
			t.Errorf("a third claim beside a live one: %v", err)
		}

		if err := d.worker().Report(t.Context(), old, nil); !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("finish by the old attempt: %v, want %v", err, models.ErrAttemptLost)
		}
		if err := db.Fail(t.Context(), old, words.Said("too slow")); !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("failure of the old attempt: %v, want %v", err, models.ErrAttemptLost)
		}
		r, err := db.Report(t.Context(), old.ID)
		if err != nil || r.State != models.Running || r.Attempt != 2 || r.Error != "" {
			t.Errorf("report is %s in attempt %d: %q, %v", r.State, r.Attempt, r.Error, err)
		}
		if parts := query(t, db, "SELECT count(*) FROM report_parts"); parts != 0 {
			t.Errorf("the old attempt left %d parts of a report", parts)
		}

		if err := d.worker().Report(t.Context(), current, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.worker().Report(t.Context(), old, nil); !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("finish by the old attempt after the new one: %v", err)
		}
		if got := d.csv(old.ID); got != report {
			t.Errorf("report:\n%s", got)
		}
	})
}
