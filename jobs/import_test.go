package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightson/models"
)

// begin begins an import of one file as its worker.
func (d *desk) begin() models.Attempt {
	d.t.Helper()
	i := models.NewImport(models.FromCommand)
	i.Add("file.csv", 1)
	a, err := d.db.BeginImport(d.t.Context(), i)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func at(path string) func(models.Import, models.ImportFile) string {
	return func(models.Import, models.ImportFile) string { return path }
}

// endless is a file that never ends, though each of its rows is good. Who reads
// it must be stopped.
func endless(t *testing.T, path string) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe") // stays where path is removed or replaced
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Link(pipe, path)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for a reader
		if err != nil {
			return
		}
		defer f.Close()
		_, err = f.WriteString("store_id,status,timestamp_utc\n")
		for err == nil { // until the reader is gone
			_, err = f.WriteString(strings.Repeat("endless,active,2023-01-25 18:00:00 UTC\n", 200))
			time.Sleep(time.Millisecond)
		}
	}()
	t.Cleanup(func() {
		// Where nobody read, this lets the writer go.
		if f, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
			_ = f.Close()
		}
		<-ended
	})
}

func TestAnImportThatFailsSaysWhyInASentence(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "empty.csv"), "")
	tests := map[string]struct {
		pathOf func(models.Import, models.ImportFile) string
		want   string
	}{
		"a panic": {
			func(models.Import, models.ImportFile) string { panic("secret") },
			"Something went wrong on our side. Nothing was imported; the server's log says more.",
		},
		"a folder": {at(dir), "Something went wrong on our side. Nothing was imported; the server's log says more."},
		"a file that is gone": {
			at(filepath.Join(dir, "none.csv")),
			"file.csv is no longer there: the import was interrupted. Nothing was imported; please import it again.",
		},
		"a file that is no feed": {
			at(filepath.Join(dir, "empty.csv")),
			"file.csv: this is an empty file; expected a CSV file with a header line such as store_id,status,timestamp_utc",
		},
	}
	each(t, func(t *testing.T, db *models.DB) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				d := newDesk(t, db)
				a := d.begin()
				if err := d.worker().Import(t.Context(), a, test.pathOf, nil); err == nil {
					t.Error("no error")
				}
				i := d.theImport(a.ID)
				if i.State != models.Failed || i.Error.String() != test.want || i.FinishedAt == 0 {
					t.Errorf("import is %s: %q\nwant failed: %q", i.State, i.Error, test.want)
				}
			})
		}
	})
}

func TestAnImportThatTakesTooLongFails(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		path := filepath.Join(t.TempDir(), "endless.csv")
		endless(t, path)
		a := d.begin()
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := d.worker().Import(short, a, at(path), nil); err == nil {
			t.Error("an endless import ended well")
		}
		i := d.theImport(a.ID)
		if want := "It took too long and was stopped. Nothing was changed."; i.State != models.Failed || i.Error.String() != want {
			t.Errorf("import is %s: %q, want failed: %q", i.State, i.Error, want)
		}
	})
}

func TestCancellingStopsTheWorker(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		path := filepath.Join(t.TempDir(), "endless.csv")
		endless(t, path)
		a := d.begin()
		ended := make(chan error)
		go func() { ended <- d.worker().Import(context.WithoutCancel(t.Context()), a, at(path), nil) }()
		until(t, "the worker shows progress", func() bool {
			i, err := db.Import(t.Context(), a.ID)
			return err == nil && i.Done > 0
		})
		if some, err := db.Cancel(t.Context(), models.ImportWork, a.ID); err != nil || !some {
			t.Fatal(some, err)
		}
		if err := <-ended; !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("the worker ended with %v, want %v", err, models.ErrAttemptLost)
		}
		if i := d.theImport(a.ID); i.State != models.Cancelled || i.Error != "" {
			t.Errorf("import is %s: %q", i.State, i.Error)
		}
		if some, err := db.Cancel(t.Context(), models.ImportWork, a.ID); err != nil || some {
			t.Errorf("cancelling again: %v, %v", some, err)
		}
		if stores := query(t, db, "SELECT count(*) FROM stores"); stores != 0 {
			t.Errorf("%d stores after a cancelled import", stores)
		}
	})
}

func TestAnImportCancelledAtTheLastMomentChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		path := filepath.Join(t.TempDir(), "polls.csv")
		write(t, path, polls)
		a := d.begin()
		cancelThen := func(models.Import, models.ImportFile) string {
			if _, err := db.Cancel(t.Context(), models.ImportWork, a.ID); err != nil {
				t.Error(err)
			}
			return path
		}
		if err := d.worker().Import(t.Context(), a, cancelThen, nil); !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("the worker ended with %v, want %v", err, models.ErrAttemptLost)
		}
		if i := d.theImport(a.ID); i.State != models.Cancelled || i.Kept != 0 {
			t.Errorf("import is %s, %d rows kept", i.State, i.Kept)
		}
		if stores := query(t, db, "SELECT count(*) FROM stores"); stores != 0 {
			t.Errorf("%d stores after a cancelled import", stores)
		}
	})
}

func TestImportsOneAfterTheOtherAllCount(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		var ids []string
		for n := range 5 {
			ids = append(ids, d.takeIn(fmt.Sprintf("store_id,status,timestamp_utc\nstore %d,active,2023-01-25 18:00:00 UTC\n", n)))
		}
		for _, id := range ids {
			if i := d.theImport(id); i.State != models.Complete || i.NewStores != 1 {
				t.Errorf("import is %s with %d new stores", i.State, i.NewStores)
			}
		}
		until(t, "no file is left behind", func() bool { return len(files(t, d.settings.Dir)) == 0 })
	})
}
