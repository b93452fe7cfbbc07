package models

import (
	"io"
	"iter"

	"lightson/models/uptime"
)

// WriteDetailsCSV writes the report's details CSV from its rows.
func (r Report) WriteDetailsCSV(w io.Writer, rows iter.Seq2[ReportRow, error]) error {
	return WriteDetailsCSV(w, r.Ranged(), rows)
}

// A ReportContent is everything that a report will say.
type ReportContent struct {
	*Snapshot
	Stores []int            // of the snapshot, in its order
	Ranges []uptime.Figures // of each of Stores; nil where no range was asked for
}

// About is the content of a report about a group, or about all stores where that
// is empty.
func (s *Snapshot) About(group string) ReportContent {
	stores := []int{}
	for n := range s.Stores {
		if group == "" || s.Stores[n].Group == group {
			stores = append(stores, n)
		}
	}
	return ReportContent{Snapshot: s, Stores: stores}
}

// Ranged reports whether the content has figures of a range.
func (c ReportContent) Ranged() bool { return c.Ranges != nil }

// Rows iterates over the rows of the report.
func (c ReportContent) Rows() iter.Seq2[ReportRow, error] {
	return func(yield func(ReportRow, error) bool) {
		for i, n := range c.Stores {
			row := c.row(n)
			if c.Ranged() {
				row.Ranged, row.Range = true, c.Ranges[i]
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// withoutData counts the stores of which nothing is known in the last week.
func (c ReportContent) withoutData() (stores int) {
	for _, n := range c.Stores {
		if f := c.Figures[n][uptime.LastWeek]; f.Up+f.Down == 0 {
			stores++
		}
	}
	return stores
}
