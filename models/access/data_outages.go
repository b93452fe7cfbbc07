package access

import (
	"context"
	"io"

	"lightson/models/columnar"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// Outages is figures.Figures.Outages. The snapshot is already within reach.
func (d *Data) Outages(ctx context.Context, s *figures.Snapshot, q figures.OutageQuery) (figures.OutageList, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return figures.OutageList{}, err
	}
	return d.figures.Outages(ctx, s, q)
}

// EachOutage is figures.Figures.EachOutage. The snapshot is already within reach.
func (d *Data) EachOutage(ctx context.Context, s *figures.Snapshot, q figures.OutageQuery, visit func(*figures.StoreOutage) error) error {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return err
	}
	return d.figures.EachOutage(ctx, s, q, visit)
}

// MeasureRange is figures.Figures.MeasureRange. The snapshot is already within reach.
func (d *Data) MeasureRange(ctx context.Context, s *figures.Snapshot, stores []int, within uptime.Span) (figures.Range, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return figures.Range{}, err
	}
	return d.figures.MeasureRange(ctx, s, stores, within, nil)
}

// MeasureDates is figures.Figures.MeasureDates. The snapshot is already within reach.
func (d *Data) MeasureDates(ctx context.Context, s *figures.Snapshot, stores []int, first, last uptime.Date) (figures.Range, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return figures.Range{}, err
	}
	return d.figures.MeasureDates(ctx, s, stores, first, last)
}

// WritePolls is columnar.WritePolls, within reach.
func (d *Data) WritePolls(ctx context.Context, first, last int32, w io.Writer) error {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return err
	}
	return columnar.WritePolls(ctx, d.db, within, first, last, w)
}

// FeedSnapshot is figures.Figures.Snapshot for whoever reads a feed.
func (d *Data) FeedSnapshot(ctx context.Context) (*figures.Snapshot, error) {
	within, err := reachFor(ctx, ReadFeed)
	if err != nil {
		return nil, err
	}
	return d.figures.SnapshotWithin(ctx, within)
}

// FeedOutages is figures.Figures.Outages for whoever reads a feed. The snapshot is already
// within reach.
func (d *Data) FeedOutages(ctx context.Context, s *figures.Snapshot, q figures.OutageQuery) (figures.OutageList, error) {
	if _, err := reachFor(ctx, ReadFeed); err != nil {
		return figures.OutageList{}, err
	}
	return d.figures.Outages(ctx, s, q)
}
