package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/reports"
)

// A Worker does imports and reports, for the job queue and for commands alike.
type Worker struct {
	db      *models.DB
	figures *figures.Figures
	dir     string // of staged files
	log     *slog.Logger
	now     func() time.Time

	room    *stageRoom          // what may be staged; nil for commands
	streams map[string][]stream // that came by pipes and were not read yet, by path; only of commands

	unpack int64 // bytes that the archives of one import may unpack to

	showsPages bool // this process serves pages, from figures that it caches
	hasQueue   bool // work that loses its database can be requeued
	limits     Limits

	shardStores int           // of a shard of a report
	shareShards reports.Share // asks other servers for help; nil for commands
	running     sync.Map      // workKey -> context.CancelCauseFunc of the attempt made here
}

// NewWorker makes a worker that keeps the files of imports under dir.
func NewWorker(db *models.DB, f *figures.Figures, dir string, log *slog.Logger) *Worker {
	return &Worker{db: db, figures: f, dir: dir, log: log, now: time.Now, unpack: defaultUnpack, shardStores: DefaultShardStores}
}

// beatEvery is how often a worker shows progress and renews its lease. It is short
// against models.Lease, so that a few lost beats do not cost it the work.
const beatEvery = time.Second

// errInterrupted says that the server stops before the work is done.
var errInterrupted = errors.New("interrupted by the server's stop")

// attempt runs do under the lease of an attempt. do makes the row Complete; where
// it fails, attempt makes the row Failed, with a text for people. The row stays
// as it is where the attempt was lost (models.ErrAttemptLost), where the server
// stops (errInterrupted) and where the database was lost (errDatabaseLost).
func (w *Worker) attempt(ctx context.Context, a models.Attempt, do func(context.Context, figures.Progress) error) error {
	limited, cancel := w.limits.within(ctx, a.Kind)
	defer cancel()
	began := w.now()
	w.log.DebugContext(ctx, "attempt begins", "kind", a.Kind, "id", a.ID, "attempt", a.Number)
	working, progress, stop := w.keepLease(limited, a)
	err := protect(func() error { return do(working, progress) })
	lost := isLost(working, err)
	stop()
	var tooLong timeLimitError
	switch {
	case err == nil:
		w.log.DebugContext(ctx, "attempt complete", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "took", w.now().Sub(began))
		return nil
	case lost:
		return fmt.Errorf("%s %s: %w", a.Kind, a.ID, models.ErrAttemptLost)
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s %s: %w", a.Kind, a.ID, errInterrupted)
	case errors.As(context.Cause(limited), &tooLong), ctx.Err() != nil: // the database words a timeout in its own way
		err = errors.Join(context.Cause(limited), err)
	case w.lostDatabase(a, err):
		w.log.WarnContext(ctx, "work lost its database", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "error", err)
		return fmt.Errorf("%s %s: %w", a.Kind, a.ID, errDatabaseLost)
	}
	switch completed, endErr := w.endMerged(ctx, a); {
	case endErr != nil:
		return errors.Join(err, endErr)
	case completed:
		w.log.WarnContext(ctx, "import failed after its rows were merged", "id", a.ID, "attempt", a.Number, "error", err)
		return nil
	}
	w.log.ErrorContext(ctx, "work failed", "kind", a.Kind, "id", a.ID, "attempt", a.Number, "error", err)
	if failErr := w.fail(ctx, a, err); failErr != nil {
		// The row is still Running. Once its lease ends, Rescue takes it up.
		return errors.Join(err, failErr)
	}
	return err
}

// endMerged completes an import whose rows are in the data: whatever failed after that,
// it must not say that nothing was imported. Where this gives an error, the row is still
// Running, and Rescue takes it up.
func (w *Worker) endMerged(ctx context.Context, a models.Attempt) (completed bool, err error) {
	if a.Kind != models.ImportWork {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	i, err := w.db.Import(ctx, a.ID)
	if err != nil || !i.Merged {
		return false, err
	}
	return true, imports.Complete(ctx, w.db, a)
}

// fail makes the row Failed.
func (w *Worker) fail(ctx context.Context, a models.Attempt, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	return w.db.Fail(ctx, a, failureText(a.Kind, err))
}

// keepLease renews the lease of an attempt and shows its progress until stop is
// called. The context that it returns ends when the attempt is lost.
func (w *Worker) keepLease(ctx context.Context, a models.Attempt) (working context.Context, progress figures.Progress, stop func()) {
	working, cancel := context.WithCancelCause(ctx)
	key := workKey{a.Kind, a.ID}
	w.running.Store(key, cancel)
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
				if err := w.beat(working, a, done.Load(), total.Load()); errors.Is(err, models.ErrAttemptLost) {
					cancel(models.ErrAttemptLost)
				}
				// Any other error comes from the database, and the work will meet it too.
			}
		}
	}()
	progress = func(d, t int64) {
		done.Store(d)
		total.Store(t)
	}
	return working, progress, func() {
		w.running.Delete(key)
		cancel(context.Canceled)
		<-ended
	}
}

// beat renews the lease. It gives up where that takes longer than the lease.
func (w *Worker) beat(ctx context.Context, a models.Attempt, done, total int64) error {
	ctx, cancel := context.WithTimeout(ctx, models.Lease)
	defer cancel()
	return w.db.Beat(ctx, a, done, total)
}

// protect turns a panic into an error, so that the work fails and is not tried
// again.
func protect(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return work()
}
