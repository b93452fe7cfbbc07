package reports

import (
	"lightson/models/figures"
	"lightson/models/uptime"
)

// A Row is one store in a report. Everything that is shown of a complete report,
// as a page, as JSON or as CSV, is made of these.
type Row struct {
	Store        string                             // its id in the feeds
	Zone         string                             // IANA name
	ZoneAssumed  bool                               // no feed gave one
	HoursAssumed bool                               // no feed gave any: always open
	Figures      [uptime.WindowCount]uptime.Figures // raw: without corrections
	Ranged       bool                               // whether a range was asked for beside the windows
	Range        uptime.Figures                     // the raw figures of the range

	Name, Group, City string // as in models.Store; empty where no feed gave one

	// Sure says whether the figures know how certain they are and what was closely seen.
	// Reports from before that was measured do not.
	Sure bool
	// Corrections are the figures with corrections; nil where nothing was corrected.
	Corrections *Corrections
	Target      int // availability in hundredths of a percent; 0 where there is none
}

// Corrections are the figures of a store with its corrections.
type Corrections struct {
	Figures [uptime.WindowCount]uptime.Figures
	Range   uptime.Figures // of the range, where there is one
}

// Corrected is the row with the corrected figures in the place of the raw ones.
func (r Row) Corrected() Row {
	if c := r.Corrections; c != nil {
		r.Figures, r.Range = c.Figures, c.Range
	}
	return r
}

// corrected are the corrected figures of the windows and of the range, or the raw ones where
// nothing was corrected.
func (r *Row) corrected() (windows *[uptime.WindowCount]uptime.Figures, overRange *uptime.Figures) {
	if c := r.Corrections; c != nil {
		return &c.Figures, &c.Range
	}
	return &r.Figures, &r.Range
}

// Main are the figures of what the report is about in the first place: its range or,
// without one, the last week.
func (r *Row) Main() uptime.Figures {
	if r.Ranged {
		return r.Range
	}
	return r.Figures[uptime.LastWeek]
}

// rowOf is store n of a snapshot as a row of a report, without a range.
func rowOf(s *figures.Snapshot, n int) Row {
	store := &s.Stores[n]
	zone := store.ZoneName()
	row := Row{
		Store: store.Code, Zone: zone, ZoneAssumed: zone != store.Zone,
		HoursAssumed: len(s.Hours(n)) == 0, Figures: s.Figures[n],
		Name: store.Name, Group: store.Group, City: store.City, Sure: true,
	}
	if s.IsCorrected(n) {
		row.Corrections = &Corrections{Figures: *s.Corrected(n)}
	}
	return row
}
