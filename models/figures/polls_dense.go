package figures

import (
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
	days   []*dayPolls
}

func newDensePolls(first, last int32) *densePolls {
	d := &densePolls{first: first, days: make([]*dayPolls, last-first+1)}
	for n := range d.days {
		d.days[n] = newDayPolls()
	}
	return d
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
func (d *densePolls) of(n int, store int32) polls.Day { return d.days[n].of(store - d.lowest) }

// on are the polls of a day, which others may share.
func (d *densePolls) on(day int32) *dayPolls {
	if day < d.first || day >= d.end() {
		return noPolls
	}
	return d.days[day-d.first]
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
	for c.from < is.end() && is.on(c.from) == before.on(c.from) {
		c.from++
	}
	return c
}

// added is how many more polls of a store there are than there were. Both have the same first day.
func (c commonPast) added(id int32) (count int32) {
	for day := c.from; day < c.is.end(); day++ {
		count += int32(c.is.on(day).of(id).Len() - c.before.on(day).of(id).Len())
	}
	return count
}

// lastPoll is the last poll of a store until which its polls are the same in both.
func (c commonPast) lastPoll(id int32) (at uptime.Instant, some bool) {
	for day := c.from; day < c.is.end(); day++ {
		list, old := c.is.on(day).of(id), c.before.on(day).of(id)
		common := list.Common(old)
		if mark, polled := common.Last(); polled {
			at, some = polls.InstantOf(day, mark), true
		}
		if len(common) < max(len(list), len(old)) {
			break
		}
	}
	for day := c.from - 1; !some && day >= c.is.first; day-- {
		if mark, polled := c.is.on(day).of(id).Last(); polled {
			at, some = polls.InstantOf(day, mark), true
		}
	}
	return at, some
}

// shareMemory reports whether two lists are one in memory.
func shareMemory[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
