package jobs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/imports"
)

func TestWorkOfADeadServerIsDoneByTheNext(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		dead := newDesk(t, db)
		ids := map[models.WorkKind]string{models.ImportWork: dead.takeIn(polls, hours, zones), models.ReportWork: dead.ask()}
		for kind, id := range ids {
			if _, err := db.Claim(t.Context(), kind, id); err != nil {
				t.Fatal(err)
			}
		}
		die(t, db)
		next := newDeskIn(t, db, dead.settings).start()
		if i := next.theImport(ids[models.ImportWork]); i.State != models.Complete || i.Attempt != 2 || i.NewStores != 2 {
			t.Errorf("import is %s after %d attempts with %d new stores: %s", i.State, i.Attempt, i.NewStores, i.Error)
		}
		if r := next.theReport(ids[models.ReportWork]); r.State != models.Complete || r.Attempt != 2 {
			t.Errorf("report is %s after %d attempts: %s", r.State, r.Attempt, r.Error)
		}
		if got := next.csv(next.theReport(next.ask()).ID); got != report {
			t.Errorf("report:\n%s", got)
		}
	})
}

func TestRescueLeavesTheLivingAlone(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		a, err := db.BeginReport(t.Context(), models.NewReport(models.FromAPI, models.ReportScope{}, ""))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, err := db.Report(t.Context(), a.ID); err != nil || r.State != models.Running || r.Attempt != 1 {
			t.Errorf("report is %s in attempt %d, %v", r.State, r.Attempt, err)
		}
	})
}

func TestTwoServersRescueWorkOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		one, other := newDesk(t, db), newDesk(t, db)
		a, err := db.BeginReport(t.Context(), models.NewReport(models.FromAPI, models.ReportScope{}, ""))
		if err != nil {
			t.Fatal(err)
		}
		die(t, db)
		for _, d := range []*desk{one, other, one} {
			if err := d.Rescue(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if jobs := query(t, db, "SELECT count(*) FROM river_job"); jobs != 1 {
			t.Errorf("%d jobs for one orphan", jobs)
		}
		one.start()
		other.start()
		if r := one.theReport(a.ID); r.State != models.Complete || r.Attempt != 2 {
			t.Errorf("report is %s after %d attempts", r.State, r.Attempt)
		}
	})
}

func TestWorkThatKeepsKillingItsServerFails(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		ids := map[models.WorkKind]string{models.ImportWork: d.takeIn(polls), models.ReportWork: d.ask()}
		for n := range models.MaxAttempts {
			for kind, id := range ids {
				if _, err := db.Claim(t.Context(), kind, id); err != nil {
					t.Fatalf("attempt %d: %v", n+1, err)
				}
			}
			die(t, db)
			if err := d.Rescue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		const want = "The server stopped in the middle of it 3 times. "
		if i := d.theImport(ids[models.ImportWork]); i.State != models.Failed || i.Error.String() != want+"Nothing was imported. Please import the files again." {
			t.Errorf("import is %s: %q", i.State, i.Error)
		}
		if r := d.theReport(ids[models.ReportWork]); r.State != models.Failed || r.Error.String() != want+"Please try again." {
			t.Errorf("report is %s: %q", r.State, r.Error)
		}
		if left := files(t, d.settings.Dir); len(left) > 0 {
			t.Errorf("the failed import left %v", left)
		}
		d.start() // with its jobs still queued
		if r := d.theReport(d.ask()); r.State != models.Complete {
			t.Errorf("the next report is %s: %s", r.State, r.Error)
		}
		if r := d.theReport(ids[models.ReportWork]); r.State != models.Failed || r.Attempt != models.MaxAttempts {
			t.Errorf("report is %s after %d attempts", r.State, r.Attempt)
		}
	})
}

// Nobody but the command knows where its files are: waiting for another that has
// them would leave the import queued for minutes.
func TestAnImportWhoseCommandDiedFailsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		i := models.NewImport(models.FromCommand)
		i.Add("polls.csv", int64(len(polls)))
		if _, err := db.BeginImport(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		die(t, db)
		if err := d.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		const want = "The command was interrupted. Nothing was imported; please give it again."
		if i := d.theImport(i.ID); i.State != models.Failed || i.Error.String() != want {
			t.Errorf("import is %s: %q", i.State, i.Error)
		}
		if jobs := query(t, db, "SELECT count(*) FROM river_job"); jobs != 0 {
			t.Errorf("%d jobs for an import that is over", jobs)
		}
	})
}

