package figures

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A sinceSearch looks for the beginnings of states that go back to before the polls
// that a snapshot read. It goes back from day to day, with the stores whose state
// had not begun yet, so what it reads grows with how long these states last.
type sinceSearch struct {
	table    models.PollTable
	lastDay  func(before int32) (day int32, some bool, err error) // with polls of any store
	from     int32                                                // the days before it were not read
	keptFrom int32                                                // of days before it, only each store's last counts
	pending  map[int32]*storeSince                                // by store id
}

// storeSince is what a sinceSearch knows of a store.
type storeSince struct {
	*uptime.RunSearch
	n        int         // index of the store
	opening  uptime.Span // the one that holds the as-of instant
	firstDay int32       // no polls of the opening are older
}

// fewSearched is up to how many stores are read store by store, which skips days
// without polls. More are read day by day.
const fewSearched = 16

// findSince replaces the state of the stores whose state may have begun before the
// days that were read. It takes what past knows, and leaves there what it found.
func (s *Snapshot) findSince(ctx context.Context, tx *models.Tx, past *pastRuns) error {
	search := s.newSinceSearch(ctx, tx)
	stores := slices.Collect(maps.Values(search.pending))
	runs, err := past.until(ctx, search, s.pastMark)
	if err == nil {
		err = search.run(ctx)
	}
	if err != nil {
		return fmt.Errorf("find since when stores are in their state: %w", err)
	}
	for _, store := range stores {
		id := s.Stores[store.n].ID
		run, some := runs[id]
		if !some || store.opening != uptime.Always { // it may not always have been always open
			if run, some = store.Run(); !some {
				continue // the state is right as it is: no earlier poll speaks in the opening
			}
			if store.opening == uptime.Always {
				runs[id] = run
			}
		}
		read, err := s.period.appendPolls(nil, store.n)
		if err != nil {
			return err
		}
		s.Now[store.n] = uptime.NowAfter(run, store.opening, read, s.AsOf)
	}
	s.beganBefore = nil
	*past = pastRuns{s.pastMark, search.from, runs}
	return nil
}

func (s *Snapshot) newSinceSearch(ctx context.Context, tx *models.Tx) *sinceSearch {
	from, _ := s.period.days()
	search := s.newSearch(ctx, tx, from)
	for n, store := range s.Stores {
		opening := s.beganBefore[n]
		if opening.Empty() {
			continue
		}
		first, _ := polls.Split(max(opening.From, store.FirstPollAt.At))
		search.pending[store.ID] = &storeSince{uptime.NewRunSearch(opening), n, opening, first}
	}
	return search
}

// newSearch is a search before a day, for no store yet.
func (s *Snapshot) newSearch(ctx context.Context, tx *models.Tx, from int32) *sinceSearch {
	search := &sinceSearch{
		table: tx.PollTable(), from: from, keptFrom: math.MinInt32, pending: map[int32]*storeSince{},
		lastDay: func(before int32) (int32, bool, error) { return tx.PollTable().LastDay(ctx, before) },
	}
	if s.KeptFrom.Known {
		search.keptFrom, _ = polls.Split(s.KeptFrom.At)
	}
	return search
}

// run goes back until the state of no store is pending.
func (s *sinceSearch) run(ctx context.Context) error {
	before := s.from
	for len(s.pending) > fewSearched {
		day, some, err := s.lastDay(before)
		if err != nil {
			return err
		}
		if !some {
			for id := range s.pending {
				s.end(id)
			}
			return nil
		}
		if err := s.readDay(ctx, day); err != nil {
			return err
		}
		before = day
	}
	for id := range s.pending {
		if err := s.readStore(ctx, id, before); err != nil {
			return err
		}
	}
	return nil
}

// readDay shows one day to all pending stores.
func (s *sinceSearch) readDay(ctx context.Context, day int32) error {
	ids := make([]int32, 0, len(s.pending))
	for id, store := range s.pending {
		if store.firstDay > day {
			s.end(id)
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var over []int32
	var unpacked []uptime.Poll
	err := s.table.ReadDay(ctx, day, ids, func(id int32, packed polls.Day) (err error) {
		if unpacked, err = packed.AppendPolls(unpacked[:0], day); err == nil && s.show(id, day, unpacked) {
			over = append(over, id)
		}
		return err
	})
	for _, id := range over {
		delete(s.pending, id)
	}
	return err
}

// readStore goes back in steps that double, until the state of one store began.
func (s *sinceSearch) readStore(ctx context.Context, id, before int32) error {
	store := s.pending[id]
	for step := int32(8); before > store.firstDay; step *= 2 {
		first := max(store.firstDay, before-step)
		read := fewPolls{}
		if err := read.readStore(ctx, s.table, id, first, before-1); err != nil {
			return err
		}
		for _, d := range slices.Backward(read[id]) {
			unpacked, err := d.packed.AppendPolls(nil, d.day)
			if err != nil {
				return err
			}
			if s.show(id, d.day, unpacked) {
				delete(s.pending, id)
				return nil
			}
		}
		before = first
	}
	s.end(id)
	return nil
}

// show shows a day to a pending store. It reports whether its search is over.
func (s *sinceSearch) show(id, day int32, unpacked []uptime.Poll) (over bool) {
	store := s.pending[id]
	if store.Before(unpacked) {
		return true
	}
	if day <= store.firstDay {
		store.NoMore()
		return true
	}
	return day < s.keptFrom // whatever is older is deleted, or about to be
}

// end ends the search for a store of whose opening all polls were shown.
func (s *sinceSearch) end(id int32) {
	s.pending[id].NoMore()
	delete(s.pending, id)
}
