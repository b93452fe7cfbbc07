package modelstest

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/zones"
)

// Check compares a snapshot of the database with what is expected as of an instant; 0
// stands for the newest poll.
func (w Town) Check(t TB, db *models.DB, asOf uptime.Instant) {
	t.Helper()
	if asOf == 0 {
		asOf = w.Newest()
	}
	wantReport, wantDetails := w.CSVs(t, asOf)
	s := SnapshotAt(t, db, asOf)
	report, details := CSVs(t, s)
	if report != wantReport {
		t.Fatalf("as of %s\n%s\nwant\n%s", Stamp(asOf), report, wantReport)
	}
	if details != wantDetails {
		t.Fatalf("as of %s\n%s\nwant\n%s", Stamp(asOf), details, wantDetails)
	}
	for n, row := range w.Rows(asOf) {
		if s.Figures[n] != row.Figures {
			t.Fatalf("store %q: %+v, want %+v", row.Store, s.Figures[n], row.Figures)
		}
		if got, want := *s.Corrected(n), row.Corrected().Figures; got != want {
			t.Fatalf("store %q, corrected: %+v, want %+v", row.Store, got, want)
		}
	}
}

// CSVs are the expected report CSV and details CSV.
func (w Town) CSVs(t TB, asOf uptime.Instant) (report, details string) {
	t.Helper()
	rows := func(yield func(reports.Row, error) bool) {
		for _, row := range w.Rows(asOf) {
			if !yield(row, nil) {
				return
			}
		}
	}
	var r, d bytes.Buffer
	if err := reports.WriteCSV(&r, false, rows); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteDetailsCSV(&d, false, rows); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}

// Rows are the expected rows of a report of all stores, sorted by store.
func (w Town) Rows(asOf uptime.Instant) []reports.Row {
	var rows []reports.Row
	for _, store := range w.stores() {
		today := uptime.DateOf(asOf.Time().In(w.Location(store)).Date())
		row := reports.Row{
			Sure: true, Store: store, Zone: w.zoneName(store), ZoneAssumed: len(w.Zones[store]) == 0, HoursAssumed: len(w.calendar(store).HoursOn(today)) == 0,
		}
		windows := uptime.Windows(asOf)
		week := windows[uptime.LastWeek]
		known := w.History(store, week, asOf)
		known.Raw().Measure(windows[:], row.Figures[:])
		if slices.ContainsFunc(known.Excused, func(e uptime.Span) bool { return e.From < asOf && e.To > asOf.Add(-8*uptime.Day) }) {
			row.Corrections = &reports.Corrections{}
			known.Measure(windows[:], row.Corrections.Figures[:])
		}
		rows = append(rows, row)
	}
	return rows
}

// History is all that is known of a store in some time.
func (w Town) History(store string, over uptime.Span, asOf uptime.Instant) uptime.History {
	return uptime.History{
		Openings: uptime.Openings(uptime.NewZone(w.Location(store), over), w.calendar(store), over),
		Polls:    w.PollsOf(store), AsOf: asOf, Near: uptime.Near(uptime.Hour), Excused: w.Excused[store],
	}
}

// Measure computes the raw figures of a store in some spans, each by itself and from all
// polls of the store.
func (w Town) Measure(store string, asOf uptime.Instant, spans ...uptime.Span) []uptime.Figures {
	figures := make([]uptime.Figures, len(spans))
	for n, span := range spans {
		w.History(store, span, asOf).Raw().Measure([]uptime.Span{span}, figures[n:n+1])
	}
	return figures
}

// Outages are the outages of a store in a span, from all polls of the store and whatever
// was corrected.
func (w Town) Outages(store string, asOf uptime.Instant, span uptime.Span) []uptime.Outage {
	return w.History(store, span, asOf).Raw().Outages(span)
}

// MeasureCorrected computes the corrected figures of a store in a span.
func (w Town) MeasureCorrected(store string, asOf uptime.Instant, span uptime.Span) uptime.Figures {
	var figures [1]uptime.Figures
	w.History(store, span, asOf).Measure([]uptime.Span{span}, figures[:])
	return figures[0]
}

// HeatMap is the heat map of a store in the last week.
func (w Town) HeatMap(store string, asOf uptime.Instant) *uptime.HeatMap {
	week := uptime.Windows(asOf)[uptime.LastWeek]
	zone := uptime.NewZone(w.Location(store), week)
	var h uptime.HeatMap
	h.Fill(uptime.ClockHours(zone, week), w.History(store, week, asOf).Raw())
	return &h
}

// LocalDay is the time that a date lasts in the zone of a store.
func (w Town) LocalDay(store string, date uptime.Date) uptime.Span {
	from := uptime.Instant(date) * uptime.Instant(uptime.Day)
	zone := uptime.NewZone(w.Location(store), uptime.Span{From: from, To: from.Add(uptime.Day)})
	return uptime.Span{From: zone.Instant(date, 0), To: zone.Instant(date+1, 0)}
}

// PollsOf are all polls of a store, sorted, one per instant: of polls at the same
// instant that disagree, the inactive one counts.
func (w Town) PollsOf(store string) []uptime.Poll {
	active := map[uptime.Instant]bool{}
	for _, p := range w.Polls {
		if p.Store == store {
			before, known := active[p.At]
			active[p.At] = p.Active && (before || !known)
		}
	}
	var polls []uptime.Poll
	for _, at := range slices.Sorted(maps.Keys(active)) {
		polls = append(polls, uptime.Poll{At: at, Active: active[at]})
	}
	return polls
}

// Newest is the instant of the newest poll of all stores.
func (w Town) Newest() uptime.Instant {
	newest := uptime.Beginning
	for _, p := range w.Polls {
		newest = max(newest, p.At)
	}
	return newest
}

// Location is the time zone of a store.
func (w Town) Location(store string) *time.Location {
	location, err := zones.Location(w.zoneName(store))
	if err != nil {
		panic(err)
	}
	return location
}

func (w Town) zoneName(store string) string {
	if zones := w.Zones[store]; len(zones) > 0 {
		return slices.Min(zones)
	}
	return "America/Chicago"
}
