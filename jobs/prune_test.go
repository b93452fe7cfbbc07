package jobs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// aged fills a database with something old of each kind: polls of forty days, a
// report and an import that ended forty days ago.
func aged(t *testing.T, d *desk) (reportID, importID string) {
	t.Helper()
	text := polls + "one,asleep,2023-01-23 18:00:00 UTC\n"
	for day := range 40 {
		at := time.Date(2023, 1, 23, 12, 0, 0, 0, time.UTC).AddDate(0, 0, -day)
		text += fmt.Sprintf("one,active,%s\n", at.Format("2006-01-02 15:04:05 UTC"))
	}
	path := filepath.Join(t.TempDir(), "polls.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	i := models.NewImport(models.FromCommand)
	i.Add("polls.csv", int64(len(text)))
	r := models.NewReport(models.FromCommand, models.ReportScope{}, "")
	worker := d.worker()
	a, err := d.db.BeginImport(t.Context(), i)
	if err == nil {
		err = worker.Import(t.Context(), a, func(models.Import, models.ImportFile) string { return path }, nil)
	}
	if err == nil {
		a, err = d.db.BeginReport(t.Context(), r)
	}
	if err == nil {
		err = worker.Report(t.Context(), a, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().AddDate(0, 0, -40).UnixMicro()
	for _, table := range []string{"imports", "reports"} {
		execute(t, d.db, fmt.Sprintf("UPDATE %s SET created_at = %d, finished_at = %d", table, long, long))
	}
	return r.ID, i.ID
}

func (d *desk) has(table string) int {
	d.t.Helper()
	return query(d.t, d.db, "SELECT count(*) FROM "+table)
}

func TestNothingIsDeletedUnlessAskedFor(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		aged(t, d)
		if d.SchedulesPruning() {
			t.Error("the schedule has it")
		}
		if err := d.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		for table, want := range map[string]int{"poll_days": 41, "reports": 1, "report_parts": 1, "imports": 1, "import_files": 1, "import_rejects": 1} {
			if got := d.has(table); got != want {
				t.Errorf("%s: %d rows, want %d", table, got, want)
			}
		}
	})
}

func TestAServerDeletesWhatIsOldAsItStarts(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		reportID, importID := aged(t, d)
		execute(t, db, "INSERT INTO sessions (id, data, created_at, seen_at, expires_at) VALUES ('ended', '', 1, 1, 1)")
		execute(t, db, "INSERT INTO incidents (id, rule_id, person_id, kind, began, fired, last, ended_at, ending, phase, quiet, due_at, found_at) "+
			"VALUES ('ended', 'gone', '', 'import_failed', 1, 1, 1, 1, 'back', 'over', FALSE, 1, 1)")
		d.settings.Keep = models.Keep{Polls: 20, Reports: 30, Imports: 30, Rejects: 30}
		d = newDeskIn(t, db, d.settings).start()
		until(t, "what is old is gone", func() bool {
			// Of one: 21 days that are kept and the one before them; of two: a day.
			return d.has("poll_days") == 23 && d.has("reports") == 0 && d.has("imports") == 0 && d.has("sessions") == 0 && d.has("incidents") == 0
		})
		if _, err := db.Report(t.Context(), reportID); !errors.Is(err, models.ErrNotFound) {
			t.Error("the report:", err)
		}
		if _, err := db.Import(t.Context(), importID); !errors.Is(err, models.ErrNotFound) {
			t.Error("the import:", err)
		}
		for _, table := range []string{"report_parts", "import_files", "import_rejects"} {
			if d.has(table) != 0 {
				t.Errorf("%s has rows that belong to nothing", table)
			}
		}
		// A report of the time that is gone says so.
		r := models.NewReport(models.FromPage, models.ReportScope{AsOf: models.InstantAt(uptime.At(time.Date(2023, time.January, 5, 0, 0, 0, 0, time.UTC)))}, "")
		if err := d.AskReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		made := d.theReport(r.ID)
		const want = "Polls from before 3 Jan 2023, 00:00 UTC are no longer kept, so nothing can be said of " +
			"29 Dec 2022, 00:00 UTC to 5 Jan 2023, 00:00 UTC. Please ask for a time that begins then or later."
		if made.State != models.Failed || made.Error.String() != want {
			t.Errorf("%s: %q", made.State, made.Error)
		}
	})
}

func TestServersThatDeleteAtOnceDoNoMoreThanOne(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		one := newDesk(t, modelstest.OpenURL(t, url, dir))
		aged(t, one)
		one.settings.Keep = models.Keep{Polls: 20, Reports: 30, Imports: 30}
		var servers errgroup.Group
		for range 3 {
			d := newDeskIn(t, modelstest.OpenURL(t, url, dir), one.settings)
			servers.Go(func() error { return d.Prune(t.Context()) })
		}
		if err := servers.Wait(); err != nil {
			t.Fatal(err)
		}
		if days, reports := one.has("poll_days"), one.has("reports"); days != 23 || reports != 0 {
			t.Errorf("%d days of polls and %d reports are left, want 23 and 0", days, reports)
		}
	})
}
