package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// look has River fetch the jobs that are due. It asks for them only where somebody has
// written something since the last look, or one was to be due by now.
func (q *riverQueue[T]) look(ctx context.Context) error { return q.lookSince(ctx, commitsShared) }

func (q *riverQueue[T]) lookSince(ctx context.Context, age time.Duration) error {
	q.looking.Lock()
	defer q.looking.Unlock()
	found, err := q.commits.now(ctx, age)
	if err != nil {
		return err
	}
	now := time.Now()
	if found == q.seen && (q.due.IsZero() || now.Round(0).Before(q.due)) && now.Sub(q.found) < lookAnyway {
		q.pace.note(now, q.due)
		return nil
	}
	q.seen = ""
	due, err := q.findDue(ctx)
	if err != nil {
		return err
	}
	for queue := range strings.FieldsFuncSeq(due.queues, func(r rune) bool { return r == ',' }) {
		if !q.isLeft(queue) {
			q.wakes.wake(queue)
		}
	}
	if due.later {
		if err := q.makeAvailable(ctx); err != nil {
			return err
		}
	}
	if due.queues == "" && !due.later {
		q.seen = found // else a fetch may fail, so that the next look tells of the jobs again
	}
	q.found, q.due = now, time.Time{}
	if due.next >= 0 {
		q.due = now.Round(0).Add(time.Duration(due.next * float64(time.Second)))
	}
	q.pace.note(now, q.due)
	return nil
}

func (q *riverQueue[T]) findDue(ctx context.Context) (due jobsDue, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	text := dueOnPostgres
	if q.driver.DatabaseName() == riverdriver.DatabaseNameSQLite {
		text = dueOnSQLite
	}
	if err := q.driver.GetExecutor().QueryRow(ctx, text).Scan(&due.queues, &due.later, &due.next); err != nil {
		return due, fmt.Errorf("look for jobs: %w", err)
	}
	return due, nil
}

// makeAvailable lets workers have the jobs that were put off until now.
func (q *riverQueue[T]) makeAvailable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	moved, err := q.driver.GetExecutor().JobSchedule(ctx, &riverdriver.JobScheduleParams{Max: scheduleAtOnce})
	if err != nil {
		return fmt.Errorf("make jobs available: %w", err)
	}
	for _, m := range moved {
		q.wakes.wake(m.Job.Queue)
	}
	return nil
}

// keepLooking looks for jobs between the looks of the schedule, until ctx ends. A look that
// fails is logged by the schedule, whose own fails as well.
func (q *riverQueue[T]) keepLooking(ctx context.Context) {
	for {
		timer := time.NewTimer(q.pace.wait(time.Now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-q.pace.change:
			timer.Stop()
		case <-timer.C:
			if q.lookSince(ctx, fetchEvery/2) != nil {
				q.pace.note(time.Now(), time.Time{})
			}
		}
	}
}
