package figures

import (
	"context"
	"slices"

	"lightson/models"
	"lightson/models/polls"
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
	return slices.ContainsFunc(s.packed().days, func(day *dayPolls) bool {
		return day.stores() > 0 && slices.ContainsFunc(was.packed().days, func(old *dayPolls) bool { return old.pool == day.pool })
	})
}

// SharesLines reports whether the trend shares the older part of a line with another.
func (t *Trend) SharesLines(was *Trend) bool {
	return slices.ContainsFunc(t.older, func(line uptime.Line) bool {
		return len(line) > 0 && slices.ContainsFunc(was.older, func(old uptime.Line) bool { return shareMemory(line, old) })
	})
}

// DayPolls are dayPolls, for tests of their own.
type DayPolls struct{ *dayPolls }

// NewDayPolls are the polls of a day, in a pool that has no room where it is full.
func NewDayPolls(full bool) DayPolls {
	d := newDayPolls()
	if full {
		d.pool.chunks = make([][]byte, mostChunks)
	}
	return DayPolls{d}
}

// Add adds the polls of a store.
func (d DayPolls) Add(store int32, packed polls.Day) { d.add(store, packed) }

// Replaced are the polls after those of some stores changed.
func (d DayPolls) Replaced(table models.PollTable, stores []int32) (DayPolls, error) {
	n, err := d.replaced(context.Background(), table, 0, stores)
	return DayPolls{n}, err
}

// All are the polls by store, and their checksum.
func (d DayPolls) All() (map[int32]string, uint32) {
	all := map[int32]string{}
	for store, packed := range d.all() {
		all[store] = string(packed)
	}
	return all, d.sum
}

// Differing are the stores whose polls are others.
func (d DayPolls) Differing(from DayPolls) []int32 { return d.differing(from.dayPolls) }

// SharesPool reports whether both have most of their polls in one place.
func (d DayPolls) SharesPool(other DayPolls) bool { return d.pool == other.pool }
