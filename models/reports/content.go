package reports

import (
	"iter"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/zones"
)

// A Content is everything that a report says.
type Content struct {
	*figures.Snapshot
	Stores  []int           // indexes of the snapshot, in order
	Range   *figures.Range  // of Stores; nil where no range was asked for
	Targets entered.Targets // that the stores are to reach

	Corrected bool // the contract CSV has corrected figures
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

// Report is a report with that content, which is not recorded and has no id. When it was
// made is not known.
func (c Content) Report(group string) models.Report {
	return models.Report{
		Group: group, AsOf: c.KnownAsOf(), ZoneData: zones.Version(), Corrected: c.Corrected,
		Stores: int64(len(c.Stores)), NoData: int64(c.withoutData()), Polls: c.polls(), PollEvery: c.PollEvery,
	}
}

// ranged reports whether the content has figures of a range.
func (c Content) ranged() bool { return c.Range != nil }

// Rows iterates over the rows of the report. It never fails.
func (c Content) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i, n := range c.Stores {
			if !yield(c.row(i, n), nil) {
				return
			}
		}
	}
}

// row is the row of store n of the snapshot, which is the i-th of the report.
func (c Content) row(i, n int) Row {
	row := rowOf(c.Snapshot, n)
	if target, some := c.Targets.Of(c.Snapshot.Stores[n]); some {
		row.Target = target.Percent
	}
	if !c.ranged() {
		return row
	}
	row.Ranged, row.Range = true, c.Range.Figures[i]
	if corrected := c.Range.Corrected[i]; row.Corrections != nil || corrected != row.Range {
		if row.Corrections == nil {
			row.Corrections = &Corrections{Figures: row.Figures}
		}
		row.Corrections.Range = corrected
	}
	return row
}

// polls counts the polls that the figures of the report were computed from.
func (c Content) polls() int64 {
	polls := c.PollsRead(c.Stores)
	if c.ranged() {
		polls += c.Range.Polls
	}
	return polls
}

// withoutData counts the stores that have no data in what the report is about.
func (c Content) withoutData() (stores int) {
	for i, n := range c.Stores {
		f := &c.Figures[n][uptime.LastWeek]
		if c.ranged() {
			f = &c.Range.Figures[i]
		}
		if f.Up+f.Down == 0 {
			stores++
		}
	}
	return stores
}
