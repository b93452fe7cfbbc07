package jobs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lightson/models"
	"lightson/models/unpack"
)

// defaultUnpack is how many bytes the archives of an import may unpack to: ten
// times the default limit of an upload.
const defaultUnpack = 10 << 30

// stagesDir has a folder of staged files for each import.
func (w *Worker) stagesDir() string { return filepath.Join(w.dir, "imports") }

// stageDir is the folder of the staged files of an import.
func (w *Worker) stageDir(id string) string { return filepath.Join(w.stagesDir(), id) }

// staged is the path of a staged file.
func (w *Worker) staged(id string, number int) string {
	return filepath.Join(w.stageDir(id), strconv.Itoa(number)+".csv")
}

// isStaged reports whether a path is that of a staged file.
func (w *Worker) isStaged(path string) bool {
	return strings.HasPrefix(path, w.stagesDir()+string(filepath.Separator))
}

// Unpacker makes an unpacker for the archives of one import.
func (w *Worker) Unpacker() *unpack.Unpacker { return unpack.New(w.unpack) }

// Add adds a file on disk, or StandardInput, to an import. A plain file stays where it
// is and is not read. The files of an archive are staged, and each becomes a file of
// the import.
// After an error the import is as it was.
func (w *Worker) Add(ctx context.Context, i *models.Import, path string, unpacker *unpack.Unpacker) error {
	if path == StandardInput {
		return w.addPipe(ctx, i, path, unpacker)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return w.addPipe(ctx, i, path, unpacker)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	archive, err := startsArchive(f)
	if err != nil {
		return err
	}
	if archive {
		return w.addArchive(ctx, i, shownName(filepath.Base(path)), f, unpacker)
	}
	i.Add(shownName(filepath.Base(path)), info.Size())
	return nil
}

// addArchive stages each file of an archive.
func (w *Worker) addArchive(ctx context.Context, i *models.Import, name string, f *os.File, unpacker *unpack.Unpacker) (err error) {
	info, err := f.Stat()
	if err == nil {
		err = os.MkdirAll(w.stageDir(i.ID), 0o700)
	}
	if err != nil {
		return fmt.Errorf("stage %s: %w", name, err)
	}
	files, total := len(i.Files), i.Total
	defer func() {
		if err != nil {
			w.unstage(i, files, total)
		}
	}()
	for feed, err := range unpacker.Feeds(ctx, name, f, info.Size()) {
		if err != nil {
			return err
		}
		if err := w.stageFeed(i, feed, true); err != nil {
			return err
		}
	}
	return nil
}

// unstage takes the files after the first ones out of an import again. total is the
// size of those.
func (w *Worker) unstage(i *models.Import, files int, total int64) {
	for n := files; n <= len(i.Files); n++ { // one more may have been begun
		_ = os.Remove(w.staged(i.ID, n+1)) // else it is removed with its folder
	}
	i.Files, i.Total = i.Files[:files], total
}

// stage writes an upload to disk while it arrives and adds it to an import: a feed
// as it is, an archive as the feeds in it.
func (w *Worker) stage(ctx context.Context, i *models.Import, upload unpack.File, unpacker *unpack.Unpacker) error {
	body := bufio.NewReader(upload.Body)
	start, err := body.Peek(unpack.StartBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	upload.Body = body
	if !unpack.IsArchive(start) {
		return w.stageFeed(i, upload, false)
	}
	f, err := os.CreateTemp(w.stageDir(i.ID), "archive-*")
	if err != nil {
		return fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }() // else it is removed with its folder
	arrived, err := io.Copy(w.roomOf(i).writer(i.ID, f), body)
	defer w.roomOf(i).giveBack(i.ID, arrived)
	if err != nil {
		return fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	return w.addArchive(ctx, i, upload.Name, f, unpacker)
}

// PathOf is the path of a file of an import: that of the staged file if there is
// one, else the given one.
func (w *Worker) PathOf(id string, number int, path string) string {
	if staged := w.staged(id, number); exists(staged) {
		return staged
	}
	return path
}

// Discard removes what was staged for an import.
func (w *Worker) Discard(id string) error {
	err := os.RemoveAll(w.stageDir(id))
	if err == nil {
		w.room.drop(id)
	}
	return err
}
