package imports_test

import (
	"errors"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// rowsOf counts the rows of a table.
func rowsOf(t *testing.T, db *models.DB, table string) int64 {
	t.Helper()
	n, err := modelstest.Count(db, table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// execAll runs statements that the program itself never runs.
func execAll(t *testing.T, db *models.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := modelstest.Exec(db, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAJournalWhoseImportIsGoneDoesNotStopTheNext(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		execAll(t, db, "DELETE FROM import_rejects", "DELETE FROM import_files", "DELETE FROM imports")
		if rowsOf(t, db, "import_journal") == 0 {
			t.Fatal("there is no journal that could be in the way")
		}
		load(t, db, pollsFile("2,active,2023-01-25 18:00:00 UTC"))
		if got := len(snapshotAt(t, db, 0).Stores); got != 2 {
			t.Errorf("%d stores, want 2", got)
		}
	})
}

func TestDeletingImportsTakesTheirJournalsAlong(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		old := rowsOf(t, db, "import_journal")
		execAll(t, db, "UPDATE imports SET created_at = 1, finished_at = 1")
		kept := load(t, db, pollsFile("2,active,2023-01-25 18:00:00 UTC"))
		if n, err := db.PruneImports(ctx, 1); err != nil || n != 1 {
			t.Fatalf("%d imports deleted, %v; want 1", n, err)
		}
		if got := rowsOf(t, db, "import_journal"); old == 0 || got == 0 || got > old {
			t.Errorf("%d parts of journals are left, %d were of the deleted import", got, old)
		}
		if _, err := imports.Undo(ctx, db, kept.ID, "ana"); err != nil {
			t.Errorf("the import that is kept cannot be undone: %v", err)
		}
		if got := rowsOf(t, db, "import_journal"); got != 0 {
			t.Errorf("%d parts of journals are left that are of no import", got)
		}
	})
}

func TestAnImportWhosePollsArePartlyDeletedCannotBeUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, pollsFile("1,active,2023-01-20 18:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC"))
		execAll(t, db, "UPDATE data_versions SET kept_from = 1674432000000000") // 23 January
		_, err := imports.Undo(ctx, db, i.ID, "ana")
		var refused imports.UndoError
		if !errors.As(err, &refused) || !strings.Contains(refused.Error(), "its polls of 20 Jan 2023 were deleted because of their age") {
			t.Errorf("%v", err)
		}
		if got := len(snapshotAt(t, db, 0).Stores); got != 1 {
			t.Errorf("%d stores after it was refused, want 1", got)
		}
	})
}
