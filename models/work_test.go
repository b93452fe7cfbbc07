package models_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/reports"
	"lightson/models/words"
)

// addReport records a report that waits for a worker.
func addReport(t *testing.T, db *models.DB, key string) (r *models.Report, added bool) {
	t.Helper()
	r = newReport(key)
	err := db.Update(ctx, func(tx *models.Tx) (err error) {
		added, err = tx.AddReport(ctx, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, added
}

// kill makes the lease of a worker end as if the worker had died.
func kill(t *testing.T, db *models.DB, a models.Attempt) {
	t.Helper()
	if err := modelstest.Exec(db, "UPDATE "+string(a.Kind)+" SET lease_until = 0 WHERE id = ?", a.ID); err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, db *models.DB, id string) models.Attempt {
	t.Helper()
	a, err := db.Claim(ctx, models.ReportWork, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWorkIsGivenToOneWorkerAtATime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		r, _ := addReport(t, db, "")
		var mu sync.Mutex
		var won []models.Attempt
		var workers errgroup.Group
		for range 8 {
			workers.Go(func() error {
				a, err := db.Claim(ctx, models.ReportWork, r.ID)
				if errors.Is(err, models.ErrNotClaimable) {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				won = append(won, a)
				return err
			})
		}
		if err := workers.Wait(); err != nil {
			t.Fatal(err)
		}
		if len(won) != 1 || won[0].Number != 1 {
			t.Fatalf("%+v, want one first attempt", won)
		}
		got := reportOf(t, db, r.ID)
		if got.State != models.Running || got.StartedAt == 0 || got.FinishedAt != 0 {
			t.Errorf("%+v, want it running", got.Work)
		}
		if orphans, err := db.Orphans(ctx, models.ReportWork); err != nil || len(orphans) > 0 {
			t.Errorf("orphans %v, %v; want none while the lease lasts", orphans, err)
		}
	})
}

func TestWorkOfADeadWorkerIsGivenToAnother(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		r, _ := addReport(t, db, "")
		dead := claim(t, db, r.ID)
		if err := db.Beat(ctx, dead, 3, 10); err != nil {
			t.Fatal(err)
		}
		if got := reportOf(t, db, r.ID); got.Done != 3 || got.Total != 10 {
			t.Errorf("%d of %d, want 3 of 10", got.Done, got.Total)
		}
		kill(t, db, dead)
		orphans, err := db.Orphans(ctx, models.ReportWork)
		if err != nil || !slices.Equal(orphans, []models.Attempt{dead}) {
			t.Fatalf("orphans %v, %v; want %v", orphans, err, dead)
		}
		second := claim(t, db, r.ID)
		if second.Number != 2 || reportOf(t, db, r.ID).Done != 0 {
			t.Errorf("%+v, want a second attempt from the start", second)
		}

		// The first one was only slow, and wakes up.
		s := snapshotAt(t, db, 0)
		for what, err := range map[string]error{
			"beat":    db.Beat(ctx, dead, 9, 10),
			"fail":    db.Fail(ctx, dead, words.Said("too late")),
			"finish":  reports.Finish(ctx, db, dead, reports.About(s, "")),
			"release": db.Update(ctx, func(tx *models.Tx) error { return tx.Release(ctx, dead) }),
		} {
			if !errors.Is(err, models.ErrAttemptLost) {
				t.Errorf("%s by a lost attempt: %v", what, err)
			}
		}
		if got := reportOf(t, db, r.ID); got.State != models.Running || got.Error != "" || got.Done != 0 {
			t.Errorf("%+v, want it as the second attempt has it", got.Work)
		}
		if err := reports.Finish(ctx, db, second, reports.About(s, "")); err != nil {
			t.Fatal(err)
		}
		if got := reportOf(t, db, r.ID); got.State != models.Complete || got.FinishedAt == 0 {
			t.Errorf("%+v, want it complete", got.Work)
		}
	})
}

func TestWhatIsFinalStaysSo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for state, end := range map[models.State]func(models.Attempt) error{
			models.Complete: func(a models.Attempt) error {
				return reports.Finish(ctx, db, a, reports.About(snapshotAt(t, db, 0), ""))
			},
			models.Failed: func(a models.Attempt) error { return db.Fail(ctx, a, words.Said("for a reason")) },
			models.Cancelled: func(a models.Attempt) error {
				_, err := db.Cancel(ctx, a.Kind, a.ID)
				return err
			},
		} {
			r, _ := addReport(t, db, "")
			a := claim(t, db, r.ID)
			if err := end(a); err != nil {
				t.Fatal(state, err)
			}
			before := reportOf(t, db, r.ID)
			if before.State != state || !before.State.Final() || before.FinishedAt == 0 {
				t.Fatalf("%+v, want it %s", before.Work, state)
			}
			kill(t, db, a) // a lease that is over is no reason either
			if _, err := db.Claim(ctx, models.ReportWork, r.ID); !errors.Is(err, models.ErrNotClaimable) {
				t.Errorf("claim of what is %s: %v", state, err)
			}
			if some, err := db.Cancel(ctx, models.ReportWork, r.ID); some || err != nil {
				t.Errorf("cancel of what is %s: %v, %v", state, some, err)
			}
			if err := db.Beat(ctx, a, 1, 1); !errors.Is(err, models.ErrAttemptLost) {
				t.Errorf("beat of what is %s: %v", state, err)
			}
			if err := reports.Finish(ctx, db, a, reports.About(snapshotAt(t, db, 0), "")); !errors.Is(err, models.ErrAttemptLost) {
				t.Errorf("finish of what is %s: %v", state, err)
			}
			after := reportOf(t, db, r.ID)
			if after.State != state || after.Error != before.Error || after.FinishedAt != before.FinishedAt {
				t.Errorf("%+v became %+v", before.Work, after.Work)
			}
		}
		if orphans, err := db.Orphans(ctx, models.ReportWork); err != nil || len(orphans) > 0 {
			t.Errorf("orphans %v, %v; want none of what is final", orphans, err)
		}
	})
}

func TestACancelledImportLeavesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		file := pollsFile("1,active,2023-01-25 18:00:00 UTC")
		asked := newImport(file)
		a, err := db.BeginImport(ctx, asked)
		if err != nil {
			t.Fatal(err)
		}
		batch, err := read(0, file)
		if err != nil {
			t.Fatal(err)
		}
		defer batch.Close()
		if some, err := db.Cancel(ctx, models.ImportWork, a.ID); !some || err != nil {
			t.Fatal(some, err)
		}
		if err := modelstest.FinishImport(db, a, batch); !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("finish of a cancelled import: %v", err)
		}
		if s := snapshotAt(t, db, 0); len(s.Stores) != 0 || dataVersion(t, db) != 0 {
			t.Errorf("%d stores, data version %d; want nothing", len(s.Stores), dataVersion(t, db))
		}
		i, err := db.Import(ctx, a.ID)
		if err != nil || i.State != models.Cancelled || i.Kept != 0 {
			t.Errorf("%+v, %v", i, err)
		}
	})
}

func TestReleasedWorkWaitsForTheNextWorker(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		r, _ := addReport(t, db, "")
		a := claim(t, db, r.ID)
		if err := db.Update(ctx, func(tx *models.Tx) error { return tx.Release(ctx, a) }); err != nil {
			t.Fatal(err)
		}
		if got := reportOf(t, db, r.ID); got.State != models.Queued {
			t.Errorf("state %s, want queued", got.State)
		}
		if next := claim(t, db, r.ID); next.Number != 2 {
			t.Errorf("attempt %d, want 2", next.Number)
		}
	})
}

func TestAnIdempotencyKeyMakesOneReport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var mu sync.Mutex
		ids, made := map[string]bool{}, 0
		var scripts errgroup.Group
		for range 8 {
			scripts.Go(func() error {
				r := newReport("the same")
				var added bool
				err := db.Update(ctx, func(tx *models.Tx) (err error) {
					added, err = tx.AddReport(ctx, r)
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				ids[r.ID] = true
				if added {
					made++
				}
				return err
			})
		}
		if err := scripts.Wait(); err != nil {
			t.Fatal(err)
		}
		if len(ids) != 1 || made != 1 {
			t.Errorf("%d ids, %d made; want one", len(ids), made)
		}
		if _, added := addReport(t, db, "another"); !added {
			t.Error("another key did not make another report")
		}
		for range 2 {
			if _, added := addReport(t, db, ""); !added {
				t.Error("a report without a key was not made")
			}
		}
		reports, err := db.Reports(ctx, 0, 10)
		if err != nil || len(reports) != 4 {
			t.Errorf("%d reports, %v; want 4", len(reports), err)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, id := range []string{"", "x", uuid.NewString(), "' OR 1=1 --"} {
			if _, err := db.Report(ctx, id); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("report %q: %v", id, err)
			}
			if _, err := db.Import(ctx, id); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("import %q: %v", id, err)
			}
			if _, err := db.Claim(ctx, models.ReportWork, id); !errors.Is(err, models.ErrNotClaimable) {
				t.Errorf("claim %q: %v", id, err)
			}
		}
	})
}

func TestUnfinishedFilesAreThoseOfOneSource(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		add := func(from models.Source, name string) *models.Import {
			t.Helper()
			i := newImport("x")
			i.Source, i.Files[0].Name = from, name
			if err := db.Update(ctx, func(tx *models.Tx) error { return tx.AddImport(ctx, i) }); err != nil {
				t.Fatal(err)
			}
			return i
		}
		add(models.FromInbox, "queued.csv")
		add(models.FromPage, "uploaded.csv")
		cancelled := add(models.FromInbox, "cancelled.csv")
		if _, err := db.Cancel(ctx, models.ImportWork, cancelled.ID); err != nil {
			t.Fatal(err)
		}
		running := add(models.FromInbox, "running.csv")
		if _, err := db.Claim(ctx, models.ImportWork, running.ID); err != nil {
			t.Fatal(err)
		}
		names, err := db.UnfinishedFiles(ctx, models.FromInbox)
		slices.Sort(names)
		if err != nil || !slices.Equal(names, []string{"queued.csv", "running.csv"}) {
			t.Errorf("%v, %v", names, err)
		}
	})
}
