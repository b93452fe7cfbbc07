package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/transfer"
)

// ways are from where to where tests copy.
var ways = [][2]modelstest.Kind{{modelstest.SQLite, modelstest.PostgreSQL}, {modelstest.PostgreSQL, modelstest.SQLite}, {modelstest.SQLite, modelstest.SQLite}}

// An emptyTarget is an empty database, as --to names it and as other commands do.
type emptyTarget struct {
	kind modelstest.Kind
	to   string
	on   []string
}

// eachWay runs body with a source that has demo data, and an empty target.
func eachWay(t *testing.T, stores int, body func(t *testing.T, from []string, target emptyTarget)) {
	t.Helper()
	for _, way := range ways {
		t.Run(string(way[0])+" to "+string(way[1]), func(t *testing.T) {
			t.Parallel()
			target := newTarget(t, way[1])
			url, dir := modelstest.URL(t, way[0])
			from := on(url, dir)
			feeds := newFeeds(t, stores)
			runChild(t, append([]string{"load", feeds.polls, feeds.hours, feeds.zones, feeds.names}, from...)...)
			body(t, from, target)
		})
	}
}

func newTarget(t *testing.T, kind modelstest.Kind) emptyTarget {
	t.Helper()
	url, dir := modelstest.URL(t, kind)
	to := url
	if url == "" {
		dir = filepath.Join(t.TempDir(), "new") // which the command makes
		to = dir
	}
	return emptyTarget{kind, to, on(url, dir)}
}

