package web

import (
	"context"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/words"
)

// What is made of figures is kept for each reach until there are newer ones. A hundred
// people who see a tenth of the stores each must not take much more memory than one who
// sees them all, so each cache has room for a few times what is made of all stores, and
// begins anew when it is full. Sizes are in stores.

// emptySize is about how many stores take as much room as a value without any.
const emptySize = 32

// forgetFigures lets go of what was made of older figures than the latest. Without it, those
// that somebody saw last would stay in memory beside the newest ones until the next visitor comes.
func (s *Server) forgetFigures(snapshot *figures.Snapshot, trend *figures.Trend) {
	ofSnapshot := func(of *figures.Snapshot) bool { return of == snapshot || trend != nil && of == trend.Snapshot }
	s.storeOrders.forgetUnless(ofSnapshot)
	s.feedEntries.forgetUnless(ofSnapshot)
	s.storeNames.forgetUnless(func(of storesEpoch) bool {
		return snapshot != nil && of == storesEpochOf(snapshot) || trend != nil && of == storesEpochOf(trend.Snapshot)
	})
	s.storeDays.forgetUnless(ofSnapshot)
	s.quality.forgetUnless(ofSnapshot)
	s.editions.forgetUnless(ofSnapshot)
	s.offline.forgetUnless(ofSnapshot)
	s.months.forgetUnless(ofSnapshot)
	s.latest.forgetUnless(func(e latestEpoch) bool { return ofSnapshot(e.whole) })
	ofTrend := func(of *figures.Trend) bool { return of == trend }
	s.groups.forgetUnless(ofTrend)
	s.sums.forgetUnless(ofTrend)
}

// An enteredEpoch stands for what people entered: corrections change the version of the data,
// and pauses that of what changes no figure.
type enteredEpoch struct{ data, entered int64 }

func (s *Server) enteredEpoch(ctx context.Context) (enteredEpoch, error) {
	mark, err := s.data.ChangeMark(ctx)
	return enteredEpoch{mark.Data, mark.Entered}, err
}

// enteredRows bounds what is kept of what people entered.
const enteredRows = 20_000

func newEnteredCache[T any]() cache[enteredEpoch, struct{}, []T] {
	return cache[enteredEpoch, struct{}, []T]{
		most: func(enteredEpoch) int { return enteredRows }, size: func(_ struct{}, list []T) int { return len(list) + emptySize },
	}
}

// roomOfStores is the room for so many values of all stores.
func roomOfStores(values int) func(*figures.Snapshot) int {
	return func(whole *figures.Snapshot) int { return values * (len(whole.Stores) + emptySize) }
}

func roomOfTrend(values int) func(*figures.Trend) int {
	return func(whole *figures.Trend) int { return values * (len(whole.Stores) + emptySize) }
}

func newStoreOrders() cache[*figures.Snapshot, sortOrder, []int] {
	return cache[*figures.Snapshot, sortOrder, []int]{
		most: roomOfStores(24), size: func(_ sortOrder, order []int) int { return len(order) + emptySize },
	}
}

func newFeedCache() cache[*figures.Snapshot, words.Language, []feedOutage] {
	return cache[*figures.Snapshot, words.Language, []feedOutage]{
		most: func(*figures.Snapshot) int { return 100 * (feedMost + emptySize) }, size: func(_ words.Language, entries []feedOutage) int { return len(entries) + emptySize },
	}
}

// A storesEpoch stands for the stores of a whole snapshot, which the next ones share for as long as
// none of them changes.
type storesEpoch struct {
	mark   *models.Store
	stores int
}

func storesEpochOf(s *figures.Snapshot) storesEpoch {
	whole := s.Whole()
	return storesEpoch{whole.StoresMark(), len(whole.Stores)}
}

func newStoreNameCache() cache[storesEpoch, struct{}, storeNames] {
	return cache[storesEpoch, struct{}, storeNames]{
		most: func(of storesEpoch) int { return 2 * (of.stores + emptySize) }, size: func(_ struct{}, names storeNames) int { return len(names.ranks) + emptySize },
	}
}

func newQualityCache() cache[*figures.Snapshot, struct{}, *figures.Quality] {
	return cache[*figures.Snapshot, struct{}, *figures.Quality]{
		most: roomOfStores(2), size: func(_ struct{}, q *figures.Quality) int { return len(q.Stores) + emptySize },
	}
}

// newOneValueCache is a cache of one small value for each reach.
func newOneValueCache[V any]() cache[*figures.Snapshot, struct{}, V] {
	return cache[*figures.Snapshot, struct{}, V]{
		most: roomOfStores(2), size: func(struct{}, V) int { return emptySize },
	}
}

func newGroupCache() cache[*figures.Trend, string, *groupFigures] {
	return cache[*figures.Trend, string, *groupFigures]{
		most: roomOfTrend(8), size: func(_ string, g *groupFigures) int { return len(g.stores) + emptySize },
	}
}

func newMonthCache() cache[*figures.Snapshot, int64, *storeMonths] {
	return cache[*figures.Snapshot, int64, *storeMonths]{
		most: roomOfStores(2), size: func(_ int64, m *storeMonths) int { return len(m.index) + emptySize },
	}
}

func newSumCache() cache[*figures.Trend, struct{}, []groupSum] {
	return cache[*figures.Trend, struct{}, []groupSum]{
		most: func(whole *figures.Trend) int { return 2 * (len(whole.Stores) + (len(whole.Groups())+1)*emptySize) },
		size: func(_ struct{}, sums []groupSum) int {
			size := emptySize
			for _, sum := range sums {
				size += len(sum.stores) + emptySize
			}
			return size
		},
	}
}
