package figures

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// TrendDays is how many local dates a trend goes back: two weeks, and the two by which the
// dates of two zones can differ, so that two weeks of any of them are among these.
const TrendDays = 14 + 2

// A Trend is a snapshot and what came before it: the windows before the last ones,
// figures by day, and the hours of the week in which stores are down. It is
// computed from the version of the data of its snapshot, and never changes.
type Trend struct {
	*Snapshot

	// Before are the figures of the hour, the day and the week before the last
	// ones, by store. They are as of the same instant as the snapshot, so that
	// polls made after these windows speak for them too.
	Before []*[uptime.WindowCount]uptime.Figures

	// Dates are the dates of Days, oldest first. The last is the latest local date
	// of all stores at the as-of instant. There are no dates where nobody was ever polled, and
	// where there are no stores.
	Dates []uptime.Date

	whole    *Trend // that this one was narrowed from; nil where it has all stores
	days     trendDays
	heatMaps *heatMaps
	from     uptime.Instant // of the older parts
	older    []uptime.Line  // by store, of the line that the snapshot has the newer part of; nil where no trend follows
	within   narrowed[*Trend]
}

// Days are the figures of store n on each of Dates, in its own local time. Those of a date that
// has not begun for it are zero.
func (t *Trend) Days(n int) (days [TrendDays]uptime.Figures) {
	whole := t.Whole()
	for i, date := range t.Dates {
		days[i] = whole.days.on(t.InWhole(n), date).unpack()
	}
	return days
}

// CorrectedDays are the Days of store n with its corrections; where none concerns them they
// are its Days.
func (t *Trend) CorrectedDays(n int) [TrendDays]uptime.Figures {
	if len(t.Dates) > 0 {
		if corrected := t.Whole().days.correctedEndingOn(t.InWhole(n), t.Dates[len(t.Dates)-1]); corrected != nil {
			return *corrected
		}
	}
	return t.Days(n)
}

// Change is how much longer store n was down in the last week than in the week before;
// where it was down for less, it is negative. It is unknown where too little was seen of
// either week to compare them, see [uptime.Figures.ComparableTo].
func (t *Trend) Change(n int) (change uptime.Micros, known bool) {
	week, before := &t.Figures[n][uptime.LastWeek], &t.Before[n][uptime.LastWeek]
	if !week.ComparableTo(*before) {
		return 0, false
	}
	return week.Down - before.Down, true
}

// previousWindows are the hour, day and week before the last ones.
func previousWindows(asOf uptime.Instant) (spans [uptime.WindowCount]uptime.Span) {
	for n, last := range uptime.Windows(asOf) {
		spans[n] = uptime.Span{From: last.From.Add(-last.Length()), To: last.From}
	}
	return spans
}

// computeTrend computes the trend of the kept snapshot.
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

// trendOf computes the trend of a snapshot or, where the data changed, of a new one.
func (f *Figures) trendOf(ctx context.Context, s *Snapshot) (t *Trend, err error) {
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer f.computing.Release(1)
	given, ticket := s, f.snapshots.takeTicket()
	err = f.db.View(ctx, func(tx *models.Tx) error {
		err := tx.RequireVersion(ctx, s.Version)
		if errors.Is(err, models.ErrDataMoved) {
			// The new snapshot is of the version that this view sees. While imports
			// follow each other, a kept one might be out of date each time.
			s, err = f.newestOf(ctx, tx)
		}
		if err != nil {
			return err
		}
		latest, _ := f.trends.known()
		t, err = followTrend(ctx, tx, latest, s)
		if errors.Is(err, errOutdated) {
			t, err = newTrend(ctx, tx, s)
		}
		return err
	})
	if err == nil && t.Snapshot != given {
		f.snapshots.offer(t.Snapshot, ticket)
	}
	return t, err
}
