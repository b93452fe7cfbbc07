package imports_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// A step is an import of files or a push.
type step struct {
	files []string // nil: a push
	rows  []string // of a push
	id    string   // of its import; empty where it changed nothing
}

func drawStep(t *rapid.T) step {
	if rapid.Bool().Draw(t, "files") {
		return step{files: drawFiles(t)}
	}
	row := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%s,%s,2023-01-%02d %02d:00:00,%s", rapid.SampledFrom([]string{"1", "2", "4"}).Draw(t, "store"),
			rapid.SampledFrom([]string{"active", "inactive", "asleep"}).Draw(t, "status"),
			rapid.IntRange(23, 24).Draw(t, "day"), rapid.IntRange(0, 3).Draw(t, "hour"), rapid.SampledFrom([]string{"", "paused", "holiday"}).Draw(t, "reason"))
	})
	return step{rows: rapid.SliceOfN(row, 1, 4).Draw(t, "rows")}
}

// take does a step and notes its import.
func (s *step) take(t tb, db *models.DB, pusher *imports.Pusher) {
	t.Helper()
	if s.files != nil {
		// By the rule, it depends on other imports' polls from when on hours hold.
		i := loadFrom(t, db, "always", s.files...)
		if s.id = i.ID; i.MergeNumber == 0 {
			s.id = ""
		}
		return
	}
	pushed, err := tryPushBy(pusher, s.rows...)
	if err != nil {
		t.Fatal(err)
	}
	s.id = pushed.Import
}

// tryUndo undoes an import unless that is refused, and holds what was said before to
// what happens.
func tryUndo(t tb, db *models.DB, id string) (undone bool) {
	t.Helper()
	i, err := db.Import(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	states, err := imports.UndoStates(ctx, db, []models.Import{i})
	if err != nil {
		t.Fatal(err)
	}
	_, err = imports.Undo(ctx, db, id, "ana")
	var refused, told imports.UndoError
	if err != nil && !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if (err == nil) != (states[0] == nil) || errors.As(states[0], &told) && told != refused {
		t.Fatalf("said before: %v; then: %v", states[0], err)
	}
	return err == nil
}

// Whatever the order of imports, pushes and undos, the data are as if what was
// undone had never been.
func TestUndoInAnyOrderLeavesTheOthers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			pusher := imports.NewPusher(db)
			var steps []step
			undone := map[string]bool{"": true}
			for range rapid.IntRange(2, 9).Draw(t, "steps") {
				if n := rapid.IntRange(0, 2*len(steps)).Draw(t, "undo"); n < len(steps) {
					if id := steps[n].id; !undone[id] && tryUndo(t, db, id) {
						undone[id] = true
					}
					continue
				}
				s := drawStep(t)
				s.take(t, db, pusher)
				steps = append(steps, s)
			}
			got := facts(t, db)
			wipe(t, db)
			for _, s := range steps {
				if !undone[s.id] {
					s.take(t, db, imports.NewPusher(db))
				}
			}
			if diff := cmp.Diff(facts(t, db), got); diff != "" {
				t.Fatalf("want -, got +:\n%s", diff)
			}
		})
	})
}
