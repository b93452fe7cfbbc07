package jobs

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// reportArgs asks for a report to be made; its row says which.
type reportArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (reportArgs) Kind() string { return "report" }

// Report makes the report of an attempt.
func (w *Worker) Report(ctx context.Context, a models.Attempt, watch figures.Progress) error {
	return w.attempt(ctx, a, func(ctx context.Context, progress figures.Progress) error {
		report, err := w.db.Report(ctx, a.ID)
		if err != nil {
			return err
		}
		content, err := w.content(ctx, report.Scope(), both(progress, watch))
		if err != nil {
			return err
		}
		return reports.Finish(ctx, w.db, a, content)
	})
}

// content computes everything that a report says. Its range is measured on the
// data that its windows were: where an import came in between, all begins anew.
func (w *Worker) content(ctx context.Context, about models.ReportScope, progress figures.Progress) (content reports.Content, err error) {
	for {
		s, err := w.snapshot(ctx, about.AsOf, progress)
		if err != nil {
			return content, err
		}
		content = reports.About(s, about.Group)
		if about.Range.Empty() {
			return content, nil
		}
		content.Ranges, err = w.figures.MeasureRange(ctx, s, content.Stores, about.Range, progress)
		if err == nil || !errors.Is(err, models.ErrDataMoved) {
			return content, err
		}
	}
}

// snapshot is the shared one for the newest poll, and one of its own for any
// other instant.
func (w *Worker) snapshot(ctx context.Context, asOf uptime.Instant, progress figures.Progress) (*figures.Snapshot, error) {
	if asOf != 0 {
		return w.figures.SnapshotAt(ctx, asOf, progress)
	}
	s, err := w.figures.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("latest snapshot: %w", err)
	}
	progress(int64(len(s.Stores)), int64(len(s.Stores)))
	return s, nil
}

// both tells two watchers; the second may be missing.
func both(one, other figures.Progress) figures.Progress {
	if other == nil {
		return one
	}
	return func(done, total int64) {
		one(done, total)
		other(done, total)
	}
}
