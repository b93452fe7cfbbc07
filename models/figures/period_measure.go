package figures

import (
	"context"
	"fmt"
	"sync"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// measureEach gives measure the polls of each store. It may be called for
// several stores at once, in any order. It is not called for the stores that
// need a poll from before the era to be measured right: those are returned.
func (e *period) measureEach(ctx context.Context, measure func(n int, polls []uptime.Poll), progress Progress) (needy []storeNeedingEarlier, err error) {
	var mu sync.Mutex
	var done int64
	err = parallel(ctx, len(e.stores), func(first, last int) error {
		var polls []uptime.Poll
		var found []storeNeedingEarlier
		for n := first; n < last; n++ {
			var err error
			if polls, err = e.appendPolls(polls[:0], n); err != nil {
				return err
			}
			if opening, needed := e.needsEarlier(n, polls); needed {
				found = append(found, storeNeedingEarlier{n, opening})
				continue
			}
			measure(n, polls)
		}
		mu.Lock()
		defer mu.Unlock()
		needy = append(needy, found...)
		done += int64(last - first)
		if progress != nil {
			progress(done, int64(len(e.stores)))
		}
		return nil
	})
	return needy, err
}

// A storeNeedingEarlier was open when the polls of its era begin and seen only much
// later. A poll from before decides whether the first poll read is the first
// of its opening, and so whether it speaks for the time before it.
type storeNeedingEarlier struct {
	n       int
	opening uptime.Span
}

func (e *period) needsEarlier(n int, polls []uptime.Poll) (opening uptime.Span, needed bool) {
	first := e.stores[n].FirstPollAt
	if first == 0 || first >= e.readFrom() {
		return uptime.Span{}, false // there is no poll that was not read
	}
	return uptime.NeedsEarlier(e.openings[n], polls, e.span)
}

// measureAgain fetches the earlier poll of the stores that need one, and
// measures them.
func (e *period) measureAgain(ctx context.Context, tx *models.Tx, needy []storeNeedingEarlier, measure func(n int, polls []uptime.Poll)) error {
	for _, store := range needy {
		if err := e.fetchEarlier(ctx, tx, store); err != nil {
			return fmt.Errorf("store %s: %w", e.stores[store.n].Code, err)
		}
		polls, err := e.appendPolls(nil, store.n)
		if err != nil {
			return err
		}
		measure(store.n, polls)
	}
	return nil
}

func (e *period) fetchEarlier(ctx context.Context, tx *models.Tx, needy storeNeedingEarlier) error {
	store := e.stores[needy.n]
	if store.FirstPollAt >= needy.opening.From {
		e.earlier[needy.n] = uptime.Poll{At: store.FirstPollAt, Active: true} // too old to speak, whatever it saw
		return nil
	}
	opened, _ := polls.Split(needy.opening.From)
	before, _ := polls.Split(e.readFrom())
	return tx.PollTable().ReadStore(ctx, store.ID, opened, before, func(day int32, packed polls.Day) error {
		found, err := packed.AppendPolls(nil, day)
		for _, p := range found {
			if needy.opening.From <= p.At && p.At < e.readFrom() {
				e.earlier[needy.n] = p
			}
		}
		return err
	})
}

// measureAll gives measure the polls of each store, whether or not an earlier
// one must be fetched for it.
func (e *period) measureAll(ctx context.Context, tx *models.Tx, measure func(n int, polls []uptime.Poll), progress Progress) error {
	needy, err := e.measureEach(ctx, measure, progress)
	if err != nil {
		return err
	}
	return e.measureAgain(ctx, tx, needy, measure)
}
