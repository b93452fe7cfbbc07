package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// ErrForbidden says that the principal may not do what was asked. Things that are out of
// reach are models.ErrNotFound instead, as if they did not exist.
var ErrForbidden = errors.New("not allowed")

// Data is the door to everything that is about stores. Each method acts for the principal
// in its context and gives what is within the principal's reach; without a principal it
// gives ErrNoPrincipal. The exceptions are what the frames of all pages are made of: Sales,
// LastImport, and PollEvery, DataVersion, ChangeMark and Ready, which tell nothing of any store.
type Data struct {
	db        *models.DB
	figures   *figures.Figures
	history   *history.History
	backtests alerts.Backtests
}

// NewData returns the door to a database and to the figures computed from it.
func NewData(db *models.DB, f *figures.Figures) *Data {
	return &Data{db: db, figures: f, history: history.New(f)}
}

// reachFor is the reach of the principal, who must have a permission.
func reachFor(ctx context.Context, needed Permission) (reach.Reach, error) {
	p, err := Of(ctx)
	if err != nil {
		return reach.Reach{}, err
	}
	if !p.May(needed) {
		return reach.Reach{}, fmt.Errorf("%s: %w", p.Key(), ErrForbidden)
	}
	return p.Reach, nil
}

// Snapshot is figures.Figures.Snapshot, within reach.
func (d *Data) Snapshot(ctx context.Context) (*figures.Snapshot, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.figures.SnapshotWithin(ctx, within)
}

// RecentSnapshot is figures.Figures.RecentSnapshot, within reach.
func (d *Data) RecentSnapshot(ctx context.Context) (*figures.Snapshot, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.figures.RecentSnapshotWithin(ctx, within)
}

// KnownSnapshot is figures.Figures.KnownSnapshot, within reach.
func (d *Data) KnownSnapshot(ctx context.Context) (s *figures.Snapshot, some bool, err error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, false, err
	}
	if s, some = d.figures.KnownSnapshot(); some {
		s = s.Within(within)
	}
	return s, some, nil
}

// Trend is figures.Figures.Trend, within reach.
func (d *Data) Trend(ctx context.Context) (*figures.Trend, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.figures.TrendWithin(ctx, within)
}

// RecentTrend is figures.Figures.RecentTrend, within reach.
func (d *Data) RecentTrend(ctx context.Context) (*figures.Trend, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.figures.RecentTrendWithin(ctx, within)
}

// StoreDays is figures.Figures.StoreDays. The snapshot is already within reach.
func (d *Data) StoreDays(ctx context.Context, s *figures.Snapshot, n int, first, last uptime.Date) (figures.StoreDays, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return figures.StoreDays{}, err
	}
	return d.figures.StoreDays(ctx, s, n, first, last)
}

// Days is history.History.Days. The trend is already within reach.
func (d *Data) Days(ctx context.Context, t *figures.Trend, stores []int, recent []uptime.Figures, last uptime.Date, wait time.Duration) (history.Days, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return history.Days{}, err
	}
	return d.history.Days(ctx, t, stores, recent, last, wait), nil
}

// Ranges is history.History.Ranges. The trend is already within reach.
func (d *Data) Ranges(ctx context.Context, t *figures.Trend, stores []int, dates []func(today uptime.Date) history.Dates, wait time.Duration) ([]history.Range, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return nil, err
	}
	return d.history.Ranges(ctx, t, stores, dates, wait), nil
}

// Months is figures.Figures.Months. The snapshot is already within reach.
func (d *Data) Months(ctx context.Context, s *figures.Snapshot, stores []int) ([]figures.Month, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return nil, err
	}
	return d.figures.Months(ctx, s, stores)
}

// GroupExists reports whether a group has stores within reach.
func (d *Data) GroupExists(ctx context.Context, name string) (bool, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return false, err
	}
	return NewGroupsWithin(d.db, within).GroupExists(ctx, name)
}

// PollEvery is figures.Figures.PollEvery.
func (d *Data) PollEvery() uptime.Micros { return d.figures.PollEvery() }

// DataVersion is models.DB.DataVersion.
func (d *Data) DataVersion(ctx context.Context) (models.DataVersion, error) {
	return d.db.DataVersion(ctx)
}

// ChangeMark is models.DB.ChangeMark.
func (d *Data) ChangeMark(ctx context.Context) (models.ChangeMark, error) {
	return d.db.ChangeMark(ctx)
}

// Ready is models.DB.Ready.
func (d *Data) Ready(ctx context.Context) error { return d.db.Ready(ctx) }
