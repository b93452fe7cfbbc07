package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/go-co-op/gocron/v2"

	"lightson/models"
)

// Ingest looks into the inbox here and now, as the schedule's job does.
func (j *Jobs) Ingest(ctx context.Context) error { return j.ingest(ctx) }

// AskIngest is what the schedule does at every tick.
func (j *Jobs) AskIngest(ctx context.Context) error { return j.askIngest(ctx) }

// AskImport queues an import whose files are where they should be.
func (j *Jobs) AskImport(ctx context.Context, i *models.Import) error { return j.askImport(ctx, i) }

// SetClock sets the clock of everything that has one.
func (j *Jobs) SetClock(now func() time.Time) { j.worker.now, j.inbox.now = now, now }

// NewSchedule is the schedule with one piece of work in it.
func NewSchedule(log *slog.Logger, name string, every time.Duration, run func(context.Context) error) (gocron.Scheduler, error) {
	return newSchedule(log, []periodic{{name, every, run}})
}

// ClearStage looks for files that no import wants.
func (j *Jobs) ClearStage(ctx context.Context) error { return j.clearStage(ctx) }

// DiscardOldPreviews does it now.
func (j *Jobs) DiscardOldPreviews(ctx context.Context) error { return j.discardOldPreviews(ctx) }