// The server may die between the merge of an import and its completion. Its rows
// are in the data then, and nothing may say otherwise.
func TestAnImportWhoseRowsAreInTheDataDoesNotFail(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.takeIn(polls)
		for n := range models.MaxAttempts {
			a, err := db.Claim(t.Context(), models.ImportWork, id)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				batch := imports.NewBatch(t.TempDir(), time.Now())
				defer batch.Close()
				if err := errors.Join(batch.Read(t.Context(), "file.csv", strings.NewReader(polls)), imports.Merge(t.Context(), db, a, batch)); err != nil {
					t.Fatal(err)
				}
			}
			die(t, db)
			if err := d.Rescue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if i := d.theImport(id); i.State != models.Complete || i.Kept != 3 || i.Done != i.Total {
			t.Errorf("import is %s: %q, %d rows kept, %d of %d bytes", i.State, i.Error, i.Kept, i.Done, i.Total)
		}
		if left := files(t, d.settings.Dir); len(left) > 0 {
			t.Errorf("the import left %v", left)
		}
	})
}

func TestAMergedImportIsNotMergedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.takeIn(polls)
		a, err := db.Claim(t.Context(), models.ImportWork, id)
		if err != nil {
			t.Fatal(err)
		}
		batch := imports.NewBatch(t.TempDir(), time.Now())
		defer batch.Close()
		if err := errors.Join(batch.Read(t.Context(), "file.csv", strings.NewReader(polls)), imports.Merge(t.Context(), db, a, batch)); err != nil {
			t.Fatal(err)
		}
		if some, err := db.Cancel(t.Context(), models.ImportWork, id); err != nil || some {
			t.Errorf("cancelled after its rows were in the data: %v, %v", some, err)
		}
		die(t, db)
		d.start()
		if i := d.theImport(id); i.State != models.Complete || i.Attempt != 2 || i.Kept != 3 || i.Done != i.Total {
			t.Errorf("import is %s after %d attempts, %d rows kept, %d of %d bytes: %s", i.State, i.Attempt, i.Kept, i.Done, i.Total, i.Error)
		}
	})
}

// An inbox file that kills the server must not be taken in for ever.
func TestAnInboxFileThatKeepsKillingItsServerIsPutAside(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := d.imports()[0].ID
		for range models.MaxAttempts {
			if _, err := db.Claim(t.Context(), models.ImportWork, id); err != nil {
				t.Fatal(err)
			}
			die(t, db)
			if err := d.Rescue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		d.holds("failed/polls.csv", "failed/polls.rejects.csv")
		const want = "\ufefffile,reason\npolls.csv,The server stopped in the middle of it 3 times. Nothing was imported. Please import the files again.\n"
		if got := read(t, filepath.Join(d.settings.Inbox, "failed/polls.rejects.csv")); got != want {
			t.Errorf("rejects:\n%swant:\n%s", got, want)
		}
	})
}

// The server may die after the queue gave it a job and before it claimed the work.
func TestWorkThatWasTakenAndNeverClaimedIsDone(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		dead := newDesk(t, db)
		imported, reported := dead.takeIn(polls), dead.ask()
		const take = "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '2023-01-25 18:00:00+00:00'"
		execute(t, db, take)
		next := newDeskIn(t, db, dead.settings)
		for range 3 {
			if err := next.Rescue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if jobs := query(t, db, "SELECT count(*) FROM river_job"); jobs != 4 {
			t.Errorf("%d jobs, want one more for each of two", jobs)
		}
		next.start()
		if i := next.theImport(imported); i.State != models.Complete || i.Attempt != 1 {
			t.Errorf("import is %s after %d attempts: %s", i.State, i.Attempt, i.Error)
		}
		if r := next.theReport(reported); r.State != models.Complete || r.Attempt != 1 {
			t.Errorf("report is %s after %d attempts: %s", r.State, r.Attempt, r.Error)
		}
		if err := next.Rescue(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// River says until much later that the dead worker has the job.
func TestADeathIsFoundAndToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		u := newTroubled(t, db)
		id := u.ask()
		if _, err := db.Claim(t.Context(), models.ReportWork, id); err != nil {
			t.Fatal(err)
		}
		execute(t, db, "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '2023-01-25 18:00:00+00:00'")
		die(t, db)
		if err := u.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if jobs := query(t, db, "SELECT count(*) FROM river_job"); jobs != 2 {
			t.Errorf("%d jobs, want one more", jobs)
		}
		u.wantLogged(id, 1)
	})
}

func TestAWakeThatCouldNotBeWrittenIsWrittenByTheNextRescue(t *testing.T) {
	db := openSQLite(t)
	d := newDesk(t, db)
	d.ask()
	execute(t, db, "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '2023-01-25 18:00:00+00:00'")
	execute(t, db, "CREATE TRIGGER refuse BEFORE INSERT ON river_job BEGIN SELECT RAISE(ABORT, 'refused'); END")
	if err := d.Rescue(t.Context()); err == nil {
		t.Error("no error, though nothing could be written")
	}
	execute(t, db, "DROP TRIGGER refuse")
	if err := d.Rescue(t.Context()); err != nil {
		t.Error(err)
	}
	if jobs := query(t, db, "SELECT count(*) FROM river_job"); jobs != 2 {
		t.Errorf("%d jobs, want one more", jobs)
	}
}

