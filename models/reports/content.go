package reports

import (
	"iter"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A Content is everything that a report says.
type Content struct {
	*figures.Snapshot
	Stores []int            // indexes of the snapshot, in order
	Ranges []uptime.Figures // one for each of Stores; nil where no range was asked for

	RangePolls int64 // that were read for the range only
}

// About is the content of a report about the stores of a group, or about all
// stores where group is empty. It has no range.
func About(s *figures.Snapshot, group string) Content {
	stores := []int{}
	for n := range s.Stores {
		if group == "" || s.Stores[n].Group == group {
			stores = append(stores, n)
		}
	}
	return Content{Snapshot: s, Stores: stores}
}

// ranged reports whether the content has figures of a range.
func (c Content) ranged() bool { return c.Ranges != nil }

// Rows iterates over the rows of the report. It never fails.
func (c Content) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i, n := range c.Stores {
			row := rowOf(c.Snapshot, n)
			if c.ranged() {
				row.Ranged, row.Range = true, c.Ranges[i]
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// polls counts the polls that the figures of the report were computed from.
func (c Content) polls() int64 { return c.PollsRead(c.Stores) + c.RangePolls }

// withoutData counts the stores that have no data in what the report is about.
func (c Content) withoutData() (stores int) {
	for row := range c.Rows() { //nolint:errcheck // what is in memory is read without errors
		if f := row.Main(); f.Up+f.Down == 0 {
			stores++
		}
	}
	return stores
}
