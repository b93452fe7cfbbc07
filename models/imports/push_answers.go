package imports

import (
	"cmp"
	"slices"
)

// dayOfStore is one day of one store of a batch.
type dayOfStore struct {
	store uint32
	day   int32
}

// answering tells the rows of a push what became of them, as their days are
// merged: the same of each as the merge counts of all.
func (p *Push) answering() func(store uint32, day int32, known []uint64) {
	rows := map[dayOfStore][]pushRow{}
	for _, row := range p.rows {
		of := dayOfStore{row.store, row.day}
		rows[of] = append(rows[of], row)
	}
	return func(store uint32, day int32, known []uint64) {
		instants := map[uint64]*saidOf{}
		for _, row := range rows[dayOfStore{store, day}] {
			p.answers[row.answer].Outcome = outcomeOf(row.mark, known, instants)
		}
	}
}

// saidOf is what was said of an instant before.
type saidOf struct {
	mark     uint64
	disputed bool // it was contradicted, which counts once
}

// outcomeOf is what becomes of a row, given what was known of its day and what
// the rows before it said.
func outcomeOf(mark uint64, known []uint64, instants map[uint64]*saidOf) Outcome {
	micro := mark >> 1
	said := instants[micro]
	if said == nil {
		n, found := slices.BinarySearchFunc(known, micro, func(k, micro uint64) int { return cmp.Compare(k>>1, micro) })
		if !found {
			instants[micro] = &saidOf{mark: mark}
			return KeptRow
		}
		said = &saidOf{mark: known[n]}
		instants[micro] = said
	}
	if said.mark == mark || said.disputed {
		return DuplicateRow
	}
	said.disputed = true
	return ConflictingRow
}
