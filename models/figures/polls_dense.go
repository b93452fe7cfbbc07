package figures

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// densePolls are the polls of some days, as packed as in the database: a week of
// 14,000 stores is 9 MB so, and 29 MB unpacked.
type densePolls struct {
	first int32
	days  []dayPolls
}

// dayPolls are the polls of one day by store. Ids are small and without gaps, so
// a slice holds them better than a map.
type dayPolls struct {
	stores []polls.Day
	count  int64
	chunk  []byte // what is left of the latest piece of memory for their bytes
}

const denseChunk = 1 << 20

func newDensePolls(first, last int32) *densePolls {
	return &densePolls{first, make([]dayPolls, last-first+1)}
}

// read reads some of the days. Different days may be read at the same time.
func (w *densePolls) read(ctx context.Context, table models.PollTable, first, last int32) error {
	return table.ReadDays(ctx, first, last, func(day, store int32, packed polls.Day) error {
		w.days[day-w.first].add(store, packed)
		return nil
	})
}

func (d *dayPolls) add(store int32, packed polls.Day) {
	if grow := int(store) + 1 - len(d.stores); grow > 0 {
		d.stores = append(d.stores, make([]polls.Day, grow)...)
	}
	d.stores[store] = d.keep(packed)
	d.count += int64(packed.Len())
}

// keep copies polls into a large piece of memory: a hundred thousand small
// pieces would cost more to allocate and to look after than to fill.
func (d *dayPolls) keep(packed polls.Day) polls.Day {
	if len(packed) > len(d.chunk) {
		d.chunk = make([]byte, max(denseChunk, len(packed)))
	}
	kept := d.chunk[:len(packed):len(packed)]
	d.chunk = d.chunk[len(packed):]
	copy(kept, packed)
	return kept
}

func (w *densePolls) appendPolls(dst []uptime.Poll, store int32) (_ []uptime.Poll, err error) {
	for n, day := range w.days {
		if int(store) >= len(day.stores) || day.stores[store] == nil {
			continue
		}
		number := w.first + int32(n)
		if dst, err = day.stores[store].AppendPolls(dst, number); err != nil {
			return dst, fmt.Errorf("day %d: %w", number, err)
		}
	}
	return dst, nil
}

// count is how many polls there are.
func (w *densePolls) count() (polls int64) {
	for n := range w.days {
		polls += w.days[n].count
	}
	return polls
}
