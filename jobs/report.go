package jobs

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/reports"
)

// reportArgs names the report that a job is to make.
type reportArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (reportArgs) Kind() string { return "report" }

// Report makes the report of an attempt.
func (w *Worker) Report(ctx context.Context, a models.Attempt, watch figures.Progress) error {
	return w.attempt(ctx, a, func(ctx context.Context, progress figures.Progress) error {
		if sharded, err := w.needsShards(ctx); err != nil {
			return err
		} else if sharded {
			return w.reportInShards(ctx, a, both(progress, watch))
		}
		report, err := w.db.Report(ctx, a.ID)
		if err != nil {
			return err
		}
		within, err := report.Reach()
		if err != nil {
			return err
		}
		content, err := w.content(ctx, report.Scope(), within, both(progress, watch))
		if err != nil {
			return err
		}
		return reports.Finish(ctx, w.db, a, content)
	})
}

// content computes everything that a report says of the stores within a reach. Its
// windows and its range are of the same version of the data: where an import changes the
// data in between, both are measured again.
func (w *Worker) content(ctx context.Context, about models.ReportScope, within reach.Reach, progress figures.Progress) (content reports.Content, err error) {
	for {
		s, err := w.snapshot(ctx, about.AsOf, within, progress)
		if err != nil {
			return content, err
		}
		content = reports.About(s, about.Group)
		content.Corrected = about.Corrected
		if content.Targets, err = entered.ReadTargets(ctx, w.db); err != nil {
			return content, err
		}
		if about.Range.Empty() {
			return content, nil
		}
		measured, err := w.figures.MeasureRange(ctx, s, content.Stores, about.Range, progress)
		content.Range = &measured
		if err == nil || !errors.Is(err, models.ErrDataMoved) {
			return content, err
		}
	}
}

// snapshot is the one that all share for the newest poll, and a new one for any
// other instant, narrowed to a reach.
func (w *Worker) snapshot(ctx context.Context, asOf models.OptionalInstant, within reach.Reach, progress figures.Progress) (*figures.Snapshot, error) {
	if asOf.Known {
		progress, err := w.progressWithin(ctx, within, progress)
		if err != nil {
			return nil, err
		}
		s, err := w.figures.ReportSnapshotAt(ctx, asOf, progress)
		if err != nil {
			return nil, err
		}
		return s.Within(within), nil
	}
	s, err := w.figures.SnapshotWithin(ctx, within)
	if err != nil {
		return nil, fmt.Errorf("latest snapshot: %w", err)
	}
	progress(int64(len(s.Stores)), int64(len(s.Stores)))
	return s, nil
}

// progressWithin tells of the stores of a reach how far it is with all of them: how many
// those are is nobody's business who has that reach.
func (w *Worker) progressWithin(ctx context.Context, within reach.Reach, progress figures.Progress) (figures.Progress, error) {
	if within.IsAll() {
		return progress, nil
	}
	stores, err := w.db.CountStores(ctx, within)
	if err != nil {
		return nil, err
	}
	return func(done, total int64) {
		if total > 0 {
			progress(done*stores/total, stores)
		}
	}, nil
}

// both tells two watchers; other may be nil.
func both(one, other figures.Progress) figures.Progress {
	if other == nil {
		return one
	}
	return func(done, total int64) {
		one(done, total)
		other(done, total)
	}
}
