package jobs

import (
	"context"
	"errors"

	"lightson/models"
)

// Cancel ends work that is not final yet, whatever its state, and reports whether
// it did. Work of this server stops at once: on SQLite an import that merges
// would otherwise make its own end wait. A worker of another server learns of it
// as it renews its lease.
func (j *Jobs) Cancel(ctx context.Context, kind models.WorkKind, id string) (bool, error) {
	ctx = context.WithoutCancel(ctx) // a visitor who leaves must not leave half of it
	if j.worker.interrupt(kind, id) {
		j.log.InfoContext(ctx, "work is being cancelled", "kind", kind, "id", id)
	}
	some, err := j.db.Cancel(ctx, kind, id)
	if err != nil || !some {
		return some, err
	}
	return some, j.cleanUp(ctx, kind, id)
}

// A workKey names a piece of work.
type workKey struct {
	kind models.WorkKind
	id   string
}

// interrupt stops the work here, if it is done here, as if its attempt had been
// given up. It reports whether there was any. Where nobody cancels it after all,
// the end of its lease tells that it was not done.
func (w *Worker) interrupt(kind models.WorkKind, id string) bool {
	stop, here := w.running.Load(workKey{kind, id})
	if here {
		stop.(context.CancelCauseFunc)(models.ErrAttemptLost)
	}
	return here
}

// isLost reports whether an attempt was given up: its end is someone else's.
func isLost(ctx context.Context, err error) bool {
	return errors.Is(err, models.ErrAttemptLost) || errors.Is(context.Cause(ctx), models.ErrAttemptLost)
}
