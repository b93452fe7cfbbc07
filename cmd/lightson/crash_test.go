package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// crashes is how many times a server dies on each database.
const crashes = 3

// asOf is the instant of all reports of these tests, so that only the data differ.
const asOf = "2023-01-25T18:00:00Z"

// A course is data that come in several parts, with the report after each.
type course struct {
	first []string // files
	parts []string // polls files
	after []string // reports: of the first files, then of each part
}

// newCourse makes data that take long enough to load to be interrupted.
func newCourse(t *testing.T, stores, parts int) course {
	t.Helper()
	dir := t.TempDir()
	runChild(t, "demo", fmt.Sprint("--stores=", stores), dir)
	c := course{first: []string{filepath.Join(dir, "menu_hours.csv"), filepath.Join(dir, "timezones.csv")}}
	polls := deal(t, filepath.Join(dir, "store_status.csv"), parts+1)
	c.first, c.parts = append(c.first, polls[0]), polls[1:]

	db := on("", t.TempDir())
	for _, files := range append([][]string{c.first}, wrap(c.parts)...) {
		runChild(t, append(append([]string{"load"}, files...), db...)...)
		c.after = append(c.after, runChild(t, append([]string{"report", "--as-of=" + asOf}, db...)...))
	}
	return c
}

func wrap(files []string) (lists [][]string) {
	for _, file := range files {
		lists = append(lists, []string{file})
	}
	return lists
}

// deal deals the rows of a CSV file out to several.
func deal(t *testing.T, path string, parts int) (paths []string) {
	t.Helper()
	src, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	lines := bufio.NewScanner(src)
	lines.Scan()
	header := lines.Text()
	var files []*bufio.Writer
	for n := range parts {
		paths = append(paths, fmt.Sprintf("%s.%d", path, n))
		f, err := os.Create(paths[n])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, bufio.NewWriter(f))
		fmt.Fprintln(files[n], header)
	}
	for n := 0; lines.Scan(); n++ {
		_, _ = files[n%parts].Write(append(lines.Bytes(), '\n'))
	}
	for _, f := range files {
		if err := f.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

func TestACrashLosesNothing(t *testing.T) {
	data := newCourse(t, 6000, crashes)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		runChild(t, append(append([]string{"load"}, data.first...), on(url, dir)...)...)
		s := serve(t, url, dir)
		for n, part := range data.parts {
			before, after := data.after[n], data.after[n+1]
			imported := s.upload(part)
			asked := s.trigger(query("as_of", asOf))
			if n%2 == 0 {
				until(t, "the import runs", func() bool { w := s.theImport(imported); return w.State == "running" || w.final() })
				time.Sleep(rand.N(400 * time.Millisecond))
			} else {
				until(t, "the report runs", func() bool { w := s.theReport(asked); return w.State == "running" || w.final() })
				time.Sleep(rand.N(100 * time.Millisecond))
			}
			s.kill()

			s = serve(t, url, dir)
			if csv := s.csv(s.trigger(query("as_of", asOf))); csv != before && csv != after {
				t.Errorf("crash %d: a report at once afterwards is neither of the data before nor after:\n%s", n, csv)
			}
			if n > 0 {
				endLeases(t, url, dir) // the first crash has shown that they end by themselves
			}
			until(t, "the import is final", func() bool { return s.theImport(imported).final() })
			if i := s.theImport(imported); i.State != "complete" || i.Progress.Done != i.Progress.Total {
				t.Errorf("crash %d: import is %s, %d of %d bytes: %v", n, i.State, i.Progress.Done, i.Progress.Total, i.Error)
			}
			if csv := s.csv(asked); csv != before && csv != after {
				t.Errorf("crash %d: the report asked for before is neither of the data before nor after:\n%s", n, csv)
			}
			if s.csv(s.trigger(query("as_of", asOf))) != after {
				t.Errorf("crash %d: the report after the import is not the one of its data", n)
			}
		}
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		nothingLeft(t, dir)
		tellAttempts(t, url, dir, crashes)
	})
}

// endLeases makes dead workers be missed at once. A living one renews its lease.
func endLeases(t *testing.T, url, dir string) {
	t.Helper()
	db, err := models.Open(t.Context(), url, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []models.WorkKind{models.ImportWork, models.ReportWork} {
		statement := fmt.Sprintf("UPDATE %s SET lease_until = 0 WHERE state = 'running' AND attempt = 1", table)
		if pool := db.Postgres(); pool != nil {
			_, err = pool.Exec(t.Context(), statement)
		} else {
			_, err = db.SQLite().ExecContext(t.Context(), statement)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// nothingLeft checks that the data folder has no files of imports any more.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left := fileNames(t, filepath.Join(dir, "files", "imports")); len(left) > 0 {
		t.Errorf("files of imports are left: %v", left)
	}
}

// tellAttempts logs how many of the faults met an import or a report.
func tellAttempts(t *testing.T, url, dir string, faults int) {
	t.Helper()
	db := modelstest.OpenURL(t, url, dir)
	imports, err := db.Imports(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	reports, err := db.Reports(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	met := [2]int{}
	for _, i := range imports {
		met[0] += max(i.Attempt-1, 0)
	}
	for _, r := range reports {
		met[1] += max(r.Attempt-1, 0)
	}
	t.Logf("%d faults met %d imports and %d reports", faults, met[0], met[1])
}
