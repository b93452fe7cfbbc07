package jobs

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// pathOf is where a file of a queued import is: staged, or still in the inbox.
func (j *Jobs) pathOf(i models.Import, file models.ImportFile) string {
	staged := j.worker.staged(i.ID, file.Number)
	if i.Source != models.FromInbox || filepath.Base(file.Name) != file.Name {
		return staged // a name with folders is that of a file in an archive
	}
	return j.worker.PathOf(i.ID, file.Number, j.inbox.path(file.Name))
}

// filesPatience is how long an import waits for the server that has its files, while nothing
// says that this server is busy with other imports.
const filesPatience = 2 * time.Minute

// filesElsewhere reports whether another server may have the files of an import:
// servers that share a database need not share a disk. Where it has waited for too long it
// reports false; the import is then attempted here, and fails for want of a file.
func (j *Jobs) filesElsewhere(ctx context.Context, kind models.WorkKind, id string) bool {
	if kind != models.ImportWork {
		return false
	}
	i, err := j.db.Import(ctx, id)
	if err != nil || i.State.Final() || i.Merged ||
		!slices.ContainsFunc(i.Files, func(f models.ImportFile) bool { return !exists(j.pathOf(i, f)) }) {
		return false
	}
	waited := time.Since(max(i.CreatedAt, i.QueuedAt, i.StartedAt).Time())
	// Its times may be of a clock that was ahead.
	first, _ := j.missedFiles.LoadOrStore(id, time.Now())
	waited = max(waited, time.Since(first.(time.Time)))
	return waited <= filesPatience || j.othersImport(ctx, i, waited)
}

// othersImport reports whether an import that waits for its server may go on waiting: a server
// does one import after another, and those before this one may take long.
func (j *Jobs) othersImport(ctx context.Context, i models.Import, waited time.Duration) bool {
	if longest := j.settings.Limits.longest(); longest > 0 && waited > longest {
		return false
	}
	now, patience := models.Now(), uptime.Micros(filesPatience.Microseconds())
	some, err := j.db.OtherImportSince(ctx, i.ID, uptime.Span{From: now.Add(-patience), To: now.Add(patience)})
	return err != nil || some // an error is no reason to give up
}

// cleanUp moves the files of a final import out of the inbox and removes what was
// staged for it, and has a channel told what comes after a final delivery. It may be
// repeated.
func (j *Jobs) cleanUp(ctx context.Context, kind models.WorkKind, id string) error {
	if kind == deliveries.Work {
		return j.nextOfChannel(ctx, id)
	}
	if kind != models.ImportWork {
		return nil
	}
	i, err := j.db.Import(ctx, id)
	if err != nil || !i.State.Final() {
		return err
	}
	j.missedFiles.Delete(id)
	if i.Source == models.FromInbox {
		notes := newInboxNotes(nil, j.inbox.now())
		j.inbox.moveOut(ctx, j.db, i, notes.note)
		err = j.saveNotes(ctx, notes)
	}
	return errors.Join(err, j.worker.Discard(id))
}

// cleanStage removes staged files that a server left when it died: those of final
// imports, and those of uploads that became no import within a day.
func (j *Jobs) cleanStage(ctx context.Context) error {
	dirs, err := os.ReadDir(j.worker.stagesDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, dir := range dirs {
		info, statErr := dir.Info()
		if statErr != nil {
			continue // somebody else removed it
		}
		old := j.worker.now().Sub(info.ModTime()) > 24*time.Hour
		i, findErr := j.db.Import(ctx, dir.Name())
		if errors.Is(findErr, models.ErrNotFound) && old || findErr == nil && i.State.Final() {
			err = errors.Join(err, j.worker.Discard(dir.Name()))
		}
	}
	j.worker.room.recount()
	return err
}

// Take streams files to disk and queues one import of them all. Each must be a feed
// or an archive of feeds, or the error is a unpack.RefusedError. After an error
// nothing stays behind. preview, which may be nil, is asked once all files are
// there whether the import is to wait as a preview.
func (j *Jobs) Take(ctx context.Context, i *models.Import, uploads iter.Seq2[unpack.File, error], preview func() bool) error {
	return j.staging(ctx, i, uploads, func() error {
		if preview != nil && preview() {
			return j.addPreview(ctx, i)
		}
		return j.askImport(ctx, i)
	})
}

// staging streams files to disk and then calls then. It removes the files where
// either fails.
func (j *Jobs) staging(ctx context.Context, i *models.Import, uploads iter.Seq2[unpack.File, error], then func() error) (err error) {
	if err := os.MkdirAll(j.worker.stageDir(i.ID), 0o700); err != nil {
		return fmt.Errorf("stage import: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, j.worker.Discard(i.ID))
		}
	}()
	unpack := j.worker.Unpacker()
	for upload, err := range uploads {
		if err == nil {
			err = j.worker.stage(ctx, i, upload, unpack)
		}
		if err != nil {
			return err
		}
	}
	if len(i.Files) == 0 {
		return errors.New("an import of no files")
	}
	return then()
}

// askImport records an import and its River job in one transaction. Of demo data it gives
// models.ErrNotEmpty where they would stand beside other data.
func (j *Jobs) askImport(ctx context.Context, i *models.Import) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		if i.Source == models.FromDemo {
			if err := tx.RequireUntouched(ctx); err != nil {
				return err
			}
		}
		if err := tx.AddImport(ctx, i); err != nil {
			return err
		}
		return j.insert(ctx, tx, models.ImportWork, i.ID)
	})
}

// stageFeed writes one file to disk while it checks that the file is a feed, and
// adds it to the import. It writes a packed file as gzip, so that a small archive
// does not take the room of what is in it.
func (w *Worker) stageFeed(i *models.Import, upload unpack.File, packed bool) error {
	size, sum, err := w.write(i, upload, packed, w.staged(i.ID, len(i.Files)+1))
	if err == nil {
		i.Add(upload.Name, size)
		i.Files[len(i.Files)-1].SHA256 = sum
	}
	return err
}

// write writes a feed to path, down to the disk. It returns the size and the checksum
// of the feed, which are those of the file unless that is packed.
func (w *Worker) write(i *models.Import, upload unpack.File, packed bool, path string) (size int64, sum string, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, "", fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, hash := bufio.NewWriterSize(w.roomOf(i).writer(i.ID, f), 256<<10), sha256.New()
	dst := nopCloser(out)
	if packed {
		dst, _ = gzip.NewWriterLevel(out, gzip.BestSpeed) // the level is one that there is
	}
	body := &countingReader{src: upload.Body}
	if err := unpack.CheckFeed(upload.Name, io.TeeReader(body, io.MultiWriter(dst, hash)), w.now()); err != nil {
		return 0, "", err
	}
	if err := errors.Join(dst.Close(), out.Flush()); err != nil {
		return 0, "", fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	// Whoever sent the file is told that it will be imported once the row is
	// committed, so the file must survive a crash as well.
	if err := f.Sync(); err != nil {
		return 0, "", fmt.Errorf("stage %s: %w", upload.Name, err)
	}
	return body.bytes, checksumText(hash), nil
}

// roomOf is the room for the files of an import. Those of the inbox are on the disk
// anyway, by the will of who runs the server.
func (w *Worker) roomOf(i *models.Import) *stageRoom {
	if i.Source == models.FromInbox {
		return nil
	}
	return w.room
}

// nopCloser is a writer that need not be closed.
func nopCloser(w io.Writer) io.WriteCloser {
	return struct {
		io.Writer
		io.Closer
	}{w, io.NopCloser(nil)}
}
