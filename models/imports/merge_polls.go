package imports

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// mergePolls merges the batch's polls, day by day. Days that the database does
// not have yet are written as they come, in one go; the others are read, merged
// and written back where they changed.
func (m *merger) mergePolls(ctx context.Context) error {
	var empty, begun []int32
	for _, day := range m.batch.polls.allDays() {
		has, err := m.tx.PollTable().HasDay(ctx, day)
		if err != nil {
			return err
		}
		if has {
			begun = append(begun, day)
		} else {
			empty = append(empty, day)
		}
	}
	nextDay, done := m.batch.polls.sorted(append(empty, begun...))
	defer done()
	for some := range slices.Chunk(empty, daysAtOnce) {
		if err := m.tx.PollTable().Insert(ctx, m.newDays(len(some), nextDay)); err != nil {
			return err
		}
		if err := m.journal.save(ctx, m.tx); err != nil {
			return err
		}
	}
	for range begun {
		if err := m.mergeDay(ctx, nextDay); err != nil {
			return err
		}
	}
	return m.setFirstPolls(ctx)
}

// daysAtOnce bounds how much of the journal is in memory while days are copied
// into the table: it can only be written when that is over.
const daysAtOnce = 10

// A storeKeys is the part of a day's keys that is one store's.
type storeKeys struct {
	id     int32
	number uint32
	keys   []uint64
}

// storesOf cuts the sorted keys of a day by store, in order of database id.
func (m *merger) storesOf(keys []uint64) []storeKeys {
	var stores []storeKeys
	for len(keys) > 0 {
		number := uint32(keys[0] >> polls.MarkBits)
		n := 1
		for n < len(keys) && uint32(keys[n]>>polls.MarkBits) == number {
			n++
		}
		stores = append(stores, storeKeys{m.ids[number], number, keys[:n]})
		keys = keys[n:]
	}
	slices.SortFunc(stores, func(a, b storeKeys) int { return cmp.Compare(a.id, b.id) })
	return stores
}

// newDays iterates over the rows of the next days, which the database does not
// have yet.
func (m *merger) newDays(days int, nextDay func() (sortedDay, bool)) func() (models.PollRow, bool, error) {
	var stores []storeKeys
	var merged []uint64
	var today sortedDay
	return func() (models.PollRow, bool, error) {
		for len(stores) == 0 {
			if days == 0 {
				return models.PollRow{}, false, nil
			}
			days--
			if today, _ = nextDay(); today.err != nil {
				return models.PollRow{}, false, today.err
			}
			stores = m.storesOf(today.keys)
		}
		s := stores[0]
		stores = stores[1:]
		merged, _ = m.mergeStore(merged[:0], today.day, nil, s)
		packed := polls.Pack(nil, merged)
		m.journal.wrote(pollsJournal, today.day, s.id, nil, packed)
		return models.PollRow{Day: today.day, Store: s.id, Polls: packed}, true, nil
	}
}

// mergeDay merges the next day into what the database has of it.
func (m *merger) mergeDay(ctx context.Context, nextDay func() (sortedDay, bool)) error {
	today, _ := nextDay()
	if today.err != nil {
		return today.err
	}
	day, stores := today.day, m.storesOf(today.keys)
	ids := make([]int32, len(stores))
	for n, s := range stores {
		ids[n] = s.id
	}
	// The known polls come in the order of ids as well, with gaps.
	var rows []models.PollRow
	var known, merged []uint64
	next := 0
	mergeNext := func(before polls.Day, known []uint64) {
		s := stores[next]
		next++
		var changed bool
		if merged, changed = m.mergeStore(merged[:0], day, known, s); !changed {
			m.journal.confirmed(pollsJournal, day, s.id)
			return
		}
		packed := polls.Pack(nil, merged)
		m.journal.wrote(pollsJournal, day, s.id, before, packed)
		rows = append(rows, models.PollRow{Day: day, Store: s.id, Polls: packed})
	}
	err := m.tx.PollTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Day) (err error) {
		for ids[next] != store {
			mergeNext(nil, nil)
		}
		if known, err = packed.AppendMarks(known[:0]); err == nil {
			mergeNext(packed, known)
		}
		return err
	})
	if err != nil {
		return err
	}
	for next < len(stores) {
		mergeNext(nil, nil)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := m.tx.PollTable().Upsert(ctx, rows); err != nil {
		return err
	}
	return m.journal.save(ctx, m.tx)
}

// mergeStore merges one store's day and counts what became of its rows.
func (m *merger) mergeStore(dst []uint64, day int32, known []uint64, s storeKeys) (merged []uint64, changed bool) {
	for n, key := range s.keys {
		s.keys[n] = key & polls.MarkMask
	}
	if m.batch.known != nil {
		m.batch.known(s.number, day, known)
	}
	merged, counts, changed := polls.Merge(dst, known, s.keys, func(mark uint64) {
		if len(m.conflicts) < conflictsKept {
			m.conflicts = append(m.conflicts, models.Conflict{Store: m.batch.stores[s.number], At: polls.InstantOf(day, mark)})
		}
	})
	m.counts.Kept += counts.Kept
	m.counts.Duplicate += counts.Duplicate
	m.counts.Conflicting += counts.Conflicting
	if changed {
		m.changed = true
		m.version.NewestPollAt = max(m.version.NewestPollAt, polls.InstantOf(day, merged[len(merged)-1]))
	}
	return merged, changed
}

// setFirstPolls moves the first poll of stores that have an older one now.
func (m *merger) setFirstPolls(ctx context.Context) error {
	var older []models.Store
	for n, s := range m.batch.spans {
		if known := m.known[n]; s.some && (known.FirstPollAt == 0 || s.first < known.FirstPollAt) {
			known.FirstPollAt = s.first
			older = append(older, known)
		}
	}
	if len(older) == 0 {
		return nil
	}
	if err := m.tx.StoreTable().SetFirstPolls(ctx, older); err != nil {
		return fmt.Errorf("set first polls: %w", err)
	}
	return nil
}
