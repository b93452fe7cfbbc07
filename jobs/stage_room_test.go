package jobs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// stagedBytes is what lies on the disk for imports.
func (d *desk) stagedBytes() (sum int64) {
	d.t.Helper()
	for _, path := range files(d.t, d.settings.Dir) {
		info, err := os.Stat(filepath.Join(d.settings.Dir, path))
		if err != nil {
			d.t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}

// limitedDesk may stage so many bytes.
func limitedDesk(t *testing.T, db *models.DB, limit int64) *desk {
	t.Helper()
	dir := t.TempDir()
	settings := newDesk(t, db).settings
	settings.Dir, settings.Inbox, settings.StageLimit = filepath.Join(dir, "files"), filepath.Join(dir, "inbox"), limit
	return newDeskIn(t, db, settings)
}

var manyPolls = "store_id,status,timestamp_utc\n" + strings.Repeat("1,active,2023-01-25 18:00:00 UTC\n", 30_000)

func TestAnArchiveIsStagedPacked(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		packed := zipped(t, "polls.csv", manyPolls)
		fromArchive, plain := d.preview(packed), d.preview(manyPolls)
		i, err := db.Import(t.Context(), fromArchive)
		if err != nil || i.Total != int64(len(manyPolls)) || i.Preview.Rows != 30_000 {
			t.Fatalf("%d bytes, %d rows, %v", i.Total, i.Preview.Rows, err)
		}
		same, err := db.Import(t.Context(), plain)
		if err != nil || same.Files[0].SHA256 != i.Files[0].SHA256 || same.Files[0].Size != i.Files[0].Size {
			t.Errorf("packed %+v, plain %+v, %v", i.Files[0], same.Files[0], err)
		}
		if err := d.Discard(t.Context(), plain); err != nil {
			t.Fatal(err)
		}
		if held := d.stagedBytes(); held > 50*int64(len(packed)) || held > int64(len(manyPolls))/20 {
			t.Errorf("sent %d bytes of %d, held %d", len(packed), len(manyPolls), held)
		}
		d.start()
		if err := d.Confirm(t.Context(), fromArchive); err != nil {
			t.Fatal(err)
		}
		if i := d.theImport(fromArchive); i.State != models.Complete || i.Rows != 30_000 || i.Kept != 1 {
			t.Errorf("import is %s with %d rows, %s", i.State, i.Rows, i.Error)
		}
	})
}

