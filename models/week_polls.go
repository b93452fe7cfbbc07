package models

import (
	"cmp"
	"context"
	"slices"
	"sort"
)

// weekPolls are the polls of some days, as packed as in the database: a week of
// 14,000 stores is 9 MB so, and 29 MB unpacked.
type weekPolls struct {
	rows  []pollRow // sorted by store and day
	chunk []byte    // what is left of the latest piece of memory for their bytes
	count int64
}

const weekChunk = 1 << 20

func (w *weekPolls) read(ctx context.Context, table pollTable, first, last int32) error {
	err := table.readDays(ctx, first, last, func(day, store int32, polls PollDay) error {
		w.rows = append(w.rows, pollRow{day, store, w.keep(polls)})
		w.count += int64(polls.Len())
		return nil
	})
	slices.SortFunc(w.rows, func(a, b pollRow) int {
		return cmp.Or(cmp.Compare(a.store, b.store), cmp.Compare(a.day, b.day))
	})
	w.chunk = nil
	return err
}

// keep copies polls into a large piece of memory: a hundred thousand small
// pieces would cost more to allocate and to look after than to fill.
func (w *weekPolls) keep(polls PollDay) PollDay {
	if len(polls) > len(w.chunk) {
		w.chunk = make([]byte, max(weekChunk, len(polls)))
	}
	kept := w.chunk[:len(polls):len(polls)]
	w.chunk = w.chunk[len(polls):]
	copy(kept, polls)
	return kept
}

// of are the days of one store, in order.
func (w *weekPolls) of(store int32) []pollRow {
	from := sort.Search(len(w.rows), func(i int) bool { return w.rows[i].store >= store })
	to := from
	for to < len(w.rows) && w.rows[to].store == store {
		to++
	}
	return w.rows[from:to]
}
