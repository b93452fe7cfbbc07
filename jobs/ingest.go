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

// ingest queues one import of all complete files in the inbox. The files stay there
// until the import is final: after a crash they are found again, and importing a
// file twice changes nothing. A file that is no feed is moved to failed/ at once,
// so that it does not cost the others their import.
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

// addFound checks a file of the inbox and adds it to an import. Each archive has an
// unpacking limit of its own, so that none costs the others theirs.
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