func TestWhatIsStagedIsBounded(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	d := limitedDesk(t, db, 2*int64(len(manyPolls))+100)
	take := func(texts ...string) error {
		i := models.NewImport(models.FromPage)
		return d.Take(t.Context(), i, uploads(texts...), func() bool { return true })
	}
	first, second := d.preview(manyPolls), d.preview(manyPolls)
	for name, text := range map[string]string{"a third": manyPolls, "an archive": zipped(t, "polls.csv", manyPolls, "hours.csv", hours)} {
		var noRoom models.NoRoom
		if err := take(text); !errors.As(err, &noRoom) || !strings.Contains(noRoom.Error(), "LIGHTSON_STAGE_LIMIT") {
			t.Errorf("%s: %v", name, err)
		}
		i := models.NewImport(models.FromAPI)
		if _, err := d.DryRun(t.Context(), i, uploads(text)); !errors.As(err, &noRoom) {
			t.Errorf("%s, as a dry run: %v", name, err)
		}
	}
	if held := d.stagedBytes(); held != 2*int64(len(manyPolls)) {
		t.Errorf("%d bytes are held, want those of two", held)
	}
	if err := d.Discard(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	third := d.preview(manyPolls)

	// Another process removes one, and a restart counts what is there.
	if err := os.RemoveAll(filepath.Join(d.settings.Dir, "imports", second)); err != nil {
		t.Fatal(err)
	}
	if err := take(manyPolls); err != nil {
		t.Errorf("what somebody else removed still counts: %v", err)
	}
	again := newDeskIn(t, db, d.settings)
	if err := again.Take(t.Context(), models.NewImport(models.FromPage), uploads(manyPolls), nil); !errors.As(err, new(models.NoRoom)) {
		t.Errorf("what a server has staged before does not count: %v", err)
	}
	if err := again.Discard(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	if err := again.Take(t.Context(), models.NewImport(models.FromPage), uploads(manyPolls), nil); err != nil {
		t.Error(err)
	}
}

func TestNothingIsStagedOnADiskThatIsNearlyFull(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	free := int64(0)
	d.SetDisk(func() (int64, int64) { return free, 100 << 30 })
	for _, tt := range []struct {
		free   int64
		staged bool
	}{{0, false}, {64<<20 - 1, false}, {64 << 20, true}} {
		free = tt.free
		err := d.Take(t.Context(), models.NewImport(models.FromPage), uploads(polls), nil)
		if (err == nil) != tt.staged || err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("with %d bytes free: %v", tt.free, err)
		}
	}
	for _, tt := range []struct {
		free, total int64
		ready       bool
	}{{0, 100 << 30, false}, {4<<20 - 1, 100 << 30, false}, {4 << 20, 100 << 30, true}, {0, 8 << 20, false}, {200 << 10, 8 << 20, true}} {
		d.SetDisk(func() (int64, int64) { return tt.free, tt.total })
		if err := d.Ready(); (err == nil) != tt.ready {
			t.Errorf("with %d of %d bytes free: %v", tt.free, tt.total, err)
		}
	}
}

func TestPreviewsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.KeepPreviews(2)
		first := d.preview(polls)
		d.preview(hours)
		take := func() error {
			return d.Take(t.Context(), models.NewImport(models.FromPage), uploads(zones), func() bool { return true })
		}
		var noRoom models.NoRoom
		if err := take(); !errors.As(err, &noRoom) || !strings.Contains(noRoom.Error(), "2 previews wait") {
			t.Errorf("a third preview: %v", err)
		}
		if left := files(t, d.settings.Dir); len(left) != 2 {
			t.Errorf("staged: %v", left)
		}
		if err := d.Discard(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		release := d.HoldPreviews(time.Millisecond)
		if err := take(); !errors.As(err, &noRoom) || !strings.Contains(noRoom.Error(), "at once") {
			t.Errorf("a preview that never has its turn: %v", err)
		}
		if _, err := d.DryRun(t.Context(), models.NewImport(models.FromAPI), uploads(zones)); !errors.As(err, &noRoom) {
			t.Errorf("a dry run that never has its turn: %v", err)
		}
		release()
		if err := take(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheReserveIsGivenUpOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	settings := newDesk(t, modelstest.Open(t, modelstest.SQLite)).settings
	settings.Reserve = filepath.Join(dir, "reserve")
	d := newDeskIn(t, modelstest.Open(t, modelstest.SQLite), settings)
	free := int64(1 << 30)
	d.SetDisk(func() (int64, int64) { return free, 100 << 30 })
	lay := func() {
		t.Helper()
		if err := d.LayReserve(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	lay()
	if info, err := os.Stat(settings.Reserve); err != nil || info.Size() != 1<<20 {
		t.Fatalf("%v, %v", info, err)
	}
	full := fmt.Errorf("write: %w", syscall.ENOSPC)
	tries := 0
	change := func() error { // works where the reserve is gone
		tries++
		if _, err := os.Stat(settings.Reserve); err == nil {
			return full
		}
		return nil
	}
	if err := d.WithReserve(change); !errors.Is(err, full) || tries != 1 {
		t.Errorf("another disk is full: tried %d times, %v", tries, err)
	}
	free, tries = 0, 0
	if err := d.WithReserve(func() error { tries++; return models.ErrNotPreview }); !errors.Is(err, models.ErrNotPreview) || tries != 1 {
		t.Errorf("an error of another kind: tried %d times, %v", tries, err)
	}
	tries = 0
	if err := d.WithReserve(change); err != nil || tries != 2 {
		t.Errorf("tried %d times, %v", tries, err)
	}
	tries = 0
	if err := d.WithReserve(func() error { tries++; return full }); !errors.Is(err, full) || tries != 1 {
		t.Errorf("without a reserve: tried %d times, %v", tries, err)
	}
	lay()
	if _, err := os.Stat(settings.Reserve); err == nil {
		t.Error("the reserve was laid on a full disk")
	}
	free = 1 << 30
	lay()
	if _, err := os.Stat(settings.Reserve); err != nil {
		t.Error(err)
	}
}
