package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lightson/models"
)

// importArgs asks for an import to be done; its row says which.
type importArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (importArgs) Kind() string { return "import" }

// Import does the import of an attempt, reading each file from where pathOf
// says.
func (w *Worker) Import(ctx context.Context, a models.Attempt, pathOf func(models.Import, models.ImportFile) string, watch models.Progress) error {
	return w.attempt(ctx, a, func(ctx context.Context, progress models.Progress) error {
		i, err := w.db.Import(ctx, a.ID)
		if err != nil {
			return err
		}
		if !i.Merged { // by an attempt that died just after
			if err := w.readAndMerge(ctx, a, i, pathOf, both(progress, watch)); err != nil {
				return err
			}
		}
		if w.showsPages {
			// When an import says Complete, pages show what it brought. They
			// try again where this fails: its rows are in the data already.
			if _, err := w.db.Trend(ctx); err != nil {
				w.log.WarnContext(ctx, "trend after import failed", "id", a.ID, "error", err)
			}
		}
		return w.db.CompleteImport(ctx, a)
	})
}

func (w *Worker) readAndMerge(ctx context.Context, a models.Attempt, i models.Import, pathOf func(models.Import, models.ImportFile) string, progress models.Progress) error {
	batch := models.NewBatch(w.dir, w.now())
	defer batch.Close() //nolint:errcheck // its files are temporary
	done := int64(0)
	for _, file := range i.Files {
		soFar := func(bytes int64) { progress(done+bytes, i.Total) }
		if err := readFile(ctx, batch, file.Name, pathOf(i, file), soFar); err != nil {
			return err
		}
		done += file.Size
	}
	return w.db.MergeImport(ctx, a, batch)
}

func readFile(ctx context.Context, batch *models.Batch, name, path string, progress func(bytes int64)) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return goneError{name}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return batch.Read(ctx, name, &progressReader{src: f, tell: progress})
}

// goneError says that the server that had the file did not finish with it.
type goneError struct{ name string }

func (e goneError) Error() string { return e.name + " is gone" }

func (e goneError) ForPeople() string {
	return fmt.Sprintf("%s is no longer there: the import was interrupted. Nothing was imported; please import it again.", e.name)
}

// progressReader tells how much was read.
type progressReader struct {
	src   io.Reader
	bytes int64
	tell  func(bytes int64)
}

func (r *progressReader) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	r.bytes += int64(n)
	r.tell(r.bytes)
	return n, err
}
