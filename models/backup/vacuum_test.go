package backup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/backup"
	"lightson/models/modelstest"
)

// deleted has a database with polls of many stores, of which all but one day are deleted,
// and what its report says.
func deleted(t *testing.T, db *models.DB) (report string) {
	t.Helper()
	var rows []string
	for n := range 3000 {
		for day := range 9 {
			rows = append(rows, fmt.Sprintf("store %d,active,2023-01-%02d 12:00:00 UTC", n, 1+day))
		}
	}
	load(t, db, pollsFile(rows...))
	if err := modelstest.Exec(db, "DELETE FROM poll_days WHERE day < 19366"); err != nil {
		t.Fatal(err)
	}
	if err := modelstest.Exec(db, "DELETE FROM import_journal"); err != nil {
		t.Fatal(err)
	}
	report, _ = csvs(t, snapshotAt(t, db, 0))
	return report
}

func TestVacuumingGivesBackWhatWasDeleted(t *testing.T) {
	dir := t.TempDir()
	db := modelstest.OpenURL(t, "", dir)
	report, version := deleted(t, db), dataVersion(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, models.SQLiteFile)
	if err := os.Chmod(path, 0o660); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := backup.Vacuum(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil || v.Before != before.Size() || v.After != after.Size() || v.GivenBack() < v.Before/4 || after.Mode() != before.Mode() {
		t.Errorf("%+v; the file has %d bytes, mode %v, %v", v, after.Size(), after.Mode(), err)
	}
	if got := named(t, dir); !slices.Equal(got, []string{models.SQLiteFile}) {
		t.Errorf("the folder has %v", got)
	}
	now := modelstest.OpenURL(t, "", dir)
	if got, _ := csvs(t, snapshotAt(t, now, 0)); got != report || dataVersion(t, now) != version {
		t.Errorf("vacuumed:\n%s\nwant\n%s", got, report)
	}
	if err := now.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err := backup.Vacuum(ctx, dir); err != nil || v.GivenBack() > v.Before/10 {
		t.Errorf("vacuumed again: %+v, %v", v, err)
	}
}

func TestNoDatabaseInUseIsVacuumed(t *testing.T) {
	db, dir, report := filledSQLite(t)
	if _, err := backup.Vacuum(ctx, dir); err == nil || !strings.Contains(err.Error(), "is being used; please stop the server") {
		t.Errorf("in use: %v", err)
	}
	if got, _ := csvs(t, snapshotAt(t, db, 0)); got != report {
		t.Errorf("afterwards:\n%s", got)
	}
	if _, err := backup.Vacuum(ctx, t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no database at") {
		t.Errorf("of an empty folder: %v", err)
	}
}

func TestAVacuumThatEndsEarlyChangesNothing(t *testing.T) {
	db, dir, report := filledSQLite(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := backup.Vacuum(stopped, dir); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := named(t, dir); !slices.Equal(got, []string{models.SQLiteFile}) {
		t.Errorf("the folder has %v", got)
	}
	if got, _ := csvs(t, snapshotAt(t, modelstest.OpenURL(t, "", dir), 0)); got != report {
		t.Errorf("afterwards:\n%s", got)
	}
}

func TestPostgreSQLIsVacuumedWhileServersGoOn(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	report := deleted(t, db)
	for _, full := range []bool{false, true} {
		v, err := backup.VacuumPostgres(ctx, db, full, nil)
		if err != nil || v.Tables < 30 || full && v.GivenBack() < v.Before/10 {
			t.Errorf("full %v: %+v, %v", full, v, err)
		}
		if got, _ := csvs(t, snapshotAt(t, db, 0)); got != report {
			t.Errorf("full %v: the report is another one", full)
		}
	}
	var known float64
	if err := db.GORM(ctx).Raw("SELECT reltuples FROM pg_class WHERE oid = 'poll_days'::regclass").Scan(&known).Error; err != nil || known != 3000 {
		t.Errorf("analysed: %v rows, %v", known, err)
	}
}