func TestADatabaseIsMovedThereAndBack(t *testing.T) {
	eachWay(t, 300, func(t *testing.T, from []string, target emptyTarget) {
		reported := func(on []string) string {
			return runChild(t, append([]string{"report", "--as-of=" + asOf, "--details"}, on...)...)
		}
		want := reported(from)
		out := runChild(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		if !strings.Contains(out, "stores                   300 rows  checksum ") || !strings.Contains(out, "read back, and found the same") || strings.Contains(out, "note:") {
			t.Errorf("copy said:\n%s", out)
		}
		if got := reported(target.on); got != want {
			t.Errorf("report of the copy:\n%s\nwant\n%s", got, want)
		}
		again := filepath.Join(t.TempDir(), "again")
		back := runChild(t, append([]string{"copy", "--to=" + again}, target.on...)...)
		if reported(on("", again)) != want {
			t.Error("the report of the copy of the copy is another one")
		}
		for line := range strings.Lines(out) {
			table, _, _ := strings.Cut(line, " ")
			if strings.Contains(line, "checksum") && table != "audit" && !strings.HasPrefix(table, "report") && !strings.Contains(back, line) {
				t.Errorf("copied back there is no line %sin\n%s", line, back)
			}
		}
		db := openOn(t, target.on)
		defer db.Close()
		var audited []string
		if err := db.GORM(t.Context()).Raw("SELECT action FROM audit WHERE who_kind = 'command' ORDER BY id").Scan(&audited).Error; err != nil || !slices.Contains(audited, "database.copy") {
			t.Errorf("the audit log of the copy has %q, %v", audited, err)
		}
		c := command(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		if text, err := c.CombinedOutput(); err == nil || !strings.Contains(string(text), "the target is not empty, and nothing was changed: it has rows in stores (300)") {
			t.Errorf("copied once more: %v\n%s", err, text)
		}
	})
}

// openOn opens the database that flags name.
func openOn(t *testing.T, on []string) *models.DB {
	t.Helper()
	db, err := models.Open(t.Context(), strings.TrimPrefix(on[0], "--database-url="), strings.TrimPrefix(on[1], "--data="))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestAKilledCopyLeavesTheTargetEmptyOrWhole(t *testing.T) {
	const kills = 6
	eachWay(t, 1500, func(t *testing.T, from []string, target emptyTarget) {
		source := openOn(t, from)
		defer source.Close()
		report := modelstest.MakeReport(t, source)
		want, _ := modelstest.CSVs(t, modelstest.SnapshotAt(t, source, 0))
		began := time.Now()
		runAnyChild(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		takes := time.Since(began)

		target = newTarget(t, target.kind)
		empty, whole := 0, 0
		for n := range kills {
			child := command(t, append([]string{"copy", "--to=" + target.to}, from...)...)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(rand.N(takes + takes/10))
			_ = child.Process.Kill()
			_ = child.Wait()

			db := openOn(t, target.on)
			until(t, "the killed copy is gone", func() bool {
				used, err := db.UsedByOthers(t.Context())
				return err == nil && !used && db.Ready(t.Context()) == nil || target.kind == modelstest.SQLite
			})
			err := transfer.Check(t.Context(), source, db)
			if err == nil { // it may even be without tables
				empty++
				_ = db.Close()
				continue
			}
			if !errors.As(err, new(transfer.NotEmptyError)) {
				t.Fatalf("kill %d: %v", n, err)
			}
			whole++
			if got, _ := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0)); got != want {
				t.Errorf("kill %d: the target is neither empty nor whole", n)
			}
			if old, _ := modelstest.WrittenReport(t, db, report.ID); old != want {
				t.Errorf("kill %d: the report of before is another one", n)
			}
			_ = db.Close()
			target = newTarget(t, target.kind)
		}
		t.Logf("%d kills left the target empty, %d whole", empty, whole)
		runAnyChild(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		db := openOn(t, target.on)
		defer db.Close()
		if got, _ := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0)); got != want {
			t.Error("the copy after the kills is not whole")
		}
	})
}

// runAnyChild runs a command that is to succeed and may say something.
func runAnyChild(t *testing.T, args ...string) {
	t.Helper()
	if out, err := command(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("lightson %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestAServerGoesOnWhileItsDatabaseIsCopied(t *testing.T) {
	eachWay(t, 200, func(t *testing.T, from []string, target emptyTarget) {
		url, dir := strings.TrimPrefix(from[0], "--database-url="), strings.TrimPrefix(from[1], "--data=")
		s := serve(t, url, dir)
		csv := s.csv(s.trigger(query("as_of", asOf)))
		out := runChild(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		if !strings.Contains(out, "note: a server or another command has the source open") {
			t.Errorf("copy said:\n%s", out)
		}
		if s.csv(s.trigger(query("as_of", asOf))) != csv {
			t.Error("the server gives another report now")
		}
		if got := runChild(t, append([]string{"report", "--as-of=" + asOf}, target.on...)...); got != csv {
			t.Errorf("report of the copy:\n%s\nwant\n%s", got, csv)
		}
	})
}

// What waits in the queue of the source is done by a server of the target.
func TestWorkThatWaitsIsDoneAfterAMove(t *testing.T) {
	eachWay(t, 50, func(t *testing.T, from []string, target emptyTarget) {
		source := openOn(t, from)
		queued := modelstest.NewReport("moved")
		queued.State = models.Queued
		err := modelstest.Exec(source, "INSERT INTO reports (id, idempotency_key, source, state, created_at) VALUES (?, 'api:moved', 'api', 'queued', 1)", queued.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := source.Close(); err != nil {
			t.Fatal(err)
		}
		dir := strings.TrimPrefix(from[1], "--data=")
		waiting := filepath.Join(dir, "files", "imports", "some", "1.csv")
		if err := os.MkdirAll(filepath.Dir(waiting), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(waiting, []byte("store_id"), 0o600); err != nil {
			t.Fatal(err)
		}
		out := runChild(t, append([]string{"copy", "--to=" + target.to}, from...)...)
		newDir := strings.TrimPrefix(target.on[1], "--data=")
		if target.kind == modelstest.SQLite {
			if modelstest.ReadFile(t, filepath.Join(newDir, "files", "imports", "some", "1.csv")) != "store_id" || !strings.Contains(out, "1 files that wait were copied") {
				t.Errorf("copy said:\n%s", out)
			}
		} else if !strings.Contains(out, fmt.Sprintf("files that wait for their import stay in %s", filepath.Join(dir, "files"))) {
			t.Errorf("copy said:\n%s", out)
		}
		s := serve(t, strings.TrimPrefix(target.on[0], "--database-url="), newDir)
		if csv := s.csv(queued.ID); !strings.HasPrefix(csv, "store_id,") || strings.Count(csv, "\n") != 51 {
			t.Errorf("the report that waited:\n%s", csv)
		}
	})
}

func TestACopyNeedsASourceAndAnotherTarget(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ to, want string }{
		{filepath.Join(dir, "other"), "there is no database at " + filepath.Join(dir, models.SQLiteFile)},
		{dir, "--to: expected another folder than that of the database itself"},
		{filepath.Join(dir, models.SQLiteFile), "--to: expected another folder than that of the database itself"},
		{"mysql://joe:geheim77@host/x", "found mysql://…"},
	} {
		source := dir
		if strings.Contains(c.to, "mysql") {
			_, source = modelstest.URL(t, modelstest.SQLite)
		}
		var out, stderr bytes.Buffer
		err := run(t.Context(), append([]string{"copy", "--to=" + c.to}, on("", source)...), &out, &stderr)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "geheim77") {
			t.Errorf("--to=%s: %v; want %s", c.to, err, c.want)
		}
	}
}
