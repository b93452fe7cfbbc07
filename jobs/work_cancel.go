package jobs

import (
	"context"
	"errors"

	"lightson/models"
)

// Cancel ends work that is not final, and reports whether it did. Work that runs
// on this server is stopped first: on SQLite, an import that merges would make the
// cancellation wait for the end of its transaction. A worker on another server
// learns of it when it renews its lease.
func (j *Jobs) Cancel(ctx context.Context, kind models.WorkKind, id string) (bool, error) {
	ctx = context.WithoutCancel(ctx) // a visitor who leaves must not leave it half done
	if j.worker.interrupt(kind, id) {
		j.log.InfoContext(ctx, "work is being cancelled", "kind", kind, "id", id)
	}
	var cancelled bool
	err := j.withReserve(func() (err error) {
		cancelled, err = j.db.Cancel(ctx, kind, id)
		return err
	})
	if err != nil || !cancelled {
		return cancelled, err
	}
	j.tellCancelled(ctx, kind, id)
	return true, j.cleanUp(ctx, kind, id)
}

// A workKey names a piece of work.
type workKey struct {
	kind models.WorkKind
	id   string
}

// interrupt stops the attempt at a piece of work, if this process makes it, as if
// the attempt had been lost. It reports whether there was one. Where the row is
// not cancelled after all, Rescue takes it up once its lease ends.
func (w *Worker) interrupt(kind models.WorkKind, id string) bool {
	stop, here := w.running.Load(workKey{kind, id})
	if here {
		stop.(context.CancelCauseFunc)(models.ErrAttemptLost)
	}
	return here
}

// isLost reports whether an attempt has no right to write the row any more.
func isLost(ctx context.Context, err error) bool {
	return errors.Is(err, models.ErrAttemptLost) || errors.Is(context.Cause(ctx), models.ErrAttemptLost)
}
