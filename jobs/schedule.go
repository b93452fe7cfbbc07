package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"lightson/models"
	"lightson/models/idempotency"
)

// A periodic is a task that the schedule repeats. It must be safe to repeat and to
// run on several servers at the same time.
type periodic struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

const (
	// rescueEvery is how often Rescue looks for work whose worker died, and the queue for
	// jobs of which nobody told.
	rescueEvery = 2 * time.Second
	// queryTimeout bounds a task that only asks the database.
	queryTimeout = 30 * time.Second
	// cleanEvery is how often a server looks for files and previews that nobody
	// needs any more.
	cleanEvery = time.Hour
)

// periodic lists everything that happens by the clock.
func (j *Jobs) periodic() []periodic {
	list := []periodic{
		{"look for jobs", rescueEvery, withTimeout(j.queue.look)},
		{"rescue orphaned work", rescueEvery, withTimeout(j.whenChanged(j.rescue))},
		{"judge alert rules", alertEvery, j.whenChanged(j.tellAlerts)},
		{"clear the stage", cleanEvery, j.cleanStage},
		{"make scheduled reports", scheduledEvery, withTimeout(j.whenChanged(j.runScheduled))},
		{"delete old runs", pruneEvery, j.pruneScheduled},
		{"discard old previews", cleanEvery, j.discardOldPreviews},
		{"clean the queue", cleanQueueEvery, withTimeout(j.queue.clean)},
		{"forget looks of a clock ahead", cleanEvery, withTimeout(j.forgetLooksAhead)},
		{"wake overdue deliveries", overdueEvery, withTimeout(j.whenChanged(j.wakeOverdue))},
		{"delete old deliveries", pruneEvery, j.pruneDeliveries},
		{"delete ended sessions", pruneEvery, j.accounts.Prune},
		{"forget idempotency keys", pruneEvery, idempotency.New(j.db, time.Now).Prune},
		{"delete old incidents", pruneEvery, j.pruneIncidents},
		{"send digests", digestEvery, j.whenChanged(j.sendDigests)},
	}
	if j.settings.Inbox != "" {
		list = append(list, periodic{"look into the inbox", j.settings.IngestEvery, withTimeout(j.askIngestIfAny)})
	}
	if j.settings.Reserve != "" {
		list = append(list, periodic{"keep a reserve on the disk", reserveEvery, j.layReserve})
	}
	if prunes(j.settings.Keep) {
		list = append(list, periodic{"delete old data", pruneEvery, j.prune})
	}
	if j.settings.PullEvery > 0 {
		list = append(list, periodic{"look at the sources", j.settings.PullEvery, withTimeout(j.askPull)})
	}
	if j.settings.RefreshEvery > 0 {
		list = append(list, periodic{"refresh tables for SQL", j.settings.RefreshEvery, j.refreshTables})
	}
	return list
}

// refreshTables brings the tables that people read with SQL up to date. Servers that do it at
// the same time do some work twice, and harm nothing.
func (j *Jobs) refreshTables(ctx context.Context) error {
	done, err := j.tables.Refresh(ctx, nil)
	if done.Days+done.Outages > 0 {
		j.log.InfoContext(ctx, "tables for SQL refreshed", "stores", done.Stores, "days", done.Days, "outages", done.Outages)
	}
	if errors.Is(err, models.ErrDataMoved) {
		j.log.InfoContext(ctx, "data keep changing, so older dates in tables for SQL wait for the next refresh")
		return nil
	}
	return err
}

// forgetLooksAhead deletes the records of looks that a clock ahead of time made. A look
// is one per interval, so they would keep the looks of those intervals from happening
// once their time comes.
func (j *Jobs) forgetLooksAhead(ctx context.Context) error {
	return j.queue.forgetAhead(ctx, time.Now().Add(time.Minute), ingestArgs{}.Kind(), pullArgs{}.Kind())
}

// withTimeout bounds a task that only asks the database, so that one query that
// hangs does not end the task for ever: a task that runs skips its ticks.
func withTimeout(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, queryTimeout)
		defer cancel()
		return run(ctx)
	}
}

// newSchedule runs each task at once and then at its interval. A task that takes
// longer than its interval skips ticks; it does not run twice at the same time.
func newSchedule(log *slog.Logger, list []periodic) (gocron.Scheduler, error) {
	s, err := gocron.NewScheduler(gocron.WithStopTimeout(10*time.Second), gocron.WithClock(newSteadyClock()))
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	for _, p := range list {
		_, err := s.NewJob(
			gocron.DurationJob(p.every),
			gocron.NewTask(p.run),
			gocron.WithName(p.name),
			gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithStartAt(gocron.WithStartImmediately()),
			gocron.WithEventListeners(
				gocron.AfterJobRunsWithError(func(_ uuid.UUID, name string, err error) {
					if errors.Is(err, context.Canceled) {
						return // the server stops
					}
					log.Error("scheduled work failed", "work", name, "error", err)
				}),
				// Without this listener gocron lets a panic end the process.
				gocron.AfterJobRunsWithPanic(func(_ uuid.UUID, name string, panicked any) {
					log.Error("scheduled work panicked", "work", name, "panic", panicked)
				}),
			),
		)
		if err != nil {
			return nil, fmt.Errorf("schedule %s: %w", p.name, err)
		}
	}
	return s, nil
}

// A steadyClock begins as the system's clock and goes on by the time that passes. gocron
// counts ticks one by one up to now, which takes minutes after a device without a
// clock was set from 1970 to the present.
type steadyClock struct {
	clockwork.Clock
	began time.Time
}

func newSteadyClock() steadyClock { return steadyClock{clockwork.NewRealClock(), time.Now()} }

// Now goes by the monotonic reading that time.Now has beside that of the clock.
func (c steadyClock) Now() time.Time { return c.began.Round(0).Add(time.Since(c.began)) }

// Since and Until replace those that would ask the system's clock.
func (c steadyClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

func (c steadyClock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }
