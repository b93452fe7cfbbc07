package figures

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A Reason is what a poller said of why a store was inactive.
type Reason struct {
	At   uptime.Instant // of the poll
	Text string
}

// Up to fewStores on fewDays are looked up day by day; for more, the reasons of all stores
// are read.
const (
	fewStores = 10
	fewDays   = 1000
)

// Reasons are what pollers said of some stores of a snapshot within a span of time, by the
// store's index and sorted by time. Stores without any have no entry.
func (f *Figures) Reasons(ctx context.Context, s *Snapshot, stores []int, within uptime.Span) (map[int][]Reason, error) {
	r := reasonsRead{within: within, numbers: make(map[int32]int, len(stores)), found: map[int][]Reason{}}
	for _, n := range stores {
		r.numbers[s.Stores[n].ID] = n
	}
	if within.Empty() || len(stores) == 0 {
		return r.found, nil
	}
	err := f.db.View(ctx, func(tx *models.Tx) error { return r.read(ctx, tx.ReasonTable()) })
	if err != nil {
		return nil, err
	}
	return r.found, nil
}

// reasonsRead are the reasons of stores within a span, as they are read.
type reasonsRead struct {
	within  uptime.Span
	numbers map[int32]int // by id
	found   map[int][]Reason
}

func (r *reasonsRead) read(ctx context.Context, table models.ReasonTable) error {
	first, _ := polls.Split(r.within.From)
	last, _ := polls.Split(r.within.To - 1)
	if len(r.numbers) > fewStores || last-first > fewDays {
		return table.ReadDays(ctx, first, last, r.add)
	}
	for id := range r.numbers {
		err := table.ReadStore(ctx, id, first, last, func(day int32, packed polls.Reasons) error { return r.add(day, id, packed) })
		if err != nil {
			return err
		}
	}
	return nil
}

// add adds those of a store and day that are wanted.
func (r *reasonsRead) add(day, id int32, packed polls.Reasons) error {
	n, wanted := r.numbers[id]
	if !wanted {
		return nil
	}
	err := packed.Each(func(micro int64, text []byte) {
		if at := polls.InstantOf(day, polls.MarkOf(micro, false)); r.within.Contains(at) {
			r.found[n] = append(r.found[n], Reason{at, string(text)})
		}
	})
	if err != nil {
		return fmt.Errorf("reasons of store %d on day %d: %w", id, day, err)
	}
	return nil
}
