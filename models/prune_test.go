package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/uptime"
	"lightson/models/words"
)

// endedAgo makes a piece of work so many days old.
func endedAgo(t tb, db *models.DB, kind models.WorkKind, id string, days int) {
	t.Helper()
	ended := uptime.At(time.Now()).Add(-uptime.Micros(days)*uptime.Day - uptime.Minute)
	if err := modelstest.Exec(db, "UPDATE "+string(kind)+" SET created_at = ?, started_at = ?, finished_at = ? WHERE id = ?",
		ended-2, ended-1, ended, id); err != nil {
		t.Fatal(err)
	}
}

func TestReportsThatAreTooOldGoAndNoOthers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		var old []models.Report
		for range 45 { // more than one batch
			r := makeReport(t, db)
			endedAgo(t, db, models.ReportWork, r.ID, 30)
			old = append(old, r)
		}
		young := makeReport(t, db)
		endedAgo(t, db, models.ReportWork, young.ID, 29)
		said, _ := writtenReport(t, db, young.ID)
		failed := models.NewReport(models.FromPage, models.ReportScope{}, "")
		a, err := db.BeginReport(ctx, failed)
		if err = errors.Join(err, db.Fail(ctx, a, words.Said("No."))); err != nil {
			t.Fatal(err)
		}
		endedAgo(t, db, models.ReportWork, failed.ID, 30)
		// Asked for long ago, and not made yet: it is waited for.
		var waiting []string
		for n := range 2 {
			r := models.NewReport(models.FromPage, models.ReportScope{}, "")
			err := db.Update(ctx, func(tx *models.Tx) error { _, err := tx.AddReport(ctx, r); return err })
			if err == nil && n > 0 {
				_, err = db.Claim(ctx, models.ReportWork, r.ID)
			}
			if err = errors.Join(err, modelstest.Exec(db, "UPDATE reports SET created_at = 1 WHERE id = ?", r.ID)); err != nil {
				t.Fatal(err)
			}
			waiting = append(waiting, r.ID)
		}

		if pruned, err := db.PruneReports(ctx, 30); err != nil || pruned != 46 {
			t.Errorf("%d reports went, %v; want 46", pruned, err)
		}
		for _, r := range append(old, *failed) {
			if _, err := db.Report(ctx, r.ID); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("report %s: %v", r.ID, err)
			}
		}
		for _, id := range append(waiting, young.ID) {
			reportOf(t, db, id)
		}
		if again, _ := writtenReport(t, db, young.ID); again != said {
			t.Error("a report that stays says something else")
		}
		if parts, err := modelstest.Count(db, "report_parts"); err != nil || parts != 1 {
			t.Errorf("%d parts of reports are left, %v; want 1", parts, err)
		}
	})
}

func TestImportsAndRejectsThatAreTooOldGoAndNoOthers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		bad := make([]string, 5000) // a few pieces of rejects
		for n := range bad {
			bad[n] = fmt.Sprintf("%d,%s,2023-01-25 18:00:00 UTC", n, strings.Repeat("asleep ", 20))
		}
		file := pollsFile(append(bad, "1,active,2023-01-25 18:00:00 UTC")...)
		old, middle, young := load(t, db, file), load(t, db, file), load(t, db, file)
		for days, i := range map[int]models.Import{40: old, 20: middle, 5: young} {
			endedAgo(t, db, models.ImportWork, i.ID, days)
		}
		waiting := newImport("x")
		if err := db.Update(ctx, func(tx *models.Tx) error { return tx.AddImport(ctx, waiting) }); err != nil {
			t.Fatal(err)
		}
		if err := modelstest.Exec(db, "UPDATE imports SET created_at = 1 WHERE id = ?", waiting.ID); err != nil {
			t.Fatal(err)
		}
		version := dataVersion(t, db)
		if pruned, err := db.PruneImports(ctx, 30); err != nil || pruned != 1 {
			t.Errorf("%d imports went, %v; want 1", pruned, err)
		}
		if pruned, err := db.PruneRejects(ctx, 10); err != nil || pruned < 2 {
			t.Errorf("%d pieces of rejects went, %v; want all of one import", pruned, err)
		}
		if _, err := db.Import(ctx, old.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the oldest import: %v", err)
		}
		for _, left := range []struct {
			id      string
			rejects bool
		}{{middle.ID, false}, {young.ID, true}} {
			i, err := db.Import(ctx, left.id)
			if err != nil || len(i.Files) != 1 || i.Files[0].Rejected != 5000 || len(i.Files[0].Causes) != 1 {
				t.Fatalf("%+v, %v", i, err)
			}
			if kept, err := imports.RejectsKept(ctx, db, i.Files[0]); err != nil || kept != left.rejects {
				t.Errorf("rejects are kept: %t, %v; want %t", kept, err, left.rejects)
			}
		}
		if _, err := db.Import(ctx, waiting.ID); err != nil {
			t.Error("an import that waits:", err)
		}
		if got := dataVersion(t, db); got != version {
			t.Error("what was imported changed")
		}
	})
}

