package jobs

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// reportArgs asks for a report to be made; its row says which.
type reportArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (reportArgs) Kind() string { return "report" }

// Report makes the report of an attempt.
func (w *Worker) Report(ctx context.Context, a models.Attempt, watch models.Progress) error {
	return w.attempt(ctx, a, func(ctx context.Context, progress models.Progress) error {
		report, err := w.db.Report(ctx, a.ID)
		if err != nil {
			return err
		}
		s, err := w.snapshot(ctx, report.AskedAsOf, both(progress, watch))
		if err != nil {
			return err
		}
		return w.db.FinishReport(ctx, a, s.About(report.Group))
	})
}

// snapshot is the shared one for the newest poll, and one of its own for any
// other instant.
func (w *Worker) snapshot(ctx context.Context, asOf uptime.Instant, progress models.Progress) (*models.Snapshot, error) {
	if asOf != 0 {
		return w.db.SnapshotAt(ctx, asOf, progress)
	}
	s, err := w.db.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("latest snapshot: %w", err)
	}
	progress(int64(len(s.Stores)), int64(len(s.Stores)))
	return s, nil
}

// both tells two watchers; the second may be missing.
func both(one, other models.Progress) models.Progress {
	if other == nil {
		return one
	}
	return func(done, total int64) {
		one(done, total)
		other(done, total)
	}
}
