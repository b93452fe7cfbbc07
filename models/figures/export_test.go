package figures

import (
	"context"
	"slices"

	"lightson/models/reach"
	"lightson/models/uptime"
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

// FollowsFrom reports whether the snapshot shares anything of its stores with another.
func (s *Snapshot) FollowsFrom(was *Snapshot) bool {
	return slices.ContainsFunc(s.packed().days, func(day dayPolls) bool {
		return len(day.stores) > 0 && slices.ContainsFunc(was.packed().days, func(old dayPolls) bool {
			return len(old.stores) > 0 && &old.stores[0] == &day.stores[0]
		})
	})
}

// SharesLines reports whether the trend shares the older part of a line with another.
func (t *Trend) SharesLines(was *Trend) bool {
	return slices.ContainsFunc(t.older, func(line uptime.Line) bool {
		return len(line) > 0 && slices.ContainsFunc(was.older, func(old uptime.Line) bool { return shareMemory(line, old) })
	})
}
