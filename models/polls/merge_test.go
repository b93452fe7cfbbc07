package polls

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// rowMarks draws rows of one store and day as a file may have them: in no
// order, with repeats and with both states of an instant.
func rowMarks(t *rapid.T, label string) []uint64 {
	row := rapid.Custom(func(t *rapid.T) uint64 {
		return MarkOf(microOfDay().Draw(t, "micro"), rapid.Bool().Draw(t, "active"))
	})
	return rapid.SliceOfN(row, 0, 30).Draw(t, label)
}

// aDay is the same as mergeMarks, as the contract says it: a set of instants in
// which inactive wins.
type aDay map[int64]bool // active, by microsecond

func (d aDay) add(marks []uint64) {
	for _, m := range marks {
		active, known := d[int64(m>>1)]
		d[int64(m>>1)] = m&inactiveBit == 0 && (active || !known)
	}
}

func (d aDay) marks() []uint64 {
	var marks []uint64
	for _, micro := range slices.Sorted(maps.Keys(d)) {
		marks = append(marks, MarkOf(micro, d[micro]))
	}
	return marks
}

func TestMergingIsASetInWhichInactiveWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known, rows := marks(t, "known"), rowMarks(t, "rows")
		want := aDay{}
		want.add(known)
		before := len(want)
		want.add(rows)

		sorted := slices.Sorted(slices.Values(rows))
		var told []uint64
		got, counts, changed := Merge(nil, known, sorted, func(m uint64) { told = append(told, m) })
		if !slices.Equal(got, want.marks()) {
			t.Fatalf("merged %v, want %v", got, want.marks())
		}
		if changed != !slices.Equal(got, known) {
			t.Fatalf("changed = %v; before %v, after %v", changed, known, got)
		}
		if sum := counts.Kept + counts.Duplicate + counts.Conflicting; sum != int64(len(rows)) {
			t.Fatalf("%+v add up to %d, want %d rows", counts, sum, len(rows))
		}
		if counts.Kept != int64(len(want)-before) {
			t.Fatalf("kept %d, want %d new instants", counts.Kept, len(want)-before)
		}
		if int64(len(told)) != counts.Conflicting || !slices.IsSorted(told) {
			t.Fatalf("told of %v, want %d conflicts in order", told, counts.Conflicting)
		}
		for _, m := range told {
			if m&inactiveBit == 0 {
				t.Fatalf("conflict at %d did not end inactive", m>>1)
			}
		}
	})
}

func TestSplittingAndOrderDoNotChangeAMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rowMarks(t, "rows")
		none := func(uint64) {}
		once, _, _ := Merge(nil, nil, slices.Sorted(slices.Values(rows)), none)

		shuffled := rapid.Permutation(rows).Draw(t, "shuffled")
		var merged []uint64
		var kept int64
		for len(shuffled) > 0 {
			n := rapid.IntRange(1, len(shuffled)).Draw(t, "part")
			next, counts, _ := Merge(nil, merged, slices.Sorted(slices.Values(shuffled[:n])), none)
			merged, shuffled = next, shuffled[n:]
			kept += counts.Kept
		}
		if !slices.Equal(merged, once) {
			t.Fatalf("in parts %v, at once %v", merged, once)
		}
		if kept != int64(len(once)) {
			t.Fatalf("kept %d in parts, %d at once", kept, len(once))
		}
		if again, counts, changed := Merge(nil, merged, slices.Sorted(slices.Values(rows)), none); changed || counts.Kept != 0 || !slices.Equal(again, merged) {
			t.Fatalf("merged again: changed = %v, %+v", changed, counts)
		}
	})
}
