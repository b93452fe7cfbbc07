package jobs_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"lightson/models"
)

// preview takes files as a preview.
func (d *desk) preview(texts ...string) string {
	d.t.Helper()
	i := models.NewImport(models.FromPage)
	if err := d.Take(d.t.Context(), i, uploads(texts...), func() bool { return true }); err != nil {
		d.t.Fatal(err)
	}
	return i.ID
}

func TestAPreviewWaitsForAYes(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		id := d.preview(polls, hours, zones)
		die(t, db)
		if err := d.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		i, err := db.Import(t.Context(), id)
		if err != nil || i.State != models.Previewed || i.Preview.Kept != 6 || i.Attempt != 0 {
			t.Fatalf("%+v, %v", i, err)
		}
		if stores := query(t, db, "SELECT count(*) FROM stores"); stores != 0 {
			t.Fatalf("%d stores of a preview", stores)
		}
		if err := d.Confirm(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if i := d.theImport(id); i.State != models.Complete || i.Counts != i.Preview.Counts {
			t.Errorf("%s %+v, previewed %+v", i.State, i.Counts, i.Preview.Counts)
		}
		if err := d.Confirm(t.Context(), id); !errors.Is(err, models.ErrNotPreview) {
			t.Errorf("confirmed twice: %v", err)
		}
		until(t, "the staged files are gone", func() bool { return len(files(t, d.settings.Dir)) == 0 })
	})
}

// What was ahead of the clock when the import was asked for stays rejected.
func TestAPreviewAndItsImportAgreeAboutTheClock(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		var ahead atomic.Int64
		d := newDesk(t, db)
		d.SetClock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
		d.start()
		soon := time.Now().Add(15 * time.Minute).UTC().Format("2006-01-02 15:04:05")
		id := d.preview(polls + "one,active," + soon + "\n")
		ahead.Store(int64(time.Hour))
		if err := d.Confirm(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if i := d.theImport(id); i.Rejected != 1 || i.Counts != i.Preview.Counts {
			t.Errorf("%+v, previewed %+v", i.Counts, i.Preview.Counts)
		}
	})
}

func TestAnOldPreviewIsDiscarded(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		old, confirmed := d.preview(polls), d.preview(zones)
		execute(t, db, "UPDATE imports SET created_at = created_at - 90000000000") // a day and an hour
		young := d.preview(hours)
		if err := d.Confirm(t.Context(), confirmed); err != nil {
			t.Fatal(err)
		}
		if err := d.DiscardOldPreviews(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]models.State{old: models.Cancelled, confirmed: models.Queued, young: models.Previewed} {
			if i, err := db.Import(t.Context(), id); err != nil || i.State != want {
				t.Errorf("%s is %s, want %s", id, i.State, want)
			}
		}
		if left := files(t, d.settings.Dir); len(left) != 2 {
			t.Errorf("files %v, want those of two imports", left)
		}
	})
}

// Servers that share a database need not share a disk.
func TestAConfirmedPreviewIsDoneByTheServerThatHasItsFiles(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		one, other := newDesk(t, db).start(), newDesk(t, db).start()
		id := one.preview(polls)
		execute(t, db, "UPDATE imports SET created_at = created_at - 3600000000")
		if err := other.PreviewAgain(t.Context(), id); !errors.Is(err, models.ErrElsewhere) {
			t.Errorf("previewed without its files: %v", err)
		}
		if err := other.Confirm(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if i := one.theImport(id); i.State != models.Complete || i.Kept != 3 {
			t.Errorf("%s: %s", i.State, i.Error)
		}
		discarded := one.preview(zones)
		if err := other.Discard(t.Context(), discarded); err != nil {
			t.Fatal(err)
		}
		if err := one.CleanStage(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, "the staged files are gone", func() bool { return len(files(t, one.settings.Dir)) == 0 })
	})
}
