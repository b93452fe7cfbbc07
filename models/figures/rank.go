package figures

import (
	"math/bits"
	"slices"

	"lightson/models/uptime"
)

// A Rank is the place of a store among those of its group that have data.
type Rank struct{ Place, Of int }

// Rank is the place of store n in its group by the availability of the last week, with
// corrections; 1 is the highest. Equal availabilities share the better place. It reports
// false for a store without a group or without data. It knows the stores of the snapshot
// only, so a snapshot that has not all of a group must not be asked.
func (s *Snapshot) Rank(n int) (Rank, bool) {
	s.rankOnce.Do(s.computeRanks)
	return s.ranks[n], s.ranks[n].Of > 0
}

func (s *Snapshot) computeRanks() {
	s.ranks = make([]Rank, len(s.Stores))
	week := func(n int) *uptime.Figures { return &s.Corrected(n)[uptime.LastWeek] }
	for _, g := range s.Groups() {
		stores := slices.DeleteFunc(slices.Clone(g.Stores), func(n int) bool { return week(n).Up+week(n).Down == 0 })
		slices.SortFunc(stores, func(a, b int) int { return compareAvailability(week(b), week(a)) })
		place := 0
		for i, n := range stores {
			if i == 0 || compareAvailability(week(n), week(stores[i-1])) != 0 {
				place = i + 1
			}
			s.ranks[n] = Rank{place, len(stores)}
		}
	}
}

// compareAvailability compares the availabilities of figures that have data, exactly.
func compareAvailability(a, b *uptime.Figures) int {
	high, low := bits.Mul64(uint64(a.Up), uint64(b.Up+b.Down))
	otherHigh, otherLow := bits.Mul64(uint64(b.Up), uint64(a.Up+a.Down))
	switch {
	case high == otherHigh && low == otherLow:
		return 0
	case high > otherHigh || high == otherHigh && low > otherLow:
		return 1
	default:
		return -1
	}
}
