package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// inventoryLine is what backup and restore print of a database.
var inventoryLine = regexp.MustCompile(`: (\d+) stores, (\d+) polls, (\d+) reports, (\d+) bytes, data version (\d+); checked\n`)

func inventoried(t *testing.T, out string) (found map[string]int64) {
	t.Helper()
	match := inventoryLine.FindStringSubmatch(out)
	if match == nil {
		t.Fatalf("printed %q", out)
	}
	found = map[string]int64{}
	for n, name := range []string{"stores", "polls", "reports", "bytes", "version"} {
		var number int64
		if _, err := fmt.Sscan(match[n+1], &number); err != nil {
			t.Fatal(err)
		}
		found[name] = number
	}
	return found
}

// While another process imports part after part, backups are made as fast as they
// can. Each, restored elsewhere, is the database at one of its versions.
func TestBackupsMadeUnderLoadAreWholeAndOfOneInstant(t *testing.T) {
	dir := t.TempDir()
	runChild(t, "demo", "--stores=100", dir)
	polls := deal(t, filepath.Join(dir, "store_status.csv"), 7)
	data := on("", t.TempDir())
	runChild(t, append([]string{"load", filepath.Join(dir, "menu_hours.csv"), filepath.Join(dir, "timezones.csv"), polls[0]}, data...)...)

	after := []string{runChild(t, append([]string{"report"}, data...)...)} // each part
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		for _, part := range polls[1:] {
			runChild(t, append([]string{"load", part}, data...)...)
			after = append(after, runChild(t, append([]string{"report"}, data...)...))
		}
	}()
	var backups []string
	for done := false; !done; {
		select {
		case <-loaded:
			done = true
		default:
		}
		path := filepath.Join(t.TempDir(), "backup.db")
		inventoried(t, mustRun(t, append([]string{"backup", path}, data...)...))
		backups = append(backups, path)
	}

	versions, running := map[int64]string{}, 0 // what each reports
	for n, path := range backups {
		if n%(1+len(backups)/12) != 0 && n != len(backups)-1 {
			continue
		}
		elsewhere := t.TempDir()
		found := inventoried(t, mustRun(t, append([]string{"restore", path}, on("", elsewhere)...)...))
		db := modelstest.OpenURL(t, "", elsewhere)
		imports, err := db.Imports(t.Context(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if imports[0].State == models.Running {
			running++
		}
		got, version := mustRun(t, append([]string{"report"}, on("", elsewhere)...)...), found["version"]
		if before, seen := versions[version]; !slices.Contains(after, got) || seen && got != before {
			t.Errorf("backup %d, of version %d, reports:\n%s", n, version, got)
		}
		versions[version] = got
	}
	t.Logf("%d backups of %d versions, %d of them in the middle of an import", len(backups), len(versions), running)
	if len(versions) < 3 {
		t.Errorf("backups of %d versions: too few to tell anything", len(versions))
	}
}

func TestTheDatabaseOfAServerIsBackedUpAndNotReplaced(t *testing.T) {
	files, dir := newFeeds(t, 20), t.TempDir()
	data := on("", dir)
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, data...)...)
	s := serve(t, "", dir)
	report := s.csv(s.trigger(""))
	path := filepath.Join(t.TempDir(), "backup.db")
	out := mustRun(t, append([]string{"backup", path}, data...)...)
	if found := inventoried(t, out); found["stores"] != 20 || found["reports"] != 1 || !strings.HasPrefix(out, path+": ") {
		t.Errorf("printed %q", out)
	}
	if _, _, err := lightson(t, append([]string{"restore", path}, data...)...); err == nil || !strings.Contains(err.Error(), "is being used; please stop the server") {
		t.Errorf("restored under a server: %v", err)
	}
	if again := s.csv(s.trigger("")); again != report {
		t.Error("the server does not say what it said")
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	out = mustRun(t, append([]string{"restore", path}, data...)...)
	if !strings.Contains(out, "the database that was there is now "+filepath.Join(dir, "lightson.db.before-restore-")) {
		t.Errorf("printed %q", out)
	}
	s = serve(t, "", dir)
	if again := s.csv(s.trigger("")); again != report {
		t.Error("after the restore the report is another")
	}
}

func TestPostgresIsBackedUpByItsOwnPrograms(t *testing.T) {
	for command, want := range map[string]string{
		"backup":  `pg_dump --format=custom --no-owner --file=FILE "$DATABASE_URL"`,
		"restore": `pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$DATABASE_URL" FILE`,
	} {
		if _, _, err := lightson(t, command, "file", "--database-url=postgres://127.0.0.1:1/x"); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", command, err, want)
		}
	}
}
