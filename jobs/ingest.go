package jobs

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/riverqueue/river"

	"lightson/models"
	"lightson/models/unpack"
)

// ingestArgs asks for one look into the inbox.
type ingestArgs struct{}

// Kind implements river.JobArgs.
func (ingestArgs) Kind() string { return "ingest" }

// askIngest queues a look into the inbox, one per interval however many servers
// keep the schedule.
func (j *Jobs) askIngest(ctx context.Context) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return j.queue.insert(ctx, tx, ingestArgs{}, &river.InsertOpts{
			Queue: importQueue, MaxAttempts: 1,
			UniqueOpts: river.UniqueOpts{ByPeriod: j.settings.IngestEvery},
		})
	})
}

// ingest asks for one import of all that is complete in the inbox. Files stay
// where they are until the import is final, so that a crash at any point leaves
// them to be found again, and taking a file in twice changes nothing. One that
// is no feed is put aside at once: it must not cost the others their import.
func (j *Jobs) ingest(ctx context.Context) (err error) {
	busy, err := j.db.UnfinishedFiles(ctx, models.FromInbox)
	if err != nil {
		return err
	}
	files, err := j.inbox.complete(busy)
	if err != nil {
		return fmt.Errorf("look into the inbox: %w", err)
	}
	i := models.NewImport(models.FromInbox)
	i.By = j.inbox.dir
	defer func() {
		if err != nil || len(i.Files) == 0 {
			err = errors.Join(err, j.worker.Discard(i.ID))
		}
	}()
	for _, file := range files {
		err := j.addFound(ctx, i, file)
		var refused unpack.RefusedError
		if errors.As(err, &refused) {
			j.log.WarnContext(ctx, "inbox file refused", "file", file.Name, "reason", refused.Why)
			if err := j.inbox.refuse(file.Name, refused); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
	}
	if len(i.Files) == 0 {
		return nil
	}
	return j.askImport(ctx, i)
}

// addFound adds a file of the inbox to an import once it was checked. An archive
// may use up what may be unpacked, and cost the others nothing.
func (j *Jobs) addFound(ctx context.Context, i *models.Import, found models.ImportFile) error {
	before := len(i.Files)
	if err := j.worker.Add(ctx, i, filepath.Join(j.inbox.dir, found.Name), j.worker.Unpacker()); err != nil {
		return err
	}
	if i.Files[before].Name == found.Name {
		if err := j.inbox.check(found.Name); err != nil {
			i.Files, i.Total = i.Files[:before], i.Total-i.Files[before].Size
			return err
		}
	}
	for n := before; n < len(i.Files); n++ {
		i.Files[n].ModifiedAt = found.ModifiedAt
	}
	return nil
}
