package imports

import (
	"cmp"
	"slices"
)

// A storeDay is a day of a store of a batch.
type storeDay struct {
	store uint32
	day   int32
}

// fillAnswers returns a Batch.onStoreDay that fills the answers to the rows of a
// day. Together they add up to the counts of the merge.
func (p *Push) fillAnswers() func(store uint32, day int32, known []uint64) {
	rows := map[storeDay][]pushRow{}
	for _, row := range p.rows {
		of := storeDay{row.store, row.day}
		rows[of] = append(rows[of], row)
	}
	return func(store uint32, day int32, known []uint64) {
		instants := map[uint64]*instantState{}
		for _, row := range rows[storeDay{store, day}] {
			p.answers[row.answer].Outcome = outcomeOf(row.mark, known, instants)
		}
	}
}

// An instantState is the state that a store had at an instant before a row.
type instantState struct {
	mark     uint64
	conflict bool // a row with the other state was counted; further ones are duplicates
}

// outcomeOf is the outcome of a row, given the marks that the database has of the
// day. instants, by microsecond of the day, is updated from row to row.
func outcomeOf(mark uint64, known []uint64, instants map[uint64]*instantState) Outcome {
	micro := mark >> 1
	state := instants[micro]
	if state == nil {
		n, found := slices.BinarySearchFunc(known, micro, func(k, micro uint64) int { return cmp.Compare(k>>1, micro) })
		if !found {
			instants[micro] = &instantState{mark: mark}
			return KeptRow
		}
		state = &instantState{mark: known[n]}
		instants[micro] = state
	}
	if state.mark == mark || state.conflict {
		return DuplicateRow
	}
	state.conflict = true
	return ConflictingRow
}