func TestServersWithDisksOfTheirOwnDoTheirOwnImports(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		one, other := newDesk(t, db).start(), newDesk(t, db).start()
		for range 2 {
			for _, d := range []*desk{one, other} {
				if i := d.theImport(d.takeIn(polls)); i.State != models.Complete {
					t.Errorf("import is %s: %s", i.State, i.Error)
				}
			}
		}
	})
}

// The server that has its files may be busy with an import that takes long.
func TestAnImportWaitsForItsServerWhileThatImports(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		owner, other := newDesk(t, db), newDesk(t, db)
		before, waiting := owner.takeIn(polls), owner.takeIn(hours)
		if _, err := db.Claim(t.Context(), models.ImportWork, before); err != nil {
			t.Fatal(err)
		}
		execute(t, db, "UPDATE imports SET created_at = created_at - 600000000") // ten minutes
		other.start()
		given := func(times string) func() bool {
			return func() bool {
				return query(t, db, "SELECT count(*) FROM river_job WHERE args ->> 'id' = '"+waiting+"' AND CAST(metadata ->> 'snoozes' AS integer) >= "+times) == 1
			}
		}
		until(t, "the other server gives it back", given("1"))
		if i, err := db.Import(t.Context(), waiting); err != nil || i.State != models.Queued {
			t.Errorf("import is %s: %s, %v", i.State, i.Error, err)
		}
		execute(t, db, "UPDATE imports SET state = 'failed', finished_at = created_at WHERE id = '"+before+"'")
		if i := other.theImport(waiting); i.State != models.Failed || !strings.Contains(i.Error.String(), "no longer there") {
			t.Errorf("import is %s: %s", i.State, i.Error)
		}
	})
}

func TestInterruptedWorkIsHandedBackAndDoneLater(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		first := newDesk(t, db)
		path := filepath.Join(first.settings.Inbox, "polls.csv")
		endless(t, path)
		i := models.NewImport(models.FromInbox)
		i.Add("polls.csv", int64(len(polls)))
		if err := first.AskImport(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		if err := first.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, "the import runs", func() bool { return first.imports()[0].State == models.Running })
		first.stop(10 * time.Millisecond)
		if i := first.imports()[0]; i.State != models.Queued || i.Attempt != 1 || i.LeaseUntil != 0 {
			t.Fatalf("import is %s after %d attempts, leased until %d", i.State, i.Attempt, i.LeaseUntil)
		}

		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		first.drop("polls.csv", polls)
		second := newDeskIn(t, db, first.settings).start()
		if i := second.theImport(i.ID); i.State != models.Complete || i.Attempt != 2 || i.NewStores != 2 {
			t.Errorf("import is %s after %d attempts with %d new stores: %s", i.State, i.Attempt, i.NewStores, i.Error)
		}
		second.holds("done/polls.csv")
	})
}

func TestAStopLetsRunningWorkFinish(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.takeIn(polls)
		if err := d.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, "the import began", func() bool { return d.imports()[0].State != models.Queued })
		d.stop(time.Minute)
		if i, err := db.Import(t.Context(), id); err != nil || i.State != models.Complete || i.Attempt != 1 {
			t.Errorf("import is %s after %d attempts, %v", i.State, i.Attempt, err)
		}
	})
}

// Stops and restarts of the database are not the fault of the work.
func TestAttemptsThatWereGivenBackDoNotCount(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.ask()
		for range 2 * models.MaxAttempts {
			a, err := db.Claim(t.Context(), models.ReportWork, id)
			if err == nil {
				err = db.Update(t.Context(), func(tx *models.Tx) error { return tx.Release(t.Context(), a) })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.Claim(t.Context(), models.ReportWork, id); err != nil {
			t.Fatal(err)
		}
		die(t, db)
		if err := d.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.start()
		if r := d.theReport(id); r.State != models.Complete || r.Deaths != 1 {
			t.Errorf("report is %s after %d deaths: %s", r.State, r.Deaths, r.Error)
		}
	})
}

// A worker that was slow renews its lease just before it is taken for dead.
func TestAWorkerThatComesToLifeKeepsItsWork(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		a, err := db.Claim(t.Context(), models.ReportWork, d.ask())
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(t.Context(), func(tx *models.Tx) error { return tx.ReleaseOrphan(t.Context(), a) })
		if !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("it was taken from the living: %v", err)
		}
		if r, err := db.Report(t.Context(), a.ID); err != nil || r.State != models.Running {
			t.Errorf("report is %s, %v", r.State, err)
		}
	})
}
