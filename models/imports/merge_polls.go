package imports

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// mergePolls merges the batch's polls, day by day. Days of which the database has
// no polls are copied into the table. The others are read, merged and written
// back where they changed.
func (m *merger) mergePolls(ctx context.Context) error {
	m.change.Others = m.changed // by the steps before
	var newDays, knownDays []int32
	for _, day := range m.batch.polls.allDays() {
		has, err := m.tx.PollTable().HasDay(ctx, day)
		if err != nil {
			return err
		}
		if has {
			knownDays = append(knownDays, day)
		} else {
			newDays = append(newDays, day)
		}
	}
	nextDay, stop := m.batch.polls.sorted(append(newDays, knownDays...))
	defer stop()
	for chunk := range slices.Chunk(newDays, daysPerInsert) {
		if err := m.tx.PollTable().Insert(ctx, m.newDayRows(len(chunk), nextDay)); err != nil {
			return err
		}
		if err := m.journal.flush(ctx, m.tx); err != nil {
			return err
		}
	}
	for range knownDays {
		if err := m.mergeDay(ctx, nextDay); err != nil {
			return err
		}
	}
	return m.setFirstPolls(ctx)
}

// daysPerInsert bounds how much of the journal is in memory: it can only be
// written when the connection is not busy with copying days into the table.
const daysPerInsert = 10

// storeKeys are the keys of one store on one day.
type storeKeys struct {
	id     int32  // of the store in the database
	number uint32 // of the store within the batch
	keys   []uint64
}

// splitByStore splits the sorted keys of a day by store, in order of database id.
func (m *merger) splitByStore(keys []uint64) []storeKeys {
	var stores []storeKeys
	for len(keys) > 0 {
		number := uint32(keys[0] >> polls.MarkBits)
		n := 1
		for n < len(keys) && uint32(keys[n]>>polls.MarkBits) == number {
			n++
		}
		stores = append(stores, storeKeys{m.stores[number].ID, number, keys[:n]})
		keys = keys[n:]
	}
	slices.SortFunc(stores, func(a, b storeKeys) int { return cmp.Compare(a.id, b.id) })
	return stores
}

// newDayRows iterates over the rows of the next days, of which the database has
// no polls.
func (m *merger) newDayRows(days int, nextDay func() (sortedDay, bool)) func() (models.PollRow, bool, error) {
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
			stores = m.splitByStore(today.keys)
		}
		s := stores[0]
		stores = stores[1:]
		merged, _ = m.mergeStore(merged[:0], today.day, nil, s)
		packed := polls.Pack(nil, merged)
		m.journal.recordChange(pollsJournal, today.day, s.id, nil, packed)
		return models.PollRow{Day: today.day, Store: s.id, Polls: packed}, true, nil
	}
}

// mergeDay merges the next day into what the database has of it.
func (m *merger) mergeDay(ctx context.Context, nextDay func() (sortedDay, bool)) error {
	today, _ := nextDay()
	if today.err != nil {
		return today.err
	}
	day, stores := today.day, m.splitByStore(today.keys)
	ids := make([]int32, len(stores))
	for n, s := range stores {
		ids[n] = s.id
	}
	// The database returns its rows in order of store id as well, and skips stores
	// without polls on the day.
	var rows []models.PollRow
	var known, merged []uint64
	next := 0
	mergeNext := func(before polls.Day, known []uint64) {
		s := stores[next]
		next++
		var changed bool
		if merged, changed = m.mergeStore(merged[:0], day, known, s); !changed {
			m.journal.recordConfirmed(pollsJournal, day, s.id)
			return
		}
		packed := polls.Pack(nil, merged)
		m.journal.recordChange(pollsJournal, day, s.id, before, packed)
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
	return m.journal.flush(ctx, m.tx)
}

// mergeStore merges one store's day, appends the marks to dst and counts what
// became of the rows.
func (m *merger) mergeStore(dst []uint64, day int32, known []uint64, s storeKeys) (merged []uint64, changed bool) {
	for n, key := range s.keys {
		s.keys[n] = key & polls.MarkMask
	}
	if m.batch.onStoreDay != nil {
		m.batch.onStoreDay(s.number, day, known)
	}
	merged, counts, changed := polls.Merge(dst, known, s.keys, func(mark uint64) {
		if len(m.conflicts) < conflictsKept {
			m.conflicts = append(m.conflicts, models.Conflict{Store: m.batch.codes[s.number], At: polls.InstantOf(day, mark)})
		}
	})
	m.counts.Kept += counts.Kept
	m.counts.Duplicate += counts.Duplicate
	m.counts.Conflicting += counts.Conflicting
	if changed {
		m.changed, m.oldest = true, min(m.oldest, day)
		m.change.Polls.Add(day, s.id)
		m.version.NewestPollAt = m.version.NewestPollAt.Latest(models.InstantAt(polls.InstantOf(day, merged[len(merged)-1])))
	}
	return merged, changed
}

// setFirstPolls sets the first poll of stores that got an older one.
func (m *merger) setFirstPolls(ctx context.Context) error {
	var updated []models.Store
	for n, first := range m.batch.firstPolls {
		if s := m.stores[n]; s.FirstPollAt.Earliest(first) != s.FirstPollAt {
			s.FirstPollAt = first
			updated = append(updated, s)
		}
	}
	if len(updated) == 0 {
		return nil
	}
	m.change.Others = true
	if err := m.tx.StoreTable().SetFirstPolls(ctx, updated); err != nil {
		return fmt.Errorf("set first polls: %w", err)
	}
	return nil
}
