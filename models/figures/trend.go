package figures

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// TrendDays is how many local dates a trend goes back.
const TrendDays = 14

// A Trend is a snapshot and how it came to it: the windows before the last ones,
// figures by day, and when in the week stores are down. It is of the one version
// of the data that its snapshot is of, and never changes.
type Trend struct {
	*Snapshot

	// Before are the hour, the day and the week before the last ones, by store.
	// They are judged as of the same instant, with all polls until then.
	Before [][uptime.WindowCount]uptime.Figures

	// Dates are the dates of Days, oldest first. The last is the newest that any
	// store is on at the as-of instant; where it is still to come for a store,
	// its figures are zero. There are none where nobody was ever polled.
	Dates []uptime.Date
	Days  [][TrendDays]uptime.Figures // by store, each in its own local dates

	HeatMap uptime.HeatMap // of all stores in the last week
}

// before are the hour, day and week before the last ones.
func before(asOf uptime.Instant) (spans [uptime.WindowCount]uptime.Span) {
	for n, last := range uptime.Windows(asOf) {
		spans[n] = uptime.Span{From: last.From.Add(-last.Length()), To: last.From}
	}
	return spans
}

// computeTrend computes the trend of the shared snapshot.
func (f *Figures) computeTrend(ctx context.Context) (*Trend, error) {
	s, err := f.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t, err := f.trendOf(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("trend: %w", err)
	}
	return t, nil
}

// trendOf is the trend of a snapshot or, where the data moved on, of a new one.
func (f *Figures) trendOf(ctx context.Context, s *Snapshot) (t *Trend, err error) {
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer f.computing.Release(1)
	err = f.db.View(ctx, func(tx *models.Tx) error {
		err := tx.RequireVersion(ctx, s.Version)
		if errors.Is(err, models.ErrDataMoved) {
			// Of what this view sees: if imports come one after another, the
			// shared one might be behind each time.
			s, err = f.computeSnapshot(ctx, tx, 0, nil)
		}
		if err != nil {
			return err
		}
		t, err = newTrend(ctx, tx, s)
		return err
	})
	if err == nil {
		f.snapshots.offer(t.Snapshot)
	}
	return t, err
}
