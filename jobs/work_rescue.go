package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river/rivertype"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/imports"
	"lightson/models/words"
)

// Rescue requeues work whose worker died, and fails work whose workers died too
// often. Every server does this every rescueEvery; two may do it at the same time.
func (j *Jobs) Rescue(ctx context.Context) error {
	_, err := j.rescue(ctx)
	return err
}

// rescue is Rescue. While any work runs it is to be called again: a worker that dies writes
// nothing.
func (j *Jobs) rescue(ctx context.Context) (again time.Duration, err error) {
	running, failed := j.rescueUnclaimed(ctx) // first, since what is requeued below is unclaimed for a moment
	for _, kind := range []models.WorkKind{models.ImportWork, models.ReportWork, deliveries.Work} {
		orphans, err := j.db.Orphans(ctx, kind)
		failed = errors.Join(failed, err)
		for _, a := range orphans {
			j.log.WarnContext(ctx, "worker died", "kind", kind, "id", a.ID, "attempt", a.Number)
			if j.mayRetry(ctx, a) {
				err = j.requeueOrphan(ctx, a)
			} else {
				err = j.failOrphan(ctx, a)
			}
			if !errors.Is(err, models.ErrAttemptLost) {
				failed = errors.Join(failed, err)
			}
		}
	}
	if running > 0 || j.db.RunningSeen() > 0 {
		return 0, failed
	}
	return never, failed
}

// requeueOrphan requeues work whose worker died.
func (j *Jobs) requeueOrphan(ctx context.Context, a models.Attempt) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		if err := tx.ReleaseOrphan(ctx, a); err != nil {
			return err
		}
		if a.Kind == deliveries.Work {
			if err := deliveries.Died(ctx, tx, a.ID); err != nil {
				return err
			}
		}
		return j.insert(ctx, tx, a.Kind, a.ID)
	})
}

// mayRetry reports whether another attempt may succeed. Only the command that
// began an import knows where its files are, and they are needed until the import
// is merged.
func (j *Jobs) mayRetry(ctx context.Context, a models.Attempt) bool {
	if a.Kind == models.ImportWork {
		i, err := j.db.Import(ctx, a.ID)
		if err == nil && !i.Merged && ofCommand(i) {
			return false
		}
	}
	return a.Deaths+1 < models.MaxAttempts
}

func ofCommand(i models.Import) bool {
	return i.Source == models.FromCommand || i.Source == models.FromDemo
}

// rescueUnclaimed wakes workers for queued rows whose River jobs will not do so for
// hours. River may say that a worker has the job: the server died before it claimed
// the row, or River could not write how the job ended. Or the job is due much later
// (see maxAhead). A wake too many does no harm: only one worker can claim the row. For
// deliveries, which may well wait for a day, wakeOverdue goes by their rows. It counts the
// jobs that it looked at.
func (j *Jobs) rescueUnclaimed(ctx context.Context) (count int, err error) {
	taken, err := j.queue.running(ctx, importArgs{}.Kind(), reportArgs{}.Kind())
	ahead, aheadErr := j.queue.ahead(ctx, time.Now().Add(maxAhead), importArgs{}.Kind(), reportArgs{}.Kind())
	err = errors.Join(err, aheadErr)
	for _, job := range append(ahead, taken...) {
		if job.State == rivertype.JobStateRunning && !isOld(job) {
			continue
		}
		work, kind, workErr := j.workOf(ctx, job)
		if workErr != nil || work.State != models.Queued {
			err = errors.Join(err, workErr)
			continue
		}
		if _, again := j.requeuedJobs.LoadOrStore(job.ID, true); again {
			continue
		}
		j.log.WarnContext(ctx, "worker died", "kind", kind, "id", work.ID, "attempt", work.Attempt)
		insertErr := j.db.Update(ctx, func(tx *models.Tx) error { return j.insert(ctx, tx, kind, work.ID) })
		if insertErr != nil {
			j.requeuedJobs.Delete(job.ID) // the next Rescue tries again
		}
		err = errors.Join(err, insertErr)
	}
	return len(ahead) + len(taken), err
}

// maxAhead is longer than a job of an import or a report is ever put off. One that is due
// later was written by a server whose clock was ahead.
const maxAhead = 2 * maxBackoff

// isOld reports whether a job runs for longer than a claim takes, or has a time that is
// yet to come.
func isOld(job *rivertype.JobRow) bool {
	if job.AttemptedAt == nil {
		return false
	}
	since := time.Since(*job.AttemptedAt)
	return since >= models.Lease || since < -models.Lease
}

// workOf reads the row that a River job names.
func (j *Jobs) workOf(ctx context.Context, job *rivertype.JobRow) (work models.Work, kind models.WorkKind, err error) {
	var args struct{ ID string }
	if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
		return work, kind, fmt.Errorf("job %d: %w", job.ID, err)
	}
	if job.Kind == (reportArgs{}).Kind() {
		r, err := j.db.Report(ctx, args.ID)
		return r.Work, models.ReportWork, err
	}
	i, err := j.db.Import(ctx, args.ID)
	return i.Work, models.ImportWork, err
}

// failOrphan ends work whose workers died too often. An import that was merged has
// not failed: its rows are in the data. The files of the others leave the inbox,
// where they would be found again and kill the server again.
func (j *Jobs) failOrphan(ctx context.Context, a models.Attempt) error {
	why := words.Sentences(words.CountLater(int64(a.Deaths)+1, words.Plural{
		One: "The server stopped in the middle of it {n} time.", Other: "The server stopped in the middle of it {n} times.",
	}), words.Later(advice(a.Kind)))
	if a.Kind == models.ImportWork {
		i, err := j.db.Import(ctx, a.ID)
		if err == nil && i.Merged {
			err = errors.Join(imports.Complete(ctx, j.db, a), j.cleanUp(ctx, a.Kind, a.ID))
		}
		if err != nil || i.Merged {
			return err
		}
		if ofCommand(i) {
			why = words.Later("The command was interrupted. Nothing was imported; please give it again.")
		}
	}
	if err := j.db.Fail(ctx, a, why); err != nil {
		return err
	}
	return j.cleanUp(ctx, a.Kind, a.ID)
}

// QueueWaiting inserts the jobs of imports and reports that are queued in a database into
// which their rows were copied. Deliveries that wait are found by wakeOverdue, and work
// that was running by Rescue.
func (j *Jobs) QueueWaiting(ctx context.Context, tx *models.Tx) error {
	for _, kind := range []models.WorkKind{models.ImportWork, models.ReportWork} {
		ids, err := tx.QueuedWork(ctx, kind)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := j.insert(ctx, tx, kind, id); err != nil {
				return err
			}
		}
	}
	return nil
}
