package figures

import (
	"bytes"
	"context"
	"encoding/binary"
	"iter"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// dayPolls are the polls of one day by the id of the store, counted from the lowest that a
// densePolls has. Once the day is read they never change, so that snapshots share them.
type dayPolls struct {
	pool  *pollPool
	newer map[int32]polls.Day // of stores that were read again since those of the pool were; nil for no polls
	sum   uint32              // of checksums, see Known
}

func newDayPolls() *dayPolls { return &dayPolls{pool: &pollPool{}} }

// noPolls are those of a day that is not here. Nothing is added to them.
var noPolls = newDayPolls()

// newerShare is of how many stores one may be among the newer ones, until all are put together.
const newerShare = 16

func (d *dayPolls) add(store int32, packed polls.Day) {
	if !d.pool.add(store, packed) {
		d.setNewer(store, slices.Clone(packed))
	}
	d.sum += checksum(store, packed)
}

func (d *dayPolls) setNewer(store int32, packed polls.Day) {
	if d.newer == nil {
		d.newer = map[int32]polls.Day{}
	}
	d.newer[store] = packed
}

// of are the polls of a store, or nil.
func (d *dayPolls) of(store int32) polls.Day {
	if len(d.newer) > 0 {
		if packed, some := d.newer[store]; some {
			return packed
		}
	}
	return d.pool.of(store)
}

// stores is above all ids that the day may have polls of.
func (d *dayPolls) stores() (above int32) {
	above = int32(len(d.pool.places))
	for store := range d.newer {
		above = max(above, store+1)
	}
	return above
}

// all visits the stores that were polled, by id.
func (d *dayPolls) all() iter.Seq2[int32, polls.Day] {
	return func(yield func(int32, polls.Day) bool) {
		for store := range d.stores() {
			if packed := d.of(store); packed != nil && !yield(store, packed) {
				return
			}
		}
	}
}

// replaced are the polls of the day after those of some stores, which are sorted, changed. It
// reads only these.
func (d *dayPolls) replaced(ctx context.Context, table models.PollTable, day int32, stores []int32) (*dayPolls, error) {
	if (len(stores)+len(d.newer))*newerShare > int(d.stores()) {
		return d.together(ctx, table, day, stores)
	}
	n := &dayPolls{pool: d.pool, newer: maps.Clone(d.newer), sum: d.sum}
	for _, store := range stores {
		if packed := d.of(store); packed != nil {
			n.sum -= checksum(store, packed)
			n.setNewer(store, nil)
		}
	}
	return n, table.ReadDay(ctx, day, stores, func(store int32, packed polls.Day) error {
		n.setNewer(store, slices.Clone(packed))
		n.sum += checksum(store, packed)
		return nil
	})
}

// together is replaced with a pool of its own.
func (d *dayPolls) together(ctx context.Context, table models.PollTable, day int32, stores []int32) (*dayPolls, error) {
	n, next := newDayPolls(), int32(0)
	keep := func(until int32) { // takes over the stores before one
		for ; next < until; next++ {
			for len(stores) > 0 && stores[0] < next {
				stores = stores[1:]
			}
			if packed := d.of(next); packed != nil && (len(stores) == 0 || stores[0] != next) {
				n.add(next, packed)
			}
		}
	}
	err := table.ReadDay(ctx, day, slices.Clone(stores), func(store int32, packed polls.Day) error {
		keep(store)
		n.add(store, packed)
		next = store + 1
		return nil
	})
	keep(d.stores())
	return n, err
}

// differing are the stores whose polls are others on two days.
func (d *dayPolls) differing(from *dayPolls) (stores []int32) {
	for store := range max(d.stores(), from.stores()) {
		if !bytes.Equal(d.of(store), from.of(store)) {
			stores = append(stores, store)
		}
	}
	return stores
}

// A pollPool holds packed polls by store, each with its length before it, in a few large chunks:
// a hundred thousand small allocations would cost more than the copying, and more again in
// garbage collection. Ids are small and have few gaps, so a slice of places takes less memory
// than a map, and a place takes less than a slice.
type pollPool struct {
	places []uint32 // by store: one more than chunk << placeBits | the offset in it in units of placeUnit; 0 for none
	chunks [][]byte
}

// Chunks grow from the first to the largest, so that few stores take little memory. Together
// they have at most 16 GiB.
const (
	firstChunk   = 4 << 10
	largestChunk = 1 << 20
	placeUnit    = 4
	placeBits    = 18 // log2(largestChunk / placeUnit)
	mostChunks   = 1<<(32-placeBits) - 1
)

// add copies polls into the pool. It reports false where there is no more room.
func (p *pollPool) add(store int32, packed polls.Day) bool {
	last, size := len(p.chunks)-1, binary.MaxVarintLen32+len(packed)
	at := 0
	if last >= 0 {
		at = (len(p.chunks[last]) + placeUnit - 1) &^ (placeUnit - 1)
	}
	if last < 0 || at+size > cap(p.chunks[last]) {
		if len(p.chunks) == mostChunks {
			return false
		}
		chunk := firstChunk
		if last >= 0 {
			chunk = min(4*cap(p.chunks[last]), largestChunk)
		}
		p.chunks = append(p.chunks, make([]byte, 0, max(chunk, size)))
		last, at = last+1, 0
	}
	if grow := int(store) + 1 - len(p.places); grow > 0 {
		p.places = append(p.places, make([]uint32, grow)...)
	}
	p.places[store] = 1 + uint32(last<<placeBits|at/placeUnit)
	p.chunks[last] = append(binary.AppendUvarint(p.chunks[last][:at], uint64(len(packed))), packed...)
	return true
}

// of are the polls of a store, or nil.
func (p *pollPool) of(store int32) polls.Day {
	if store < 0 || int(store) >= len(p.places) || p.places[store] == 0 {
		return nil
	}
	place := p.places[store] - 1
	at := p.chunks[place>>placeBits][place&(1<<placeBits-1)*placeUnit:]
	length, head := binary.Uvarint(at)
	return polls.Day(at[head : head+int(length) : head+int(length)])
}
