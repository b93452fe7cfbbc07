package jobs

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"os"
	"time"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/words"
)

// Preview reads the files of an import and tells what they would do. It writes
// nothing. pathOf says where they are.
func (w *Worker) Preview(ctx context.Context, i models.Import, pathOf func(models.Import, models.ImportFile) string, progress figures.Progress) (*models.Preview, error) {
	if !i.Forced && !i.MatchIDs { // ids may match other stores than they did
		maybeSame, err := w.checksumFiles(ctx, &i, pathOf)
		if err != nil {
			return nil, err
		}
		if maybeSame {
			if same, is, err := imports.SameAs(ctx, w.db, i.HoursFrom, i.Files); is || err != nil {
				return same, err
			}
		}
	}
	batch, err := w.read(ctx, i, pathOf, both(func(int64, int64) {}, progress))
	if err != nil {
		return nil, err
	}
	defer batch.Close() // its files are temporary
	return imports.Preview(ctx, w.db, batch)
}

const (
	// previewsAtOnce is how many previews are made at a time. Each has the rows of its
	// files in memory, or in temporary files.
	previewsAtOnce = 2
	// previewPatience is how long one waits for its turn.
	previewPatience = time.Minute
	// previewsKept is how many may wait for a decision.
	previewsKept = 100
)

// makePreview makes a preview when it is its turn.
func (j *Jobs) makePreview(ctx context.Context, i models.Import) (*models.Preview, error) {
	waiting, cancel := context.WithTimeoutCause(ctx, j.previewPatience,
		models.NoRoom{Why: words.Later("Too many previews are being made at once. Please try again in a minute.")})
	defer cancel()
	if err := j.previews.Acquire(waiting, 1); err != nil {
		return nil, context.Cause(waiting)
	}
	defer j.previews.Release(1)
	return j.worker.Preview(ctx, i, j.pathOf, nil)
}

// addPreview records an import with what its staged files would do. It waits until
// someone confirms or discards it.
func (j *Jobs) addPreview(ctx context.Context, i *models.Import) (err error) {
	if i.Preview, err = j.makePreview(ctx, *i); err != nil {
		return err
	}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		if kept, err := tx.Previews(ctx); err != nil || kept >= j.previewsKept {
			return cmp.Or(err, error(models.NoRoom{Why: words.CountLater(kept, words.Plural{One: "{n} preview waits for a decision. Please confirm or discard it first.", Other: "{n} previews wait for a decision. Please confirm or discard some of them first."})}))
		}
		return tx.AddPreview(ctx, i)
	})
}

// errDryRunDone ends a dry run. As an error, it has the files removed.
var errDryRunDone = errors.New("that was all")

// DryRun tells what files would do, and leaves nothing behind.
func (j *Jobs) DryRun(ctx context.Context, i *models.Import, uploads iter.Seq2[unpack.File, error]) (p *models.Preview, err error) {
	err = j.staging(ctx, i, uploads, func() (err error) {
		if p, err = j.makePreview(ctx, *i); err != nil {
			return err
		}
		return errDryRunDone
	})
	if errors.Is(err, errDryRunDone) {
		return p, nil
	}
	return nil, err
}

// PreviewAgain makes a preview with the data as they are now. The error is
// models.ErrElsewhere on a server that does not have the files.
func (j *Jobs) PreviewAgain(ctx context.Context, id string) error {
	i, err := j.db.Import(ctx, id)
	if err != nil {
		return err
	}
	if i.State != models.Previewed {
		return models.ErrNotPreview
	}
	p, err := j.makePreview(ctx, i)
	if errors.Is(err, os.ErrNotExist) || errors.As(err, new(goneError)) {
		return models.ErrElsewhere
	}
	if err != nil {
		return err
	}
	return j.db.SavePreview(ctx, id, p)
}

// ChooseMatch sets whether the import of a preview matches damaged ids. The preview stays
// as it is.
func (j *Jobs) ChooseMatch(ctx context.Context, id string, match bool) error {
	return j.db.ChooseMatch(ctx, id, match)
}

// ChooseHoursFrom sets from when the undated hours of a preview's import hold. The preview
// stays as it is.
func (j *Jobs) ChooseHoursFrom(ctx context.Context, id, from string) error {
	return j.db.ChooseHoursFrom(ctx, id, from)
}

// Confirm turns a preview into a queued import.
func (j *Jobs) Confirm(ctx context.Context, id string) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		if err := tx.ConfirmPreview(ctx, id); err != nil {
			return err
		}
		return j.insert(ctx, tx, models.ImportWork, id)
	})
}

// Discard ends a preview and removes its files. Where another server has them, its
// cleanStage removes them.
func (j *Jobs) Discard(ctx context.Context, id string) error {
	if err := j.withReserve(func() error { return j.db.DiscardPreview(ctx, id) }); err != nil {
		return err
	}
	return j.cleanUp(ctx, models.ImportWork, id)
}

// previewAge is how long a preview waits to be confirmed.
const previewAge = 24 * time.Hour

// discardOldPreviews discards previews that nobody confirmed in time.
func (j *Jobs) discardOldPreviews(ctx context.Context) error {
	ids, err := j.db.OldPreviews(ctx, j.worker.now().Add(-previewAge))
	for _, id := range ids {
		if discardErr := j.Discard(ctx, id); !errors.Is(discardErr, models.ErrNotPreview) {
			err = errors.Join(err, discardErr)
		}
	}
	return err
}
