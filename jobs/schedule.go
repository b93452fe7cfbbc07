package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"
)

// A periodic is one named piece of work that the schedule repeats. It must be
// safe to repeat and to run on several servers at once.
type periodic struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

// rescueEvery is how brief work is taken up whose server died, after its lease.
const rescueEvery = 2 * time.Second

// lookTimeout is how long one look for such work, or for files, may take.
const lookTimeout = 30 * time.Second

// clearEvery is how often files are looked for that no import wants any more.
const clearEvery = time.Hour

// periodic lists everything that happens by the clock.
func (j *Jobs) periodic() []periodic {
	list := []periodic{
		{"rescue orphaned work", rescueEvery, brief(j.Rescue)},
		{"clear the stage", clearEvery, j.cleanStage},
		{"discard old previews", clearEvery, j.discardOldPreviews},
	}
	if j.settings.Inbox != "" {
		list = append(list, periodic{"look into the inbox", j.settings.IngestEvery, brief(j.askIngest)})
	}
	if prunes(j.settings.Keep) {
		list = append(list, periodic{"delete old data", pruneEvery, j.prune})
	}
	if len(j.settings.Sources) > 0 {
		list = append(list, periodic{"look at the sources", j.settings.PullEvery, brief(j.askPull)})
	}
	return list
}

// brief bounds the time of work that only asks the database: where that hangs,
// the next tick must find it in another mood.
func brief(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, lookTimeout)
		defer cancel()
		return run(ctx)
	}
}

// newSchedule runs each piece of work at once and then every so often. One that
// takes longer than its interval skips ticks instead of piling up.
func newSchedule(log *slog.Logger, list []periodic) (gocron.Scheduler, error) {
	s, err := gocron.NewScheduler(gocron.WithStopTimeout(10 * time.Second))
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
						return // the schedule stops
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
