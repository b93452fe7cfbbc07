package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
)

// errDatabaseLost says that an attempt lost its connection to the database.
// Nothing is wrong with the work: it can be attempted again once the database is
// back.
var errDatabaseLost = errors.New("the database went away")

const (
	// lossFailsAt is the attempt whose loss of the database fails the work, since the
	// work itself may be the cause. Earlier attempts count however they ended.
	lossFailsAt = 10
	// finishTimeout bounds the short transaction that ends an attempt.
	finishTimeout = 10 * time.Second
	// maxBackoff bounds the delay before the next attempt.
	maxBackoff = time.Minute
)

// lostDatabase reports whether an attempt ended because it lost its database, and
// the work may be attempted again.
func (w *Worker) lostDatabase(a models.Attempt, err error) bool {
	return w.hasQueue && models.Away(err) && (a.Number < lossFailsAt || a.Kind == deliveries.Work) // whose tries are counted apart
}

// requeueOnceBack requeues work as soon as the database is there again. Where this
// server stops before, Rescue finds the work by the end of its lease.
func (j *Jobs) requeueOnceBack(ctx context.Context, a models.Attempt) error {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, maxBackoff/10) {
		err := j.tryRequeue(ctx, a)
		if err == nil {
			return nil
		}
		j.log.WarnContext(ctx, "the database is away", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "error", err)
		select {
		case <-time.After(wait):
		case <-j.stopping.Done():
			return err
		}
	}
}

func (j *Jobs) tryRequeue(ctx context.Context, a models.Attempt) error {
	ctx, cancel := context.WithTimeout(ctx, finishTimeout)
	defer cancel()
	return j.requeue(ctx, a, backoff(a.Number))
}

// backoff is the delay after so many attempts: a second, and then twice as long
// each time, up to maxBackoff.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(max(attempts-1, 0), 10), maxBackoff)
}
