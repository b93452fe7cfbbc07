package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
)

// importArgs names the import that a job is to do.
type importArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (importArgs) Kind() string { return "import" }

// Import does the import of an attempt. pathOf says where its files are.
func (w *Worker) Import(ctx context.Context, a models.Attempt, pathOf func(models.Import, models.ImportFile) string, watch figures.Progress) error {
	return w.attempt(ctx, a, func(ctx context.Context, progress figures.Progress) error {
		i, err := w.db.Import(ctx, a.ID)
		if err != nil {
			return err
		}
		if !i.Merged { // else an earlier attempt died just after it had merged
			if same, err := w.completeSame(ctx, a, &i, pathOf); same || err != nil {
				return err
			}
			if err := w.readAndMerge(ctx, a, i, pathOf, both(progress, watch)); err != nil {
				return err
			}
		}
		if w.showsPages {
			// When an import says Complete, pages show what it brought. Where this
			// fails, the pages compute it: the rows are in the data already.
			if _, err := w.figures.Trend(ctx); err != nil {
				w.log.WarnContext(ctx, "trend after import failed", "id", a.ID, "error", err)
			}
		}
		return imports.Complete(ctx, w.db, a)
	})
}

func (w *Worker) readAndMerge(ctx context.Context, a models.Attempt, i models.Import, pathOf func(models.Import, models.ImportFile) string, progress figures.Progress) error {
	batch, err := w.read(ctx, i, pathOf, progress)
	if err != nil {
		return err
	}
	defer batch.Close() // its files are temporary
	return imports.Merge(ctx, w.db, a, batch)
}

// read reads the files of an import into a batch. Its clock, by which polls ahead of it
// are rejected, is when the import was asked for: so its preview, its confirmation and
// every attempt agree, and what was too early stays so.
func (w *Worker) read(ctx context.Context, i models.Import, pathOf func(models.Import, models.ImportFile) string, progress figures.Progress) (*imports.Batch, error) {
	clock := w.now()
	if i.CreatedAt != 0 {
		clock = i.CreatedAt.Time()
	}
	batch := imports.NewBatch(w.dir, clock)
	done := int64(0)
	for n, file := range i.Files {
		soFar := func(bytes int64) { progress(done+bytes, i.Total) }
		sum, err := w.readFile(ctx, batch, file, pathOf(i, file), soFar)
		if err != nil {
			return nil, errors.Join(err, batch.Close())
		}
		batch.Files[n].SHA256 = sum
		done += file.Size
	}
	return batch, nil
}

// readFile reads one file into a batch, and computes its checksum on the way where
// it is not known.
func (w *Worker) readFile(ctx context.Context, batch *imports.Batch, file models.ImportFile, path string, progress func(bytes int64)) (sum string, err error) {
	f, err := w.open(file.Name, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var src io.Reader = &countingReader{src: f, tell: progress}
	if file.SHA256 != "" {
		return file.SHA256, batch.Read(ctx, file.Name, src)
	}
	checked := newChecksumReader(src)
	err = batch.Read(ctx, file.Name, checked)
	return checked.sum(), err
}

func openFile(name, path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, goneError{name}
	}
	return f, err
}

// goneError says that a file of an import is not where it was. The server that had
// it died, or keeps it on a disk of its own.
type goneError struct{ name string }

func (e goneError) Error() string { return e.name + " is gone" }

func (e goneError) ForPeople() string {
	return fmt.Sprintf("%s is no longer there: the import was interrupted. Nothing was imported; please import it again.", e.name)
}
