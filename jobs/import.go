package jobs

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/words"
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
	batch.HoursFrom, batch.By = i.HoursFrom, i.By
	if i.MatchIDs {
		batch.MatchIDs()
	}
	done := int64(0)
	var missing error // why the first file was skipped
	for n, file := range i.Files {
		soFar := func(bytes int64) { progress(done+bytes, i.Total) }
		f, err := w.open(file, pathOf(i, file))
		if err != nil && i.Source == models.FromInbox { // whose files anyone may take away
			w.log.WarnContext(ctx, "inbox file can no longer be read", "id", i.ID, "file", file.Name, "error", err)
			batch.Skip(file.Name)
			missing = cmp.Or(missing, err)
			done += file.Size
			continue
		}
		if err != nil {
			return nil, errors.Join(err, batch.Close())
		}
		sum, err := readFile(ctx, batch, file, f, soFar)
		if err != nil {
			return nil, errors.Join(err, batch.Close())
		}
		batch.Files[n].SHA256 = sum
		done += file.Size
	}
	if missing != nil && !slices.ContainsFunc(batch.Files, func(f models.ImportFile) bool { return f.Kind != "" }) {
		return nil, errors.Join(missing, batch.Close())
	}
	return batch, nil
}

// readFile reads one file into a batch and closes it, and computes its checksum on the
// way where it is not known.
func readFile(ctx context.Context, batch *imports.Batch, file models.ImportFile, f io.ReadCloser, progress func(bytes int64)) (sum string, err error) {
	defer f.Close()
	var src io.Reader = &countingReader{src: asFound(file, f), tell: progress}
	if file.SHA256 != "" {
		return file.SHA256, batch.Read(ctx, file.Name, src)
	}
	checked := newChecksumReader(src)
	err = batch.Read(ctx, file.Name, checked)
	return checked.sum(), err
}

// asFound is a file of the inbox as it was when it was found. It may have grown since,
// and is taken in anew then.
func asFound(file models.ImportFile, src io.Reader) io.Reader {
	if file.ModifiedAt == 0 {
		return src
	}
	return io.LimitReader(src, file.Size)
}

// openFile opens a feed. A file of the inbox itself is read as it is. What was staged
// packed is unpacked; no feed begins as gzip does.
func (w *Worker) openFile(file models.ImportFile, path string) (io.ReadCloser, error) {
	open, inbox := os.Open, file.ModifiedAt != 0 && !w.isStaged(path)
	if inbox {
		open = openRegular
	}
	f, err := open(path)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, errNotRegular) {
		return nil, goneError{file.Name}
	}
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); inbox || err != nil || !info.Mode().IsRegular() {
		return f, nil // a pipe, of which nothing is read before its turn
	}
	content := bufio.NewReaderSize(f, 64<<10)
	opened := stream{content, f}
	if start, err := content.Peek(unpack.StartBytes); err != nil || !unpack.IsArchive(start) {
		return opened, nil // an error of reading comes again
	}
	if opened.Reader, err = gzip.NewReader(content); err != nil {
		return nil, errors.Join(fmt.Errorf("staged %s: %w", file.Name, err), f.Close())
	}
	return opened, nil
}

// goneError says that a file of an import is not where it was. The server that had
// it died, or keeps it on a disk of its own.
type goneError struct{ name string }

func (e goneError) Error() string { return e.name + " is gone" }

func (e goneError) ForPeople() words.Message {
	return words.Later("{file} is no longer there: the import was interrupted. Nothing was imported; please import it again.", "file", e.name)
}
