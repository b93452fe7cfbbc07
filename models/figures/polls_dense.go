package figures

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// densePolls are the polls of all stores, or of those with ids in a range, on some days,
// packed as in the database: a week of 14,000 stores takes 9 MB, and would take 29 MB
// unpacked.
type densePolls struct {
	first  int32 // UTC, in days since 1970-01-01
	lowest int32 // id of a store
	days   []dayPolls
}

// dayPolls are the polls of one day by the id of the store, counted from the lowest. Ids
// are small and have few gaps, so a slice takes less memory than a map.
type dayPolls struct {
	stores []polls.Day
	free   []byte // the rest of the chunk that the next polls are copied into
	chunk  int    // bytes of that chunk
	sum    uint32 // of checksums, see Known
}

// Chunks grow from the first of a day to the largest, so that few stores take little memory.
const (
	firstChunk   = 4 << 10
	largestChunk = 1 << 20
)

func newDensePolls(first, last int32) *densePolls {
	return &densePolls{first: first, days: make([]dayPolls, last-first+1)}
}

// read reads some of the days. Different days may be read at the same time, by
// several goroutines.
func (d *densePolls) read(ctx context.Context, table models.PollTable, first, last int32) error {
	return table.ReadDays(ctx, first, last, func(day, store int32, packed polls.Day) error {
		d.days[day-d.first].add(store, packed)
		return nil
	})
}

// readBlock reads all days of the stores with ids from the lowest to another.
func (d *densePolls) readBlock(ctx context.Context, table models.PollTable, highest int32) error {
	return table.ReadBlock(ctx, d.lowest, highest, d.first, d.first+int32(len(d.days))-1, func(day, store int32, packed polls.Day) error {
		d.days[day-d.first].add(store-d.lowest, packed)
		return nil
	})
}

// end is the day after the last one.
func (d *densePolls) end() int32 { return d.first + int32(len(d.days)) }

// shared are the polls of a day for another densePolls. Neither may add to them.
func (d *densePolls) shared(day int32) dayPolls {
	if day < d.first || day >= d.end() {
		return dayPolls{}
	}
	return dayPolls{stores: d.days[day-d.first].stores, sum: d.days[day-d.first].sum}
}

// replace reads the polls of some stores on a day again, of which it shares the others.
func (d *densePolls) replace(ctx context.Context, table models.PollTable, day int32, stores []int32) error {
	old := d.days[day-d.first]
	n := dayPolls{stores: slices.Clone(old.stores), sum: old.sum}
	stores = slices.Compact(slices.Sorted(slices.Values(stores)))
	for _, store := range stores {
		if int(store) < len(n.stores) {
			n.sum -= checksum(store, n.stores[store])
			n.stores[store] = nil
		}
	}
	err := table.ReadDay(ctx, day, stores, func(store int32, packed polls.Day) error {
		n.free = make([]byte, len(packed)) // few are read, which are not worth a chunk
		n.add(store, packed)
		return nil
	})
	d.days[day-d.first] = n
	return err
}

// differing are the stores whose polls on a day are others, of two lists by id.
func differing(was, is []polls.Day) (stores []int32) {
	for id := range max(len(was), len(is)) {
		var before, after polls.Day
		if id < len(was) {
			before = was[id]
		}
		if id < len(is) {
			after = is[id]
		}
		if !bytes.Equal(before, after) {
			stores = append(stores, int32(id))
		}
	}
	return stores
}

func (d *dayPolls) add(store int32, packed polls.Day) {
	if grow := int(store) + 1 - len(d.stores); grow > 0 {
		d.stores = append(d.stores, make([]polls.Day, grow)...)
	}
	d.stores[store] = d.clone(packed)
	d.sum += checksum(store, packed)
}

// clone copies polls into a large chunk: a hundred thousand small allocations would
// cost more than the copying, and more again in garbage collection.
func (d *dayPolls) clone(packed polls.Day) polls.Day {
	if len(packed) > len(d.free) {
		d.chunk = min(max(firstChunk, 4*d.chunk), largestChunk)
		d.free = make([]byte, max(d.chunk, len(packed)))
	}
	copied := d.free[:len(packed):len(packed)]
	d.free = d.free[len(packed):]
	copy(copied, packed)
	return copied
}

func (d *densePolls) appendPolls(dst []uptime.Poll, store int32) (_ []uptime.Poll, err error) {
	return d.appendFrom(dst, store, d.first)
}

// appendFrom leaves out the days before one.
func (d *densePolls) appendFrom(dst []uptime.Poll, store, from int32) (_ []uptime.Poll, err error) {
	skipped := min(max(0, from-d.first), int32(len(d.days)))
	for n := int(skipped); n < len(d.days); n++ {
		packed := d.of(n, store)
		if packed == nil {
			continue
		}
		number := d.first + int32(n)
		if dst, err = packed.AppendPolls(dst, number); err != nil {
			return dst, fmt.Errorf("day %d: %w", number, err)
		}
	}
	return dst, nil
}

// of are the polls of a store on day n of those that are here, or nil.
func (d *densePolls) of(n int, store int32) polls.Day {
	stores, index := d.days[n].stores, int(store-d.lowest)
	if index < 0 || index >= len(stores) {
		return nil
	}
	return stores[index]
}

// at are the polls of a store on a day, or nil.
func (d *densePolls) at(day, store int32) polls.Day {
	if day < d.first || day >= d.end() {
		return nil
	}
	return d.of(int(day-d.first), store)
}

// count is how many polls of a store are here.
func (d *densePolls) count(store int32) (count int32) {
	for n := range d.days {
		count += int32(d.of(n, store).Len())
	}
	return count
}

// on are the polls of a day by the id of the store, counted from the lowest.
func (d *densePolls) on(day int32) []polls.Day {
	if day < d.first || day-d.first >= int32(len(d.days)) {
		return nil
	}
	return d.days[day-d.first].stores
}

// backward visits the polls of a store from the newest on, which were checked when they were
// measured.
func (d *densePolls) backward(store int32) iter.Seq[uptime.Poll] {
	return func(yield func(uptime.Poll) bool) {
		for n := range slices.Backward(d.days) {
			for mark := range d.of(n, store).Backward() {
				if !yield(uptime.Poll{At: polls.InstantOf(d.first+int32(n), mark), Active: polls.IsActive(mark)}) {
					return
				}
			}
		}
	}
}

// A commonPast is what the polls of two snapshots have in common.
type commonPast struct {
	is, before *densePolls
	from       int32 // the first day of which they do not share the polls in memory
}

func newCommonPast(is, before *densePolls) commonPast {
	c := commonPast{is, before, is.first}
	for c.from < is.end() && shareMemory(is.on(c.from), before.on(c.from)) {
		c.from++
	}
	return c
}

// lastPoll is the last poll of a store until which its polls are the same in both.
func (c commonPast) lastPoll(id int32) (at uptime.Instant, some bool) {
	for day := c.from; day < c.is.end(); day++ {
		list, old := c.is.at(day, id), c.before.at(day, id)
		common := list.Common(old)
		if mark, polled := common.Last(); polled {
			at, some = polls.InstantOf(day, mark), true
		}
		if len(common) < max(len(list), len(old)) {
			break
		}
	}
	for day := c.from - 1; !some && day >= c.is.first; day-- {
		if mark, polled := c.is.at(day, id).Last(); polled {
			at, some = polls.InstantOf(day, mark), true
		}
	}
	return at, some
}

// shareMemory reports whether two lists are one in memory.
func shareMemory[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
