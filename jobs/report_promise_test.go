package jobs_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// keepWriting begins a transaction that writes, as a large import does, and returns
// the function that ends it.
func keepWriting(t *testing.T, db *models.DB) (end func()) {
	t.Helper()
	begun, ended := make(chan struct{}), make(chan struct{})
	var writing errgroup.Group
	writing.Go(func() error {
		return db.Update(context.Background(), func(*models.Tx) error {
			close(begun)
			<-ended
			return nil
		})
	})
	<-begun
	return func() {
		close(ended)
		if err := writing.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// promised are the names of the files of promised reports.
func (d *desk) promised() (names []string) {
	entries, err := os.ReadDir(filepath.Join(d.settings.Dir, "reports"))
	if err != nil && !os.IsNotExist(err) {
		d.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func (d *desk) askFor(scope models.ReportScope, key string) *models.Report {
	d.t.Helper()
	r := models.NewReport(models.FromAPI, scope, key)
	if err := d.AskReport(d.t.Context(), r); err != nil {
		d.t.Fatal(err)
	}
	return r
}

func TestNobodyWhoAsksForAReportWaitsForAnImport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		earlier := d.askFor(models.ReportScope{}, "earlier")
		end := keepWriting(t, db)
		day := uptime.At(time.Date(2023, time.January, 23, 0, 0, 0, 0, time.UTC))
		scope := models.ReportScope{Range: uptime.Span{From: day, To: day.Add(uptime.Day)}}
		var all [5]*models.Report
		for n := range all { // nobody of them returns if they wait
			all[n] = d.askFor(scope, []string{"", "", "monday", "monday", "tuesday"}[n])
		}
		if all[0].ID != all[1].ID || all[2].ID != all[3].ID || all[2].ID == all[0].ID || all[2].ID == all[4].ID {
			t.Errorf("ids %s, %s, of keys %s, %s, %s", all[0].ID, all[1].ID, all[2].ID, all[3].ID, all[4].ID)
		}
		if again := d.askFor(scope, "earlier"); again.ID != earlier.ID || again.Scope() == scope {
			t.Errorf("a key that was used before: %+v", again)
		}
		for _, r := range all {
			if got, err := db.Report(t.Context(), r.ID); err != nil || got.State != models.Queued || got.Scope() != scope || got.CreatedAt == 0 {
				t.Errorf("before it is recorded: %+v, %v", got, err)
			}
		}
		end()
		until(t, "all are recorded", func() bool {
			return query(t, db, "SELECT count(*) FROM reports") == 4 && query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'report'") == 4 && len(d.promised()) == 0
		})
		d.start()
		for _, r := range all {
			if made := d.theReport(r.ID); made.State != models.Complete {
				t.Errorf("report is %s: %s", made.State, made.Error)
			}
		}
	})
}

func TestAFullQueueIsNotPromisedMore(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { // PostgreSQL promises nothing
		db := modelstest.Open(t, modelstest.SQLite)
		d := newDesk(t, db)
		d.settings.QueueLimit = 2
		d = newDeskIn(t, db, d.settings)
		promises := func(key string) bool {
			return d.Promise(t.Context(), *models.NewReport(models.FromAPI, models.ReportScope{}, key))
		}
		d.askFor(models.ReportScope{}, "first")
		until(t, "it is recorded, and nobody asks any more", func() bool { return len(d.promised()) == 0 && d.Asking() == 0 })
		// What is promised is recorded soon, and then it is promised no longer.
		if !promises("second") || len(d.promised()) > 1 {
			t.Errorf("a queue with room is promised nothing: %v", d.promised())
		}
		d.askFor(models.ReportScope{}, "second")
		if promises("third") || len(d.promised()) > 2 { // the second may have been promised twice
			t.Errorf("a full queue is promised more: %v", d.promised())
		}
		if err := d.AskReport(t.Context(), models.NewReport(models.FromAPI, models.ReportScope{}, "third")); !errors.As(err, new(models.QueueFull)) {
			t.Errorf("a full queue: %v", err)
		}
	})
}

func TestAPromiseOutlivesTheServer(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { // PostgreSQL promises nothing
		db := modelstest.OpenURL(t, "", t.TempDir())
		d := newDesk(t, db)
		end := keepWriting(t, db)
		r := d.askFor(models.ReportScope{}, "monday")
		folder := filepath.Join(d.settings.Dir, "reports")
		promise, err := os.ReadFile(filepath.Join(folder, r.ID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		end()
		until(t, "it is recorded", func() bool { return len(d.promised()) == 0 })

		// The server died before it was recorded, and while it wrote another promise.
		if err := modelstest.Exec(db, "DELETE FROM reports"); err != nil {
			t.Fatal(err)
		}
		if err := modelstest.Exec(db, "DELETE FROM river_job"); err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{r.ID + ".json": promise, "x.json": promise, "y.json.partial": promise[:9], "z.json": nil} {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		unreadable := filepath.Join(folder, "a.json") // the others are found in spite of it
		if err := os.Mkdir(unreadable, 0o700); err != nil {
			t.Fatal(err)
		}
		d = newDeskIn(t, db, d.settings).start()
		if made := d.theReport(r.ID); made.State != models.Complete || made.IdempotencyKey == nil || *made.IdempotencyKey != *r.IdempotencyKey {
			t.Errorf("report is %s with key %v, want %s", made.State, made.IdempotencyKey, *r.IdempotencyKey)
		}
		until(t, "the promises are settled", func() bool { return slices.Equal(d.promised(), []string{"a.json"}) })
		if err := os.Remove(unreadable); err != nil {
			t.Fatal(err)
		}

		// It died after it was recorded.
		if err := os.WriteFile(filepath.Join(folder, r.ID+".json"), promise, 0o600); err != nil {
			t.Fatal(err)
		}
		d.stop(time.Minute)
		d = newDeskIn(t, db, d.settings).start()
		until(t, "the promise is settled", func() bool { return len(d.promised()) == 0 })
		if n := query(t, db, "SELECT count(*) FROM reports"); n != 1 || d.theReport(r.ID).State != models.Complete {
			t.Errorf("%d reports", n)
		}
	})
}
