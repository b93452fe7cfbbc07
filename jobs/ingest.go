package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"lightson/models"
	"lightson/models/unpack"
)

// ingestArgs is the job of one look into the inbox.
type ingestArgs struct{}

// Kind implements river.JobArgs.
func (ingestArgs) Kind() string { return "ingest" }

// askIngest queues a look into the inbox. However many servers keep the schedule,
// there is one look per interval.
func (j *Jobs) askIngest(ctx context.Context) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return j.queue.insert(ctx, tx, ingestArgs{}, &river.InsertOpts{
			Queue: importQueue, MaxAttempts: 1,
			UniqueOpts: river.UniqueOpts{ByPeriod: j.settings.IngestEvery},
		})
	})
}

// emptyLooks is how many looks into an inbox that was empty have to be asked for before none
// is needed until it has something: the last of them forgets what was noted of its files.
const emptyLooks = 2

// askIngestIfAny is askIngest, but leaves an inbox alone that has been empty for some looks.
func (j *Jobs) askIngestIfAny(ctx context.Context) error {
	in, empty := j.inbox, j.inbox.empty()
	if empty && in.emptyLooks >= emptyLooks && time.Since(in.askedAt) < lookAnyway {
		return nil
	}
	if err := j.askIngest(ctx); err != nil {
		return err
	}
	if in.askedAt = time.Now(); empty {
		in.emptyLooks++
	} else {
		in.emptyLooks = 0
	}
	return nil
}

// ingest queues one import of all complete files in the inbox. The files stay there
// until the import is final: after a crash they are found again, and importing a
// file twice changes nothing. A file that is no feed is moved to failed/ at once,
// so that it does not cost the others their import. Whatever is wrong with a file is
// noted, and the others go on.
func (j *Jobs) ingest(ctx context.Context) (err error) {
	known, err := j.db.InboxFiles(ctx)
	if err != nil {
		return err
	}
	busy, err := j.db.UnfinishedFiles(ctx, models.FromInbox)
	if err != nil {
		return err
	}
	notes := newInboxNotes(known, j.inbox.now())
	found, err := j.inbox.look(busyNames(busy))
	if err != nil {
		notes.keepAll()
		notes.note(models.InboxFile{Name: shownName(j.inbox.dir), State: models.InboxWaiting, Problem: folderProblem(err).Stored()}, err)
		return j.saveNotes(ctx, notes)
	}
	notes.keepFiled(j.inbox)
	if err := j.moveStuck(ctx, notes); err != nil {
		return err
	}
	i := models.NewImport(models.FromInbox)
	i.By, i.HoursFrom = shownName(j.inbox.dir), j.settings.HoursFrom
	defer func() {
		if err != nil || len(i.Files) == 0 {
			err = errors.Join(err, j.worker.Discard(i.ID))
		}
	}()
	for _, f := range found {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if len(i.Files) >= filesPerLook {
			notes.keep(f)
			continue
		}
		j.takeFound(ctx, i, f, notes)
	}
	if err := j.saveNotes(ctx, notes); err != nil || len(i.Files) == 0 {
		return err
	}
	return j.askImport(ctx, i)
}

// takeFound adds a file to an import, or notes why it does not.
func (j *Jobs) takeFound(ctx context.Context, i *models.Import, f foundFile, notes *inboxNotes) {
	row := models.InboxFile{
		ID: models.InboxFileID(f.name), Name: f.shown, State: models.InboxWaiting, Problem: f.problem,
		Size: f.size, ModifiedAt: f.modifiedAt,
	}
	if f.problem != "" {
		notes.note(row, f.cause)
		return
	}
	if stuck, is := notes.now[row.ID]; is && stuck.Place == "" && stuck.Size == f.size && stuck.ModifiedAt == f.modifiedAt {
		return // it was read already, and cannot be moved away
	}
	err := j.addFound(ctx, i, f)
	var refused unpack.RefusedError
	switch {
	case err == nil:
		delete(notes.now, row.ID) // an earlier file of this name may have been refused
	case errors.As(err, &refused):
		j.log.WarnContext(ctx, "inbox file refused", "file", f.shown, "reason", refused.Why)
		row.State, row.Reason = models.InboxRefused, refused.ForPeople().Stored()
		j.refuseFound(row, notes)
	case errors.Is(err, errMoved), errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotRegular), ctx.Err() != nil:
	default:
		row.Problem = readProblem(err).Stored()
		notes.note(row, err)
	}
}

// errMoved says that a file is no longer as it was found: someone writes to it again.
var errMoved = errors.New("changed while it was looked at")

// addFound checks a file of the inbox and adds it to an import. Each archive has an
// unpacking limit of its own, so that none costs the others theirs. After an error the
// import is as it was.
func (j *Jobs) addFound(ctx context.Context, i *models.Import, found foundFile) error {
	f, err := j.inbox.open(filepath.Join(j.inbox.dir, found.name))
	if err != nil {
		return err
	}
	defer f.Close()
	files, total := len(i.Files), i.Total
	archive, err := startsArchive(f)
	switch {
	case err != nil:
	case archive:
		err = j.worker.addArchive(ctx, i, found.shown, f, j.worker.Unpacker())
	default:
		// It may grow as fast as it is read.
		if err = unpack.CheckFeed(found.shown, io.LimitReader(f, found.size), j.worker.now()); err == nil {
			i.Add(found.shown, found.size)
		}
	}
	info, statErr := f.Stat()
	switch {
	case statErr != nil:
		err = errors.Join(err, statErr)
	case !found.isStill(info):
		err = errMoved
	}
	if err != nil {
		j.worker.unstage(i, files, total)
		return err
	}
	for n := files; n < len(i.Files); n++ {
		i.Files[n].ModifiedAt = found.modifiedAt
	}
	return nil
}

// startsArchive reports whether a file is an archive, and leaves it at its start.
func startsArchive(f *os.File) (bool, error) {
	start := make([]byte, unpack.StartBytes)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	return unpack.IsArchive(start[:n]), nil
}
