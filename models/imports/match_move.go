package imports

import (
	"iter"
	"maps"
	"slices"
)

// moveStores gives the rows of some stores to others, by the numbers of the former and
// the codes of the latter. Numbers are drawn anew, without holes.
func (b *Batch) moveStores(into map[uint32]string) error {
	old := *b
	b.stores = newBatchStores()
	moved := make([]uint32, len(old.stores.codes)) // the new number, by the old one
	for n, code := range old.stores.codes {
		if to, is := into[uint32(n)]; is {
			code = to
		}
		number, err := b.number([]byte(code))
		if err != nil {
			return err
		}
		moved[n] = number
		line, is := &b.stores.lines[number], old.stores.lines[n]
		line.firstPoll = min(line.firstPoll, is.firstPoll)
		line.sound = line.sound || is.sound
		line.polls += is.polls
	}
	b.hours, b.zones, b.names = moveRows(old.hours, moved, join), moveRows(old.zones, moved, joinZones), moveRows(old.names, moved, join)
	b.dated, b.special = moveRows(old.dated, moved, joinDates), moveRows(old.special, moved, joinDates)
	b.reasons.moved = moved
	for _, stores := range b.storesOf {
		for n := range stores {
			stores[n] = moved[stores[n]]
		}
	}
	return b.polls.renumber(moved)
}

// moveRows is what stores have, under their new numbers.
func moveRows[T any](rows map[uint32]T, moved []uint32, join func(a, b T) T) map[uint32]T {
	all := make(map[uint32]T, len(rows))
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		own, number := rows[n], moved[n]
		if others, some := all[number]; some {
			own = join(others, own)
		}
		all[number] = own
	}
	return all
}

func join[T any](a, b []T) []T { return slices.Concat(a, b) }

func joinDates[D comparable, T any](a, b map[D][]T) map[D][]T {
	all := make(map[D][]T, len(a)+len(b))
	for _, rows := range []map[D][]T{a, b} {
		for date, list := range rows {
			all[date] = slices.Concat(all[date], list)
		}
	}
	return all
}

func joinZones(a, b *zoneRows) *zoneRows {
	all := &zoneRows{zones: slices.Clone(a.zones), count: a.count + b.count}
	for _, zone := range b.zones {
		if !slices.Contains(all.zones, zone) {
			all.zones = append(all.zones, zone)
		}
	}
	return all
}

// movedDay is day with the new numbers of the stores. It keeps the day in memory.
func (s *reasonSort) movedDay(day int32) iter.Seq2[pollReason, error] {
	return func(yield func(pollReason, error) bool) {
		var all []pollReason
		for r, err := range s.ownDay(day) {
			if err != nil {
				yield(pollReason{}, err)
				return
			}
			r.store = s.moved[r.store]
			all = append(all, r)
		}
		slices.SortFunc(all, compareReasons)
		for _, r := range slices.CompactFunc(all, func(a, b pollReason) bool { return a.store == b.store && a.micro == b.micro }) {
			if !yield(r, nil) {
				return
			}
		}
	}
}
