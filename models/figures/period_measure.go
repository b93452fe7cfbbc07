package figures

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"lightson/models"
	"lightson/models/uptime"
)

// measureAll calls measure once for each store, with the polls that decide its
// figures in the period. It may call it for several stores at once, in any order.
func (p *period) measureAll(ctx context.Context, tx *models.Tx, measure func(n int, polls []uptime.Poll), progress Progress) error {
	stores := allIndexes(len(p.stores))
	p.sortByID(stores)
	return p.measureStores(ctx, tx, stores, measure, progress)
}

// sortByID sorts indexes of stores by their ids, in the order of which the polls of each day lie in
// memory.
func (p *period) sortByID(stores []int) {
	slices.SortFunc(stores, func(a, b int) int { return cmp.Compare(p.stores[a].ID, p.stores[b].ID) })
}

// measureStores is measureAll for some of the stores.
func (p *period) measureStores(ctx context.Context, tx *models.Tx, stores []int, measure func(n int, polls []uptime.Poll), progress Progress) error {
	incomplete, err := p.measureWithoutMore(ctx, stores, measure, progress)
	if err != nil {
		return err
	}
	return p.measureWithMore(ctx, tx, incomplete, measure)
}

// measureWithoutMore calls measure for the stores whose polls that were read
// are enough, and returns the others.
func (p *period) measureWithoutMore(ctx context.Context, stores []int, measure func(n int, polls []uptime.Poll), progress Progress) (incomplete []int, err error) {
	var mu sync.Mutex
	var done int64
	err = parallel(ctx, len(stores), func(first, last int) error {
		var polls []uptime.Poll
		var found []int
		for _, n := range stores[first:last] {
			err := ctx.Err()
			if err != nil {
				return err
			}
			if polls, err = p.appendPolls(polls[:0], n); err != nil {
				return err
			}
			_, earlier := p.needsEarlier(n, polls)
			if _, later := p.needsLater(n, polls); earlier || later {
				found = append(found, n)
				continue
			}
			measure(n, polls)
		}
		mu.Lock()
		defer mu.Unlock()
		incomplete = append(incomplete, found...)
		done += int64(last - first)
		if progress != nil {
			progress(done, int64(len(stores)))
		}
		return nil
	})
	return incomplete, err
}

// measureWithMore reads the one earlier and the one later poll of each incomplete store,
// as it needs them, and calls measure for it.
func (p *period) measureWithMore(ctx context.Context, tx *models.Tx, incomplete []int, measure func(n int, polls []uptime.Poll)) error {
	for _, n := range incomplete {
		polls, err := p.appendPolls(nil, n)
		if err != nil {
			return err
		}
		if opening, needed := p.needsEarlier(n, polls); needed {
			if err := p.readEarlier(ctx, tx, n, opening); err != nil {
				return err
			}
		}
		if opening, needed := p.needsLater(n, polls); needed {
			if err := p.readLater(ctx, tx, n, opening); err != nil {
				return err
			}
		}
		if polls, err = p.appendPolls(nil, n); err != nil {
			return err
		}
		measure(n, polls)
	}
	return nil
}

// countPolls counts the polls from an instant until before another. They are
// sorted.
func countPolls(polls []uptime.Poll, from, to uptime.Instant) int {
	return pollIndex(polls, max(from, to)) - pollIndex(polls, from)
}

// pollIndex is the index of the first poll that is not before an instant.
func pollIndex(polls []uptime.Poll, at uptime.Instant) int {
	n, _ := slices.BinarySearchFunc(polls, at, func(p uptime.Poll, at uptime.Instant) int { return cmp.Compare(p.At, at) })
	return n
}