// Of demo data a page says that they are made up as long as they are there, but not
// that they can be removed where a later import, which may repeat them, is not known any more.
func TestTheRecordOfDemoDataStaysAsLongAsThey(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		brought := func(days int, demo bool, row string) models.Import {
			i := load(t, db, pollsFile(row))
			endedAgo(t, db, models.ImportWork, i.ID, days)
			if demo {
				if err := modelstest.Exec(db, "UPDATE imports SET source = ? WHERE id = ?", models.FromDemo, i.ID); err != nil {
					t.Fatal(err)
				}
			}
			return i
		}
		prune := func(want int64) {
			t.Helper()
			if pruned, err := db.PruneImports(ctx, 30); err != nil || pruned != want {
				t.Errorf("%d imports went, %v; want %d", pruned, err, want)
			}
		}
		undoable := func(id string) error {
			t.Helper()
			list, err := db.DemoImports(ctx)
			if err != nil || len(list) != 1 || list[0].ID != id {
				t.Fatalf("%d imports of demo data, %v", len(list), err)
			}
			all, err := imports.UndoStates(ctx, db, list)
			if err != nil {
				t.Fatal(err)
			}
			return all[0]
		}
		brought(60, false, "real,active,2023-01-24 18:00:00 UTC")
		made := brought(50, true, "demo,active,2023-01-25 18:00:00 UTC")
		prune(1)
		if state := undoable(made.ID); state != nil {
			t.Error("while nothing came after them, they cannot be removed:", state)
		}
		brought(40, false, "demo,active,2023-01-25 18:00:00 UTC\nreal,active,2023-01-26 18:00:00 UTC")
		prune(1)
		if state := undoable(made.ID); state == nil {
			t.Error("they can be removed although what repeated them is forgotten")
		}
		if err := modelstest.Exec(db, "UPDATE imports SET undone_at = 1 WHERE id = ?", made.ID); err != nil {
			t.Fatal(err)
		}
		prune(1)
	})
}

// Pages that are free are used again: the file of a SQLite database that keeps so
// many days grows to that size and no further, so nothing has to be given back.
func TestAFileThatIsPrunedStopsGrowing(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	const stores, days, keep = 300, 60, 20
	empty, err := db.Pages()
	if err != nil {
		t.Fatal(err)
	}
	var pages []int64 // beyond those of an empty database
	for day := range days {
		var rows []string
		for store := range stores {
			for hour := range 24 {
				rows = append(rows, townPoll{Store: fmt.Sprint(store), At: at("2023-01-01 00:00").Add(uptime.Micros(day)*uptime.Day + uptime.Micros(hour)*uptime.Hour), Active: hour > 3}.Row())
			}
		}
		load(t, db, pollsFile(rows...))
		prunePolls(t, db, keep)
		n, err := db.Pages()
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, n-empty)
	}
	full, last := pages[keep+3], pages[days-1]
	t.Logf("%d pages when the kept days were full, %d after %d days more", full, last, days-keep-4)
	if pages[keep] < 3*pages[0] || last > full+full/10 {
		t.Errorf("%d pages after %d days, %d after %d", full, keep+4, last, days)
	}
}
