package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
)

// errDatabaseLost says that an attempt lost its database. It can be made again once that
// is back: nothing is wrong with the work.
var errDatabaseLost = errors.New("the database went away")

const (
	// maxDatabaseLosses bounds the attempts that lose their database, since the work
	// may be why.
	maxDatabaseLosses = 10
	// finishTimeout is how long the database may take for the little that says
	// how work ended.
	finishTimeout = 10 * time.Second
	maxBackoff = time.Minute
)

// lostDatabase reports whether an attempt ended because its database went away, and
// may be made again.
func (w *Worker) lostDatabase(a models.Attempt, err error) bool {
	return w.hasQueue && models.Away(err) && a.Number < maxDatabaseLosses
}

// requeueOnceBack hands work back as soon as the database is there again. Should
// this server stop before, the end of the lease tells another one.
func (j *Jobs) requeueOnceBack(ctx context.Context, a models.Attempt) error {
	for rest := 200 * time.Millisecond; ; rest = min(2*rest, maxBackoff/10) {
		err := j.tryRequeue(ctx, a)
		if err == nil {
			return nil
		}
		j.log.WarnContext(ctx, "the database is away", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "error", err)
		select {
		case <-time.After(rest):
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

// backoff is how long work rests after so many attempts: a second, and then
// twice as long each time.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(max(attempts-1, 0), 10), maxBackoff)
}
