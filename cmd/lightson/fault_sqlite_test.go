package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightson/models"
)

// rawSQLite is a SQLite file as another program opens it.
func rawSQLite(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestAFileThatIsNoDatabaseOfOursIsRefusedAndKept(t *testing.T) {
	for name, tt := range map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"text": {
			func(t *testing.T, path string) { writeAt(t, path, "store_id,status,timestamp_utc\n") },
			"is not a SQLite database. Restore it from a backup, or choose another data folder",
		},
		"a few bytes": {func(t *testing.T, path string) { writeAt(t, path, "SQL") }, "is not a SQLite database"},
		"another program's": {
			func(t *testing.T, path string) {
				if _, err := rawSQLite(t, path).Exec("CREATE TABLE songs (title TEXT)"); err != nil {
					t.Fatal(err)
				}
			},
			"is the database of another program: it has a table songs, and none of ours",
		},
		"a damaged one of ours": {
			func(t *testing.T, path string) {
				files := newFeeds(t, 300)
				runChild(t, append([]string{"load", files.polls, files.hours, files.zones}, on("", filepath.Dir(path))...)...)
				damage(t, path)
			},
			"is damaged: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, models.SQLiteFile)
			tt.make(t, path)
			before := read(t, path)
			out, err := command(t, append([]string{"serve", "--addr=127.0.0.1:0"}, on("", dir)...)...).CombinedOutput()
			if err == nil || !strings.Contains(string(out), path) || !strings.Contains(string(out), tt.want) {
				t.Errorf("%v: %s", err, out)
			}
			if lines := strings.Count(string(out), "\n"); lines != 1 {
				t.Errorf("%d lines are said:\n%s", lines, out)
			}
			const header = 100 // in which SQLite counts who opened it
			if after := read(t, path); len(after) != len(before) || len(after) > header && after[header:] != before[header:] {
				t.Errorf("the file of %d bytes was changed, and has %d", len(before), len(after))
			}
		})
	}
}

func writeAt(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// damage overwrites the page of a database file from which all polls are found.
func damage(t *testing.T, path string) {
	t.Helper()
	db := rawSQLite(t, path)
	var page, size int64
	if err := errors.Join(
		db.QueryRow("SELECT rootpage FROM sqlite_master WHERE name = 'poll_days'").Scan(&page),
		db.QueryRow("PRAGMA page_size").Scan(&size),
		db.Close(),
	); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, int(size)), (page-1)*size); err != nil {
		t.Fatal(err)
	}
}

// Bytes that are overwritten while the server runs cost it what was in them,
// and nothing more.
func TestADamagedFileIsToldInWordsAndTheServerGoesOn(t *testing.T) {
	files := newFeeds(t, 300)
	dir := t.TempDir()
	runChild(t, append([]string{"load", files.polls, files.hours, files.zones}, on("", dir)...)...)
	s := serve(t, "", dir)
	known := s.trigger("")
	s.csv(known)
	damage(t, filepath.Join(dir, models.SQLiteFile))
	asked := s.trigger(query("as_of", "2023-01-20T18:00:00Z"))
	until(t, "the report is final", func() bool { return s.theReport(asked).final() })
	if r := s.theReport(asked); r.State != "failed" || r.Error == nil || *r.Error != "The database file is damaged. Please try again." {
		t.Errorf("report is %s: %v", r.State, *r.Error)
	}
	for _, path := range []string{"/healthz", "/readyz", "/reports/" + asked} {
		if a := s.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %s\n%.300s", path, a.Status, a.body)
		}
	}
}

// While another program writes for long, pages are shown, reports are promised, and
// other work waits.
func TestALockedFileCostsNothingButTime(t *testing.T) {
	t.Parallel()
	files := newFeeds(t, 100)
	dir := t.TempDir()
	runChild(t, append([]string{"load", files.hours, files.zones}, on("", dir)...)...)
	s := serve(t, "", dir)
	locker, err := rawSQLite(t, filepath.Join(dir, models.SQLiteFile)).Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := locker.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/stores", "/reports", "/readyz"} {
		if a := s.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %s", path, a.Status)
		}
	}
	promised := s.trigger("")
	poll := `[{"store_id":"1","status":"active","timestamp_utc":"2023-01-25T15:30:00Z"}]`
	a := s.do(http.MethodPost, "/api/v1/polls", strings.NewReader(poll), header("Content-Type", "application/json"))
	// It waits for its turn to write, behind others that do.
	told := strings.Contains(a.body, "Please push these polls again in a few seconds.") || strings.Contains(a.body, "keeps the database file locked")
	if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !told {
		t.Errorf("a push: %s, Retry-After %q: %s", a.Status, a.Header.Get("Retry-After"), a.body)
	}
	if _, err := locker.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	s.csv(promised)
	imported := s.upload(files.polls)
	until(t, "the import is final", func() bool { return s.theImport(imported).final() })
	if i := s.theImport(imported); i.State != "complete" {
		t.Errorf("import is %s: %v", i.State, i.Error)
	}
	s.csv(s.trigger(""))
}
