package imports

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// mergePolls merges the batch's polls, day by day. Days of which the database has
// no polls are copied into the table. The others are read, merged and written
// back where they changed.
func (m *merger) mergePolls(ctx context.Context) error {
	m.change.Others = m.changed // by the steps before
	if err := m.orderPolls(); err != nil {
		return err
	}
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
	if err := m.packNewDays(ctx, newDays); err != nil {
		return err
	}
	nextPart, stop := m.sortPolls(newDays, knownDays)
	defer stop()
	for chunk := range slices.Chunk(newDays, daysPerInsert) {
		if err := m.tx.PollTable().Insert(ctx, m.newDayRows(len(chunk), nextPart)); err != nil {
			return err
		}
		if err := m.journal.flush(ctx, m.tx); err != nil {
			return err
		}
	}
	for range knownDays {
		if err := m.mergeDay(ctx, nextPart); err != nil {
			return err
		}
	}
	return m.setFirstPolls(ctx)
}

// packNewDays has new days packed that will be among the latest.
func (m *merger) packNewDays(ctx context.Context, days []int32) error {
	if len(days) == 0 {
		return nil
	}
	newest := slices.Max(days)
	if known := m.version.NewestPollAt; known.Known {
		day, _ := polls.Split(known.At)
		newest = max(newest, day)
	}
	return m.tx.PackPolls(ctx, newest)
}

// daysPerInsert bounds how much of the journal is in memory: it can only be
// written when the connection is not busy with copying days into the table.
const daysPerInsert = 10

// orderPolls has the polls sorted by the ids of their stores in the database, in which
// order the table has them. New stores got their ids in the order of their numbers.
func (m *merger) orderPolls() error {
	m.order = make([]uint32, len(m.stores))
	for n := range m.order {
		m.order[n] = uint32(n)
	}
	byID := func(a, b uint32) int { return cmp.Compare(m.stores[a].ID, m.stores[b].ID) }
	if slices.IsSortedFunc(m.order, byID) {
		return nil
	}
	slices.SortFunc(m.order, byID)
	places := make([]uint32, len(m.order))
	for place, n := range m.order {
		places[n] = uint32(place)
	}
	return m.batch.polls.renumber(places)
}

// A pollPart is the polls of a day and a range of stores, or why they could not be read.
// Another one without polls follows the last part of a day.
type pollPart struct {
	day   int32
	keys  []uint64 // sorted, repeats included; of a day of which the database has polls
	rows  []models.PollRow
	tally pollTally // of the rows
	ends  bool      // the day
	err   error
}

// partsAhead is how many parts may wait to be written.
const partsAhead = 4

// sortPolls iterates over the polls of days. It sorts the next ones, and packs those of
// new days, while the caller is busy with the database. The caller must call stop at the
// end.
func (m *merger) sortPolls(newDays, knownDays []int32) (next func() pollPart, stop func()) {
	ready, stopped := make(chan pollPart, partsAhead), make(chan struct{})
	send := func(p pollPart) bool {
		select {
		case ready <- p:
			return p.err == nil
		case <-stopped:
			return false
		}
	}
	sortDay := func(day int32, isNew bool) (goOn bool) {
		for keys, err := range m.batch.polls.day(day) {
			p := pollPart{day: day, keys: keys, err: err}
			if isNew && err == nil {
				p = m.packPart(day, keys)
			}
			if !send(p) {
				return false
			}
		}
		return send(pollPart{day: day, ends: true})
	}
	go func() {
		defer close(ready)
		err := models.Caught(func() error {
			for n, day := range slices.Concat(newDays, knownDays) {
				if !sortDay(day, n < len(newDays)) {
					break
				}
			}
			return nil
		})
		if err != nil {
			send(pollPart{err: err})
		}
	}()
	next = func() pollPart {
		part, more := <-ready
		if !more {
			part.err = io.ErrUnexpectedEOF // more were asked for than there are
		}
		return part
	}
	return next, func() {
		close(stopped)
		for range ready { // wait until the goroutine no longer reads the temporary file
		}
	}
}

// storeKeys are the keys of one store on one day.
type storeKeys struct {
	id     int32  // of the store in the database
	number uint32 // of the store within the batch
	keys   []uint64
}

// byStore divides sorted keys by store, in order of database id.
func (m *merger) byStore(keys []uint64) iter.Seq[storeKeys] {
	return func(yield func(storeKeys) bool) {
		for len(keys) > 0 {
			place, n := keys[0]>>polls.MarkBits, 1
			for n < len(keys) && keys[n]>>polls.MarkBits == place {
				n++
			}
			number := m.order[place]
			if !yield(storeKeys{m.stores[number].ID, number, keys[:n]}) {
				return
			}
			keys = keys[n:]
		}
	}
}

// packPart makes the rows of keys of a day of which the database has no polls.
func (m *merger) packPart(day int32, keys []uint64) pollPart {
	part := pollPart{day: day, rows: make([]models.PollRow, 0, rangeStores)}
	packed := make([]byte, 0, len(keys)*polls.MarkBytes+rangeStores)
	var merged []uint64
	for s := range m.byStore(keys) {
		merged, _ = m.mergeStore(&part.tally, merged[:0], day, nil, s)
		begin := len(packed)
		packed = polls.Pack(packed, merged)
		part.rows = append(part.rows, models.PollRow{Day: day, Store: s.id, Polls: polls.Day(packed[begin:len(packed):len(packed)])})
	}
	return part
}

