package jobs_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightson/models"
)

func TestTheStageIsClearedOfWhatDeadServersLeft(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		waiting := d.takeIn(polls) // nobody works: its files wait
		over := d.takeIn(polls)    // its server died before it cleared up
		if _, err := db.Cancel(t.Context(), models.ImportWork, over); err != nil {
			t.Fatal(err)
		}
		imports := filepath.Join(d.settings.Dir, "imports")
		long := time.Now().Add(-48 * time.Hour)
		for name, touched := range map[string]time.Time{
			"01a20937-0000-7000-8000-000000000001": long,
			"01a20937-0000-7000-8000-000000000002": time.Now(),
			waiting:                                long,
		} {
			dir := filepath.Join(imports, name)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(dir, touched, touched); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.CleanStage(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, err := filepath.Glob(filepath.Join(imports, "*"))
		if err != nil || len(left) != 2 {
			t.Errorf("left: %v, %v; want the one that is arriving and the one that waits", left, err)
		}
	})
}
