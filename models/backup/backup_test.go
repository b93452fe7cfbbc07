package backup_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/backup"
	"lightson/models/entered"
	"lightson/models/modelstest"
)

// filledSQLite is a database with something in it, its folder, and what its
// report says.
func filledSQLite(t *testing.T) (db *models.DB, dir, report string) {
	t.Helper()
	dir = t.TempDir()
	db = modelstest.OpenURL(t, "", dir)
	modelstest.ReleasedTown.LoadInto(t, db)
	report, _ = csvs(t, snapshotAt(t, db, 0))
	return db, dir, report
}

func backUp(t *testing.T, dir string) (path string, c backup.Contents) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "backup.db")
	c, err := backup.BackUp(ctx, dir, path, false)
	if err != nil {
		t.Fatal(err)
	}
	return path, c
}

// named lists the files of a folder.
func named(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// everyTable enters something of each kind, where it was not before, and is all that the
// tables of facts and entries have.
func everyTable(t *testing.T, db *models.DB) string {
	t.Helper()
	closed := entered.ClosedOn(entered.Group("Joe"), 20000)
	closed.Note, closed.By, closed.At = "Eid", "Ana", 5
	err := errors.Join(
		entered.AddSpecialDays(t.Context(), db, []entered.SpecialDay{closed}),
		entered.AddCorrection(t.Context(), db, &entered.Correction{Subject: entered.All, From: 1, To: 2, Category: entered.Other, By: "Ana"}),
		entered.SetTarget(t.Context(), db, entered.Target{Subject: entered.All, Percent: 99_50, By: "Ana", At: 5}),
		modelstest.Exec(db, "INSERT INTO poll_reasons (day, store_id, reasons) VALUES (1, 99, 'x') ON CONFLICT DO NOTHING"),
		modelstest.Exec(db, "INSERT INTO hours (store_id, valid_from, day, start_s, end_s) VALUES (99, 19382, 3, 4, 5) ON CONFLICT DO NOTHING"))
	text, dumpErr := modelstest.Dump(db, "stores", "hours", "poll_days", "poll_reasons", "special_days", "corrections", "targets", "data_versions")
	if err = errors.Join(err, dumpErr); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestABackupSaysWhatTheDatabaseSaid(t *testing.T) {
	db, dir, report := filledSQLite(t)
	made := makeReport(t, db)
	said, _ := writtenReport(t, db, made.ID)
	tables := everyTable(t, db)
	path, c := backUp(t, dir)
	if c.Stores != 2 || c.Polls != 3 || c.Reports != 1 || c.Data != dataVersion(t, db) {
		t.Errorf("%+v", c)
	}
	if got := named(t, filepath.Dir(path)); !slices.Equal(got, []string{"backup.db"}) {
		t.Errorf("it left %v", got)
	}
	// What comes after it is not in it.
	load(t, db, pollsFile("3,active,2023-01-25 19:00:00 UTC"))

	elsewhere := filepath.Join(t.TempDir(), "new", "folder")
	r, err := backup.Restore(ctx, path, elsewhere)
	if err != nil || r.Aside != "" || r.Stores != 2 || r.Polls != 3 || r.Reports != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := named(t, elsewhere); !slices.Equal(got, []string{"lightson.db"}) {
		t.Errorf("it left %v", got)
	}
	restored := modelstest.OpenURL(t, "", elsewhere)
	if again := everyTable(t, restored); again != tables {
		t.Errorf("restored:\n%s\nwant:\n%s", again, tables)
	}
	if again, _ := csvs(t, snapshotAt(t, restored, 0)); again != report {
		t.Errorf("restored:\n%s\nwant:\n%s", again, report)
	}
	if again, _ := writtenReport(t, restored, made.ID); again != said {
		t.Error("a report that was made says something else")
	}
	load(t, restored, pollsFile("3,active,2023-01-25 19:00:00 UTC"))
}

func TestABackupIsNeverWrittenOverAnything(t *testing.T) {
	_, dir, _ := filledSQLite(t)
	path, _ := backUp(t, dir)
	before := readFile(t, path)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(filepath.Join(dir, models.SQLiteFile), link); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		dir, path string
		replace   bool
		want      string
	}{
		"a file that is there":    {dir, path, false, "is there already"},
		"the database":            {dir, filepath.Join(dir, models.SQLiteFile), true, "is the database itself"},
		"a link to the database":  {dir, link, true, "is the database itself"},
		"a folder":                {dir, t.TempDir(), true, "is not a file"},
		"a folder that is not":    {dir, filepath.Join(t.TempDir(), "no", "b.db"), false, "no such file or directory"},
		"a database that is not ": {t.TempDir(), filepath.Join(t.TempDir(), "b.db"), false, "there is no database at"},
	} {
		if _, err := backup.BackUp(ctx, tt.dir, tt.path, tt.replace); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if readFile(t, path) != before {
		t.Error("a backup was written over")
	}
	modelstest.OpenURL(t, "", dir) // is as it was
	if _, err := backup.BackUp(ctx, dir, path, true); err != nil {
		t.Error("with replace:", err)
	}
}

func TestABackupThatIsCutOffLeavesNothing(t *testing.T) {
	_, dir, _ := filledSQLite(t)
	stopped, stop := context.WithCancel(ctx)
	stop()
	to := t.TempDir()
	if _, err := backup.BackUp(stopped, dir, filepath.Join(to, "b.db"), false); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := named(t, to); len(got) != 0 {
		t.Errorf("it left %v", got)
	}
}

// exec changes a database as a file, past everything.
func exec(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNoGoodBackupIsNotRestored(t *testing.T) {
	db, dir, report := filledSQLite(t)
	path, _ := backUp(t, dir)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good := readFile(t, path)
	for name, tt := range map[string]struct {
		spoil func(path string)
		want  string
	}{
		"a text":     {func(path string) { write(t, path, "store_id,status\n") }, "is no SQLite database"},
		"nothing":    {func(path string) { write(t, path, "") }, "is no SQLite database"},
		"half of it": {func(path string) { write(t, path, good[:len(good)/2]) }, "is damaged"},
		"a page of it lost": {func(path string) {
			spoilt := []byte(good)
			clear(spoilt[len(spoilt)-3*4096 : len(spoilt)-2*4096])
			write(t, path, string(spoilt))
		}, "is damaged"},
		"rows that belong to nothing": {func(path string) {
			write(t, path, good)
			exec(t, path, "INSERT INTO report_parts (report_id, part, rows) VALUES ('none', 0, 'x')")
		}, "is damaged: it has rows that belong to nothing"},
		"another program's": {func(path string) { exec(t, path, "CREATE TABLE stores (id INTEGER)") }, "not one of Lights On"},
		"a newer one": {func(path string) {
			write(t, path, good)
			exec(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
		}, "is of a newer version of Lights On: its tables are at version 99999"},
		"an open database": {func(path string) { write(t, path, good); write(t, path+"-wal", "log") }, "has a log beside it"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.db")
			tt.spoil(bad)
			if _, err := backup.Restore(ctx, bad, dir); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v\nwant %s", err, tt.want)
			}
			if got := named(t, dir); !slices.Equal(got, []string{"lightson.db"}) {
				t.Errorf("the folder has %v", got)
			}
		})
	}
	if _, err := backup.Restore(ctx, filepath.Join(t.TempDir(), "none.db"), dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file that is not there:", err)
	}
	if again, _ := csvs(t, snapshotAt(t, modelstest.OpenURL(t, "", dir), 0)); again != report {
		t.Error("the database is no longer what it was")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNoDatabaseInUseIsReplaced(t *testing.T) {
	db, dir, _ := filledSQLite(t)
	path, _ := backUp(t, dir)
	refused := func(by string) {
		t.Helper()
		if _, err := backup.Restore(ctx, path, dir); err == nil || !strings.Contains(err.Error(), "is being used; please stop the server") {
			t.Errorf("in use by %s: %v", by, err)
		}
	}
	refused("a server")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// By a program that knows nothing of our lock.
	other, err := sql.Open("sqlite", filepath.Join(dir, models.SQLiteFile))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL; BEGIN; SELECT * FROM stores"); err != nil {
		t.Fatal(err)
	}
	refused("another program")
	if err := errors.Join(conn.Close(), other.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(ctx, path, dir); err != nil {
		t.Error("in use by nobody:", err)
	}
}

func TestWhoComesDuringARestoreWaits(t *testing.T) {
	db, dir, _ := filledSQLite(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	lock, locked, err := models.LockFolder(dir)
	if err != nil || !locked {
		t.Skip("no locks of folders here:", err)
	}
	opened := make(chan error, 1)
	go func() {
		db, err := models.Open(ctx, "", dir)
		if err == nil {
			err = db.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Errorf("opened at once: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestTheDatabaseBeforeARestoreIsPutAside(t *testing.T) {
	db, dir, report := filledSQLite(t)
	path, _ := backUp(t, dir)
	load(t, db, pollsFile("9,inactive,2023-01-25 19:00:00 UTC"))
	later, _ := csvs(t, snapshotAt(t, db, 0))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".restore-killed"), 0o700); err != nil {
		t.Fatal(err)
	}
	r, err := backup.Restore(ctx, path, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := named(t, dir), []string{"lightson.db", filepath.Base(r.Aside)}; !slices.Equal(got, want) {
		t.Errorf("the folder has %v, want %v", got, want)
	}
	now := modelstest.OpenURL(t, "", dir)
	if got, _ := csvs(t, snapshotAt(t, now, 0)); got != report {
		t.Errorf("restored:\n%s", got)
	}
	// What was put aside is a backup like any other.
	elsewhere := t.TempDir()
	if _, err := backup.Restore(ctx, r.Aside, elsewhere); err != nil {
		t.Fatal(err)
	}
	if got, _ := csvs(t, snapshotAt(t, modelstest.OpenURL(t, "", elsewhere), 0)); got != later {
		t.Errorf("put aside:\n%s", got)
	}
}

// A damaged database is why there are backups. Its log must not be taken for one
// of what is restored.
func TestADamagedDatabaseIsPutAsideWithItsLog(t *testing.T) {
	db, dir, report := filledSQLite(t)
	path, _ := backUp(t, dir)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, models.SQLiteFile)
	write(t, damaged, "SQLite format 3\x00 and nothing more")
	write(t, damaged+"-wal", "a log")
	if err := os.Chmod(damaged, 0o644); err != nil { // as earlier versions made it
		t.Fatal(err)
	}
	r, err := backup.Restore(ctx, path, dir)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(r.Aside); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the database that was put aside: %v, %v; want it for its owner alone", info, err)
	}
	if readFile(t, r.Aside) != "SQLite format 3\x00 and nothing more" {
		t.Error("the damaged database is not aside as it was")
	}
	if got := named(t, dir); slices.Contains(got, models.SQLiteFile+"-wal") {
		t.Errorf("its log is still there: %v", got)
	}
	if got, _ := csvs(t, snapshotAt(t, modelstest.OpenURL(t, "", dir), 0)); got != report {
		t.Errorf("restored:\n%s", got)
	}
}

func TestABackupOfTheFirstReleaseIsBroughtToThisOne(t *testing.T) {
	dir := t.TempDir()
	old, err := models.Open(ctx, "", dir)
	if err != nil {
		t.Fatal(err)
	}
	err = old.MigrateTo(ctx, 1)
	for _, r := range modelstest.Released {
		err = errors.Join(err, modelstest.Exec(old, r.Statement, r.Args...))
	}
	if err = errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	path, c := backUp(t, dir)
	before := readFile(t, path)
	elsewhere := t.TempDir()
	r, err := backup.Restore(ctx, path, elsewhere)
	if err != nil || c.Tables != 1 || r.Tables <= 1 {
		t.Fatalf("from version %d to %d: %v", c.Tables, r.Tables, err)
	}
	db := modelstest.OpenURL(t, "", elsewhere)
	modelstest.ReleasedTown.Check(t, db, 0)
	checkReleasedReport(t, db)
	if readFile(t, path) != before {
		t.Error("the backup itself was changed")
	}
}