// newDayRows iterates over the rows of the next days, of which the database has
// no polls.
func (m *merger) newDayRows(days int, nextPart func() pollPart) func() (models.PollRow, bool, error) {
	var rows []models.PollRow
	return func() (models.PollRow, bool, error) {
		for len(rows) == 0 {
			if days == 0 {
				return models.PollRow{}, false, nil
			}
			part := nextPart()
			if part.err != nil {
				return models.PollRow{}, false, part.err
			}
			if part.ends {
				days--
			}
			m.addTally(part.day, part.tally)
			rows = part.rows
		}
		row := rows[0]
		rows = rows[1:]
		m.journal.recordChange(pollsJournal, row.Day, row.Store, nil, row.Polls)
		m.change.Polls.Add(row.Day, row.Store)
		return row, true, nil
	}
}

// mergeDay merges the next day into what the database has of it.
func (m *merger) mergeDay(ctx context.Context, nextPart func() pollPart) error {
	changed := false
	for part := nextPart(); !part.ends; part = nextPart() {
		if part.err != nil {
			return part.err
		}
		rows, err := m.mergePart(ctx, part)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		changed = true
		if err := m.tx.PollTable().Upsert(ctx, rows); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return m.journal.flush(ctx, m.tx)
}

// mergePart merges a part of a day into what the database has of it. It returns the rows
// that became others.
func (m *merger) mergePart(ctx context.Context, part pollPart) (rows []models.PollRow, err error) {
	day, stores := part.day, slices.Collect(m.byStore(part.keys))
	ids := make([]int32, len(stores))
	for n, s := range stores {
		ids[n] = s.id
	}
	// The database returns its rows in order of store id as well, and skips stores
	// without polls on the day.
	var known, merged []uint64
	next := 0
	mergeNext := func(before polls.Day, known []uint64) {
		s := stores[next]
		next++
		var changed bool
		if merged, changed = m.mergeStore(&part.tally, merged[:0], day, known, s); !changed {
			m.journal.recordConfirmed(pollsJournal, day, s.id)
			return
		}
		packed := polls.Pack(nil, merged)
		m.journal.recordChange(pollsJournal, day, s.id, before, packed)
		m.change.Polls.Add(day, s.id)
		rows = append(rows, models.PollRow{Day: day, Store: s.id, Polls: packed})
	}
	err = m.tx.PollTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Day) (err error) {
		for ids[next] != store {
			mergeNext(nil, nil)
		}
		if known, err = packed.AppendMarks(known[:0]); err == nil {
			mergeNext(packed, known)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for next < len(stores) {
		mergeNext(nil, nil)
	}
	m.addTally(day, part.tally)
	return rows, nil
}

// A pollTally sums up what became of polls of a day.
type pollTally struct {
	polls.MergeCounts
	conflicts []models.Conflict      // the first of them
	changed   bool                   // whether any store's day became another
	newest    models.OptionalInstant // of the stores whose day did
}

// mergeStore merges one store's day, appends the marks to dst and counts what
// became of the rows.
func (m *merger) mergeStore(tally *pollTally, dst []uint64, day int32, known []uint64, s storeKeys) (merged []uint64, changed bool) {
	for n, key := range s.keys {
		s.keys[n] = key & polls.MarkMask
	}
	if m.batch.onStoreDay != nil {
		m.batch.onStoreDay(s.number, day, known)
	}
	merged, counts, changed := polls.Merge(dst, known, s.keys, func(mark uint64) {
		if len(tally.conflicts) < conflictsKept {
			tally.conflicts = append(tally.conflicts, models.Conflict{Store: m.batch.stores.codes[s.number], At: polls.InstantOf(day, mark)})
		}
	})
	tally.Kept += counts.Kept
	tally.Duplicate += counts.Duplicate
	tally.Conflicting += counts.Conflicting
	if changed {
		tally.changed = true
		tally.newest = tally.newest.Latest(models.InstantAt(polls.InstantOf(day, merged[len(merged)-1])))
	}
	return merged, changed
}

func (m *merger) addTally(day int32, t pollTally) {
	m.counts.Kept += t.Kept
	m.counts.Duplicate += t.Duplicate
	m.counts.Conflicting += t.Conflicting
	m.conflicts = append(m.conflicts, t.conflicts[:min(len(t.conflicts), conflictsKept-len(m.conflicts))]...)
	if t.changed {
		m.changed, m.oldest = true, min(m.oldest, day)
		m.version.NewestPollAt = m.version.NewestPollAt.Latest(t.newest)
	}
}

// setFirstPolls sets the first poll of stores that got an older one.
func (m *merger) setFirstPolls(ctx context.Context) error {
	var updated []models.Store
	for n, s := range m.stores {
		if first := m.batch.stores.firstPoll(uint32(n)); s.FirstPollAt.Earliest(first) != s.FirstPollAt {
			s.FirstPollAt = first
			updated = append(updated, s)
		}
	}
	if len(updated) == 0 {
		return nil
	}
	m.change.Others = true
	return m.tx.SetFirstPolls(ctx, updated)
}
