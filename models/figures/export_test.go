package figures

import (
	"context"

	"lightson/models/reach"
)

// TrendOf is the trend of a snapshot that may be out of date.
func (f *Figures) TrendOf(s *Snapshot) (*Trend, error) { return f.trendOf(context.Background(), s) }

// AskedForTrend reports whether this process has a trend, or is computing one.
func (f *Figures) AskedForTrend() bool {
	f.trends.mu.Lock()
	defer f.trends.mu.Unlock()
	return f.trends.has || f.trends.pending != nil
}

// KeptSnapshot is the version of the snapshot that is there without computing one.
func (f *Figures) KeptSnapshot() int64 {
	f.snapshots.mu.Lock()
	defer f.snapshots.mu.Unlock()
	if !f.snapshots.has {
		return 0
	}
	return f.snapshots.latest.Version
}

// ComputeOpenings and Measure are the two halves of computing a snapshot, but for
// stores that need a poll from before what was read.
func (s *Snapshot) ComputeOpenings(ctx context.Context) error { return s.computeOpenings(ctx) }

func (s *Snapshot) Measure(ctx context.Context) error {
	s.allocate()
	_, err := s.period.measureWithoutMore(ctx, allIndexes(len(s.Stores)), s.measure, nil)
	return err
}

// ComputeSnapshotsBy computes snapshots by other means.
func (f *Figures) ComputeSnapshotsBy(compute func(context.Context) (*Snapshot, error)) {
	f.snapshots.compute = compute
}

// Parallel is parallel.
var Parallel = parallel

// NarrowedKept are how many narrowed snapshots are kept, and how many stores they have.
func (s *Snapshot) NarrowedKept() (count, stores int) {
	s.within.mu.Lock()
	defer s.within.mu.Unlock()
	if s.within.latest == nil {
		return 0, 0
	}
	for _, n := range s.within.latest.Values() {
		stores += len(n.Stores)
	}
	return s.within.latest.Len(), stores
}

// Narrow is Within without what is kept.
func (s *Snapshot) Narrow(r reach.Reach) *Snapshot { return s.narrowedTo(s.storesWithin(r), "") }

// Followed reports whether the latest snapshot went on from the one before it.
func (f *Figures) Followed() bool {
	s, _ := f.snapshots.known()
	return s.carry.followed
}

// Followed reports whether the trend went on from the one before it.
func (t *Trend) Followed() bool { return t.followed }
