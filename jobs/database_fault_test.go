package jobs_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// fullDisk lets the database grow by so many pages and no more.
func fullDisk(t *testing.T, db *models.DB, more int) {
	t.Helper()
	pages := query(t, db, "PRAGMA page_count")
	execute(t, db, fmt.Sprintf("PRAGMA max_page_count = %d", pages+more))
}

func TestAFullDiskIsSaidInWordsAndNothingIsLost(t *testing.T) {
	db := openSQLite(t)
	d := newDesk(t, db).start()
	d.theImport(d.takeIn(polls, hours, zones))
	known := d.theReport(d.ask()).ID
	var many strings.Builder
	many.WriteString("store_id,status,timestamp_utc\n")
	for n := range 20_000 {
		fmt.Fprintf(&many, "store %d,active,2023-01-2%d 18:00:%02d UTC\n", n, n%5, n%60)
	}
	fullDisk(t, db, 20)
	i := d.theImport(d.takeIn(many.String()))
	if want := "The disk of the database is full. Nothing was imported. Please import the files again."; i.State != models.Failed || i.Error.String() != want {
		t.Errorf("import is %s: %q, want %q", i.State, i.Error, want)
	}
	until(t, "its files are gone", func() bool { return len(files(t, d.settings.Dir)) == 0 })
	if got := d.csv(known); got != report {
		t.Errorf("the report that was there says\n%s", got)
	}
	if s, err := modelstest.Figures(t, db).Snapshot(t.Context()); err != nil || len(s.Stores) != 2 {
		t.Errorf("%d stores after an import that failed, %v", len(s.Stores), err)
	}
	fullDisk(t, db, 1_000_000)
	if i := d.theImport(d.takeIn(many.String())); i.State != models.Complete || i.NewStores != 20_000 {
		t.Errorf("with room again, the import is %s: %q", i.State, i.Error)
	}
}

// The database is gone for longer than a lease. Nothing has failed by then.
func TestWorkWhoseDatabaseGoesAwayIsHandedBack(t *testing.T) {
	postgres := modelstest.NewServer(t)
	db := modelstest.OpenURL(t, postgres.URL, t.TempDir())
	d := newDesk(t, db).start()
	d.theImport(d.takeIn(polls, hours, zones))
	path := filepath.Join(d.settings.Inbox, "endless.csv")
	endless(t, path)
	i := models.NewImport(models.FromInbox)
	i.Add("endless.csv", 1<<40)
	if err := d.AskImport(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	until(t, "the import shows progress", func() bool { return d.imports()[1].Done > 0 })
	postgres.Stop()
	if err := db.Ready(t.Context()); !models.Away(err) {
		t.Errorf("ready: %v", err)
	}
	postgres.Start()
	until(t, "the database is there", func() bool { return db.Ready(t.Context()) == nil })
	until(t, "the import is still running", func() bool {
		i, err := db.Import(t.Context(), i.ID)
		return err == nil && i.State == models.Running && i.LeaseUntil.Time().After(time.Now())
	})
	if some, err := d.Cancel(t.Context(), models.ImportWork, i.ID); err != nil || !some {
		t.Error(some, err)
	}
	if r := d.theReport(d.ask()); r.State != models.Complete {
		t.Errorf("report is %s: %s", r.State, r.Error)
	}
}

func TestWorkThatTakesTooLongSaysHowLong(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.settings.Limits = jobs.Limits{models.ImportWork: time.Second}
		d = newDeskIn(t, db, d.settings)
		endless(t, filepath.Join(d.settings.Inbox, "endless.csv"))
		i := models.NewImport(models.FromInbox)
		i.Add("endless.csv", 1<<40)
		if err := d.AskImport(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		d.start()
		late := d.theImport(i.ID)
		const want = "It took longer than 1 second, the most that is set for it, and was stopped. Nothing was changed. Please import the files again."
		if late.State != models.Failed || late.Error.String() != want || late.Attempt != 1 {
			t.Errorf("import is %s after %d attempts: %q\nwant %q", late.State, late.Attempt, late.Error, want)
		}
	})
}

func TestAnImportCanBeCancelledWhateverItsState(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		queued, orphaned := d.takeIn(polls), d.takeIn(polls)
		if _, err := db.Claim(t.Context(), models.ImportWork, orphaned); err != nil {
			t.Fatal(err)
		}
		die(t, db)
		for _, id := range []string{queued, orphaned} {
			if some, err := d.Cancel(t.Context(), models.ImportWork, id); err != nil || !some {
				t.Error(some, err)
			}
			if i := d.theImport(id); i.State != models.Cancelled || i.FinishedAt == 0 {
				t.Errorf("import is %s", i.State)
			}
		}
		if left := files(t, d.settings.Dir); len(left) > 0 {
			t.Errorf("cancelled imports left %v", left)
		}
		d.start()
		endless(t, filepath.Join(d.settings.Inbox, "endless.csv"))
		i := models.NewImport(models.FromInbox)
		i.Add("endless.csv", 1<<40)
		if err := d.AskImport(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		until(t, "the import runs", func() bool { return d.imports()[2].State == models.Running })
		began := time.Now()
		if some, err := d.Cancel(t.Context(), models.ImportWork, i.ID); err != nil || !some {
			t.Error(some, err)
		}
		// The only worker of imports is free again.
		next := d.theImport(d.takeIn(polls))
		if took := time.Since(began); next.State != models.Complete || took > 20*time.Second {
			t.Errorf("the next import is %s after %s", next.State, took)
		}
		if some, err := d.Cancel(t.Context(), models.ImportWork, next.ID); err != nil || some {
			t.Errorf("a complete import was cancelled: %v, %v", some, err)
		}
		if got := d.theImport(i.ID); got.State != models.Cancelled {
			t.Errorf("import is %s", got.State)
		}
	})
}

func TestAReportCanBeCancelledWhateverItsState(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		queued := d.ask()
		orphaned := models.NewReport(models.FromAPI, models.ReportScope{}, "orphaned")
		if err := d.AskReport(t.Context(), orphaned); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Claim(t.Context(), models.ReportWork, orphaned.ID); err != nil {
			t.Fatal(err)
		}
		die(t, db)
		for _, id := range []string{queued, orphaned.ID} {
			if some, err := d.Cancel(t.Context(), models.ReportWork, id); err != nil || !some {
				t.Error(some, err)
			}
		}
		d.start()
		last := d.theReport(d.ask())
		if some, err := d.Cancel(t.Context(), models.ReportWork, last.ID); err != nil || some || last.State != models.Complete {
			t.Errorf("a %s report was cancelled: %v, %v", last.State, some, err)
		}
		if err := d.Rescue(t.Context()); err != nil {
			t.Error(err)
		}
		for _, id := range []string{queued, orphaned.ID} {
			if r := d.theReport(id); r.State != models.Cancelled {
				t.Errorf("report is %s", r.State)
			}
		}
	})
}
