package reports

import (
	"iter"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A Content is everything that a report will say.
type Content struct {
	*figures.Snapshot
	Stores []int            // of the snapshot, in its order
	Ranges []uptime.Figures // of each of Stores; nil where no range was asked for
}

// About is the content of a report about a group, or about all stores where that
// is empty.
func About(s *figures.Snapshot, group string) Content {
	stores := []int{}
	for n := range s.Stores {
		if group == "" || s.Stores[n].Group == group {
			stores = append(stores, n)
		}
	}
	return Content{Snapshot: s, Stores: stores}
}

// Ranged reports whether the content has figures of a range.
func (c Content) Ranged() bool { return c.Ranges != nil }

// Rows iterates over the rows of the report.
func (c Content) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i, n := range c.Stores {
			row := rowOf(c.Snapshot, n)
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
func (c Content) withoutData() (stores int) {
	for _, n := range c.Stores {
		if f := c.Figures[n][uptime.LastWeek]; f.Up+f.Down == 0 {
			stores++
		}
	}
	return stores
}

// Rows iterates over all stores in the form of a report.
func SnapshotRows(s *figures.Snapshot) iter.Seq2[Row, error] { return About(s, "").Rows() }

// rowOf is store n in the form of a report.
func rowOf(s *figures.Snapshot, n int) Row {
	store := s.Stores[n]
	return Row{
		Store: store.Code, Zone: store.ZoneName(), ZoneAssumed: store.Zone == "",
		HoursAssumed: len(s.Hours[n]) == 0, Figures: s.Figures[n],
		Name: store.Name, Group: store.Group, City: store.City,
	}
}
