package imports_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// whyNot is what is said of an import before anyone tries to undo it; the zero
// UndoError where it can be undone.
func whyNot(t tb, db *models.DB, i models.Import) (refused imports.UndoError) {
	t.Helper()
	states, err := imports.UndoStates(ctx, db, []models.Import{i})
	if err != nil || len(states) != 1 {
		t.Fatalf("%d states, %v", len(states), err)
	}
	errors.As(states[0], &refused)
	return refused
}

func TestAnImportThatChangedNothingStandsInNobodysWay(t *testing.T) {
	first := []string{
		pollsFile("1,active,2023-01-25 18:00:00 UTC"), hoursFile("1,0,09:00,17:00"), zonesFile("1,Asia/Beirut"),
		lines("store_id,name", []string{"1,Bar"}),
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		empty := tables(t, db)
		for n, again := range [][]string{
			first, first[:1], first[1:2], first[2:3], first[3:],
			{pollsFile("1,asleep,2023-01-25 18:00:00 UTC")}, // nothing but rejects
		} {
			i := load(t, db, first...)
			nothing := load(t, db, again...)
			if why := refuse(t, db, nothing); why != "This import changed nothing, so there is nothing to undo." {
				t.Errorf("%d: %s", n, why)
			}
			if pushed := push(t, db, "1,active,2023-01-25 18:00:00"); pushed.Import != "" {
				t.Errorf("%d: a push of what is known is recorded", n)
			}
			if why := whyNot(t, db, i); why != (imports.UndoError{}) {
				t.Errorf("%d: %+v", n, why)
			}
			undo(t, db, i)
			if diff := cmp.Diff(empty, tables(t, db)); diff != "" {
				t.Errorf("%d: want -, got +:\n%s", n, diff)
			}
		}
	})
}

// An import that changed nothing is no proof that its bytes are in the data, because
// those that brought them can be undone.
func TestBytesThatChangedNothingAreReadAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"))
		nothing := load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		if err := modelstest.Exec(db, "UPDATE import_files SET sha256 = import_id"); err != nil {
			t.Fatal(err)
		}
		undo(t, db, i)
		same := models.ImportFile{SHA256: nothing.ID, Size: nothing.Files[0].Size}
		if _, is, err := imports.SameAs(ctx, db, "", []models.ImportFile{same}); is || err != nil {
			t.Errorf("taken for known: %v, %v", is, err)
		}
	})
}

func TestPollsBefore1970CanBeUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		before := facts(t, db)
		for _, row := range []string{"1,active,1969-07-20 20:17:40 UTC", "1,active,1970-01-01 00:00:00 UTC", "2,inactive,1969-12-31 23:59:59.999999 UTC"} {
			undo(t, db, load(t, db, pollsFile(row)))
			if diff := cmp.Diff(before, facts(t, db)); diff != "" {
				t.Errorf("%s: want -, got +:\n%s", row, diff)
			}
		}
	})
}

func TestTheFirstDeletedDayIsNamed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for day := 20; day > 10; day-- {
			rows = append(rows, fmt.Sprintf("1,active,2023-01-%d 18:00:00 UTC", day))
		}
		known := load(t, db, pollsFile("1,active,2023-01-05 18:00:00 UTC"))
		i := load(t, db, pollsFile(append(rows, "1,active,2023-01-05 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC")...))
		execAll(t, db, "UPDATE data_versions SET kept_from = 1674432000000000") // 23 January
		why := refuse(t, db, i)
		if !strings.Contains(why, "its polls of 11 Jan 2023 were deleted") || whyNot(t, db, i).Error() != why {
			t.Error(why)
		}
		if why := refuse(t, db, known); !strings.Contains(why, "its polls of 5 Jan 2023 were deleted") {
			t.Error(why)
		}
	})
}

func TestUndoWaitsForARunningImport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, zonesFile("1,UTC"))
		running, err := db.BeginImport(ctx, newImport("x"))
		if err != nil {
			t.Fatal(err)
		}
		why := refuse(t, db, i)
		if told := whyNot(t, db, i); told.Error() != why || told.Blocking != running.ID || !strings.Contains(why, " is running and ") {
			t.Errorf("%+v, then %s", told, why)
		}
		for name, lease := range map[string]time.Duration{"its worker died": -time.Second, "its clock is five hours ahead": 5 * time.Hour} {
			execAll(t, db, fmt.Sprintf("UPDATE imports SET lease_until = %d WHERE state = 'running'", time.Now().Add(lease).UnixMicro()))
			if told := whyNot(t, db, i); told != (imports.UndoError{}) {
				t.Errorf("%s: %+v", name, told)
			}
		}
		undo(t, db, i)
	})
}

