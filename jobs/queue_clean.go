package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// River elects one of its servers to clean up, and to make jobs available that were put off.
// An election asks the database several times in five seconds, on SQLite by writing. Each
// server cleans up instead, now and then: the statements do no harm if two run at once.

const (
	// cleanQueueEvery is how often a server deletes the records of jobs that ended.
	cleanQueueEvery = 10 * time.Minute
	// cleanAtOnce bounds one statement.
	cleanAtOnce = 1000
	// keepCancelled and keepDiscarded are for how long records of jobs that failed are kept.
	keepCancelled = 24 * time.Hour
	keepDiscarded = 7 * 24 * time.Hour
)

func (q *riverQueue[T]) clean(ctx context.Context) error {
	if err := q.deleteEnded(ctx); err != nil {
		return err
	}
	return q.retryStuck(ctx)
}

func (q *riverQueue[T]) deleteEnded(ctx context.Context) error {
	now := time.Now()
	for {
		deleted, err := q.driver.GetExecutor().JobDeleteBefore(ctx, &riverdriver.JobDeleteBeforeParams{
			CompletedDoDelete: true, CompletedFinalizedAtHorizon: now.Add(-q.keep),
			CancelledDoDelete: true, CancelledFinalizedAtHorizon: now.Add(-keepCancelled),
			DiscardedDoDelete: true, DiscardedFinalizedAtHorizon: now.Add(-keepDiscarded),
			Max: cleanAtOnce,
		})
		if err != nil {
			return fmt.Errorf("delete ended jobs: %w", err)
		}
		if deleted < cleanAtOnce {
			return nil
		}
	}
}

// retryStuck has jobs tried again that run for longer than any may: their server died. Rescue
// has long woken another worker for their rows.
func (q *riverQueue[T]) retryStuck(ctx context.Context) error {
	now := time.Now().UTC()
	before := now.Add(-q.stuck)
	stuck, err := q.driver.GetExecutor().JobGetStuck(ctx, &riverdriver.JobGetStuckParams{Max: cleanAtOnce, StuckHorizon: before})
	if err != nil {
		return fmt.Errorf("look for stuck jobs: %w", err)
	}
	if len(stuck) == 0 {
		return nil
	}
	change := &riverdriver.JobRescueManyParams{StuckHorizon: before}
	for _, job := range stuck {
		text, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: max(job.Attempt, 0), Error: "its server died"})
		if err != nil {
			return fmt.Errorf("retry job %d: %w", job.ID, err)
		}
		state, ended := rivertype.JobStateRetryable, (*time.Time)(nil)
		if job.Attempt >= job.MaxAttempts {
			state, ended = rivertype.JobStateDiscarded, &now
		}
		change.ID, change.Error, change.State = append(change.ID, job.ID), append(change.Error, text), append(change.State, string(state))
		change.FinalizedAt, change.ScheduledAt = append(change.FinalizedAt, ended), append(change.ScheduledAt, now)
	}
	if _, err := q.driver.GetExecutor().JobRescueMany(ctx, change); err != nil {
		return fmt.Errorf("retry stuck jobs: %w", err)
	}
	return nil
}
