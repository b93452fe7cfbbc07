package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"lightson/models"
)

// A Worker does imports and reports. It is the same work whether the queue or
// the command line asks for it.
type Worker struct {
	db  *models.DB
	dir string // for staged files
	log *slog.Logger
	now func() time.Time

	unpack int64 // bytes that the archives of one import may unpack to

	showsPages bool // this process serves pages, from figures that it keeps
}

// NewWorker makes a worker that keeps the files of imports under dir.
func NewWorker(db *models.DB, dir string, log *slog.Logger) *Worker {
	return &Worker{db: db, dir: dir, log: log, now: time.Now, unpack: defaultUnpack}
}

// beatEvery is how often a worker shows progress and renews its lease: often
// enough that three lost beats do not cost it the work.
const beatEvery = time.Second

// errInterrupted says that the server stops and the work is to go on elsewhere.
var errInterrupted = errors.New("interrupted by the server's stop")

// A problem is an error whose text is meant for people.
type problem interface {
	error
	ForPeople() string
}

// attempt works on something under a lease, and writes how it ended: it is
// Complete if do made it so, else Failed with a reason. Nothing is written
// where the work was cancelled or given to another worker.
func (w *Worker) attempt(ctx context.Context, a models.Attempt, do func(context.Context, models.Progress) error) error {
	working, progress, stop := w.keepLease(ctx, a)
	err := protect(func() error { return do(working, progress) })
	cause := context.Cause(working)
	stop()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, models.ErrAttemptLost) || errors.Is(cause, models.ErrAttemptLost):
		return fmt.Errorf("%s %s: %w", a.Kind, a.ID, models.ErrAttemptLost)
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s %s: %w", a.Kind, a.ID, errInterrupted)
	case ctx.Err() != nil: // its time is over, for which a database has words of its own
		err = errors.Join(err, ctx.Err())
	}
	w.log.ErrorContext(ctx, "work failed", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "error", err)
	if failErr := w.db.Fail(context.WithoutCancel(ctx), a, reason(a.Kind, err)); failErr != nil {
		// The lease will end, and another attempt will be made.
		return errors.Join(err, failErr)
	}
	return err
}

// keepLease renews the lease of an attempt and shows its progress until stop.
// The context ends when the attempt is lost.
func (w *Worker) keepLease(ctx context.Context, a models.Attempt) (working context.Context, progress models.Progress, stop func()) {
	working, cancel := context.WithCancelCause(ctx)
	var done, total atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-working.Done():
				return
			case <-tick.C:
				err := w.db.Beat(working, a, done.Load(), total.Load())
				if errors.Is(err, models.ErrAttemptLost) {
					cancel(models.ErrAttemptLost)
				}
				// Any other error is the database's: the work will meet it too.
			}
		}
	}()
	progress = func(d, t int64) {
		done.Store(d)
		total.Store(t)
	}
	return working, progress, func() {
		cancel(context.Canceled)
		<-ended
	}
}

// protect turns a panic into an error, so that work which panics ends Failed
// and is not tried again and again.
func protect(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return work()
}

// reason is what people are told of a failure: the whole of it where it was
// said for them, else nothing of our insides.
func reason(kind models.WorkKind, err error) string {
	var p problem
	if errors.As(err, &p) {
		return p.ForPeople()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "It took too long and was stopped. Nothing was changed."
	}
	if kind == models.ImportWork {
		return "Something went wrong on our side. Nothing was imported; the server's log says more."
	}
	return "Something went wrong on our side. The server's log says more."
}