func TestTheImportInTheWayIsNamed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		pushed := push(t, db, "1,active,2023-01-25 19:00:00", "2,active,2023-01-25 19:00:00")
		later := load(t, db, pollsFile("2,active,2023-01-25 18:00:00 UTC"))
		if told := whyNot(t, db, i); told.Blocking != pushed.Import || !strings.Contains(told.Error(), "such as store 1 on 25 Jan 2023") {
			t.Errorf("%+v, want import %s", told, pushed.Import)
		}
		if told := whyNot(t, db, later); told != (imports.UndoError{}) {
			t.Errorf("%+v", told)
		}
	})
}

func TestPushesOfAnHourAreUndoneTogether(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 10:00:00 UTC", "2,active,2023-01-25 10:00:00 UTC"))
		before := tables(t, db)
		pusher := imports.NewPusher(db)
		ids := map[string]bool{}
		for n := range 200 {
			if n == 120 {
				pusher = imports.NewPusher(db) // the server was started again
			}
			pushed, err := tryPushBy(pusher, fmt.Sprintf("1,active,2023-01-25 11:%02d:%02d", n/60, n%60), fmt.Sprintf("%d,inactive,2023-01-24 10:00:%02d", n%9, n%60))
			if err != nil {
				t.Fatal(err)
			}
			ids[pushed.Import] = true
		}
		if len(ids) > 2 { // two, where the hour ends just now
			t.Fatalf("%d imports", len(ids))
		}
		for range ids {
			for id := range ids {
				if ids[id] = !tryUndo(t, db, id); !ids[id] {
					delete(ids, id)
				}
			}
		}
		if diff := cmp.Diff(before, tables(t, db)); diff != "" || len(ids) > 0 {
			t.Errorf("%d cannot be undone; want -, got +:\n%s", len(ids), diff)
		}
	})
}

// A store that is polled all day has its earlier polls in the journal once, and not
// at each push.
func TestTheJournalOfPushesIsSmall(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 1000 {
			rows = append(rows, "1,active,"+stamp(at("2023-01-25 00:00").Add(uptime.Micros(n)*uptime.Minute)))
		}
		load(t, db, pollsFile(rows...))
		pusher := imports.NewPusher(db)
		for n := range 300 {
			if _, err := tryPushBy(pusher, "1,active,"+stamp(at("2023-01-25 20:00").Add(uptime.Micros(n)*uptime.Second))); err != nil {
				t.Fatal(err)
			}
		}
		if parts := rowsOf(t, db, "import_journal"); parts > 4 {
			t.Errorf("%d parts of journals of 300 pushes", parts)
		}
	})
}

func TestPushesAfterAnotherImportAreAnother(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		first := push(t, db, "1,active,2023-01-25 10:00:00")
		between := load(t, db, pollsFile("1,active,2023-01-25 11:00:00 UTC"))
		last := push(t, db, "1,active,2023-01-25 12:00:00")
		if last.Import == first.Import {
			t.Fatal("neither the pushes nor the import between them could be undone")
		}
		for _, id := range []string{last.Import, between.ID, first.Import} {
			if !tryUndo(t, db, id) {
				t.Errorf("%s cannot be undone", id)
			}
		}
		if again := push(t, db, "1,active,2023-01-25 10:00:00"); again.Import == first.Import || again.Kept != 1 {
			t.Errorf("pushed again: %+v", again)
		}
	})
}

func TestPushesOfManyHoursDoNotUseUpTheUndoOfFiles(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, zonesFile("1,UTC"))
		hour := func(n int) models.Import {
			pushed := push(t, db, fmt.Sprintf("2,active,2023-01-25 10:00:%02d.%d", n%60, n/60))
			execAll(t, db, fmt.Sprintf("UPDATE imports SET created_at = %d WHERE source = 'push'", time.Now().Add(-2*time.Hour).UnixMicro()))
			i, err := db.Import(ctx, pushed.Import)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		first := hour(0)
		for n := 1; n < imports.PushesKept; n++ {
			hour(n)
		}
		if told := whyNot(t, db, i); told != (imports.UndoError{}) {
			t.Errorf("after %d hours of pushes: %+v", imports.PushesKept, told)
		}
		hour(imports.PushesKept)
		for _, old := range []models.Import{i, first} {
			if told := whyNot(t, db, old); told.Short != "Too long ago" {
				t.Errorf("after one more: %+v", told)
			}
		}
		if got := rowsOf(t, db, "import_journal"); got > 2*int64(imports.PushesKept) {
			t.Errorf("%d parts of journals", got)
		}
	})
}
