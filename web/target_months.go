package web

import (
	"context"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// targets are the targets that were entered. Pages show those of what they show.
func (s *Server) targets(ctx context.Context) (entered.Targets, error) {
	f, err := s.frame(ctx)
	return f.targets, err
}

// storeMonths are the months of the stores of a snapshot that have a target.
type storeMonths struct {
	index  []int32 // of each store in months, from 1; 0 where it has no target
	months []figures.Month
}

// of is the month of store n, if it has a target.
func (m *storeMonths) of(n int) (month figures.Month, known bool) {
	if m == nil || m.index[n] == 0 {
		return month, false
	}
	return m.months[m.index[n]-1], true
}

// sum is the month of several stores together.
func (m *storeMonths) sum(stores []int) figures.Month {
	sum := figures.Month{Kept: true}
	for _, n := range stores {
		if month, known := m.of(n); known {
			sum.Add(month)
		}
	}
	return sum
}

// monthsOf are the months of all stores of a snapshot that have a target; nil where none
// has. They are computed once for each version of the data and of the targets. The error is
// models.ErrDataMoved where the data are no longer those of the snapshot.
func (s *Server) monthsOf(ctx context.Context, snapshot *figures.Snapshot) (*storeMonths, error) {
	f, err := s.frame(ctx)
	if err != nil || !f.targets.Some() {
		return nil, err
	}
	return s.months.get(ctx, readersOf(ctx), snapshot.Whole(), f.entered, func(ctx context.Context) (*storeMonths, error) {
		m := &storeMonths{index: make([]int32, len(snapshot.Stores))}
		var stores []int
		for n := range snapshot.Stores {
			if _, known := f.targets.Of(snapshot.Stores[n]); known {
				stores = append(stores, n)
				m.index[n] = int32(len(stores))
			}
		}
		m.months, err = s.data.Months(ctx, snapshot, stores)
		return m, err
	})
}

// correctedSum adds up the corrected figures of the windows of stores.
func correctedSum(s *figures.Snapshot, stores []int) (sum [3]uptime.Figures) {
	for _, n := range stores {
		corrected := s.Corrected(n)
		for w := range sum {
			sum[w].Add(corrected[w])
		}
	}
	return sum
}

// anyTarget reports whether a store of a snapshot has a target.
func anyTarget(s *figures.Snapshot, targets entered.Targets) bool {
	if !targets.Some() {
		return false
	}
	for n := range s.Stores {
		if _, known := targets.Of(s.Stores[n]); known {
			return true
		}
	}
	return false
}

// countMissed counts the stores whose last week misses their target, and those that are
// judged.
func countMissed(s *figures.Snapshot, targets entered.Targets, stores []int) (missed, judged int) {
	if !targets.Some() {
		return 0, 0
	}
	for _, n := range stores {
		if target, known := targets.Of(s.Stores[n]); known {
			if met, is := target.Met(s.Corrected(n)[uptime.LastWeek]); is {
				judged++
				if !met {
					missed++
				}
			}
		}
	}
	return missed, judged
}

// matchesTarget reports whether store n passes the filter by its target.
func (q storeQuery) matchesTarget(s *figures.Snapshot, targets entered.Targets, n int) bool {
	if q.Target == "" {
		return true
	}
	target, known := targets.Of(s.Stores[n])
	if !known {
		return false
	}
	met, judged := target.Met(s.Corrected(n)[uptime.LastWeek])
	return judged && met == (q.Target == targetMet)
}

// rankOf is the place of store n in its group, for whoever may see all of the group: to
// others it would tell of stores that are not theirs.
func rankOf(ctx context.Context, s *figures.Snapshot, n int) (figures.Rank, bool) {
	group := s.Stores[n].Group
	p, err := access.Of(ctx)
	if err != nil || group == "" || !p.Reach.HasGroup(group) {
		return figures.Rank{}, false
	}
	return s.Rank(n)
}
