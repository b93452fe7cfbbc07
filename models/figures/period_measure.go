package figures

import (
	"context"
	"sync"

	"lightson/models"
	"lightson/models/uptime"
)

// measureAll calls measure once for each store, with the polls that decide its
// figures in the period. It may call it for several stores at once, in any order.
func (p *period) measureAll(ctx context.Context, tx *models.Tx, measure func(n int, polls []uptime.Poll), progress Progress) error {
	incomplete, err := p.measureWithoutEarlier(ctx, measure, progress)
	if err != nil {
		return err
	}
	return p.measureWithEarlier(ctx, tx, incomplete, measure)
}

// measureWithoutEarlier calls measure for the stores whose polls that were read
// are enough, and returns the others.
func (p *period) measureWithoutEarlier(ctx context.Context, measure func(n int, polls []uptime.Poll), progress Progress) (incomplete []storeNeedingEarlier, err error) {
	var mu sync.Mutex
	var done int64
	err = parallel(ctx, len(p.stores), func(first, last int) error {
		var polls []uptime.Poll
		var found []storeNeedingEarlier
		for n := first; n < last; n++ {
			err := ctx.Err()
			if err != nil {
				return err
			}
			if polls, err = p.appendPolls(polls[:0], n); err != nil {
				return err
			}
			if opening, needed := p.needsEarlier(n, polls); needed {
				found = append(found, storeNeedingEarlier{n, opening})
				continue
			}
			measure(n, polls)
		}
		mu.Lock()
		defer mu.Unlock()
		incomplete = append(incomplete, found...)
		done += int64(last - first)
		if progress != nil {
			progress(done, int64(len(p.stores)))
		}
		return nil
	})
	return incomplete, err
}

// measureWithEarlier reads the one earlier poll of each incomplete store, and
// calls measure for it.
func (p *period) measureWithEarlier(ctx context.Context, tx *models.Tx, incomplete []storeNeedingEarlier, measure func(n int, polls []uptime.Poll)) error {
	for _, store := range incomplete {
		if err := p.readEarlier(ctx, tx, store); err != nil {
			return err
		}
		polls, err := p.appendPolls(nil, store.n)
		if err != nil {
			return err
		}
		measure(store.n, polls)
	}
	return nil
}
