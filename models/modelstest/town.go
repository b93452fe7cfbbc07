package modelstest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// A Town is what the files say of some stores, as values: what the expected
// figures are computed from, by other means than the importer's.
type Town struct {
	Polls []TownPoll
	Hours map[string][]uptime.Hours
	Zones map[string][]string
}

// A TownPoll is a poll of a Town.
type TownPoll struct {
	Store  string
	At     uptime.Instant
	Active bool
}

// Row is the poll as a row of a polls file.
func (p TownPoll) Row() string {
	status := "inactive"
	if p.Active {
		status = "active"
	}
	return Quoted(p.Store) + "," + status + "," + Stamp(p.At)
}

// PollRows are the rows of its polls file.
func (w Town) PollRows() []string {
	var rows []string
	for _, p := range w.Polls {
		rows = append(rows, p.Row())
	}
	return rows
}

// HoursRows are the rows of its business hours file.
func (w Town) HoursRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.Hours)) {
		for _, h := range w.Hours[store] {
			rows = append(rows, Quoted(store)+","+strconv.Itoa(h.Day)+","+WallTime(h.Start)+","+WallTime(h.End))
		}
	}
	return rows
}

// ZoneRows are the rows of its time zones file.
func (w Town) ZoneRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.Zones)) {
		for _, zone := range w.Zones[store] {
			rows = append(rows, Quoted(store)+","+zone)
		}
	}
	return rows
}

// WallTime is a second of the day as hours files have it.
func WallTime(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// Newest is the instant of the newest poll.
func (w Town) Newest() uptime.Instant {
	newest := uptime.Instant(0)
	for _, p := range w.Polls {
		newest = max(newest, p.At)
	}
	return newest
}

// PollsOf are all polls of a store, sorted, one per instant.
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

// Rows are the expected rows of a report.
func (w Town) Rows(asOf uptime.Instant) []reports.Row {
	stores := map[string]bool{}
	for _, p := range w.Polls {
		stores[p.Store] = true
	}
	for store := range w.Hours {
		stores[store] = true
	}
	for store := range w.Zones {
		stores[store] = true
	}
	var rows []reports.Row
	for _, store := range slices.Sorted(maps.Keys(stores)) {
		row := reports.Row{
			Store: store, Zone: "America/Chicago", ZoneAssumed: true, HoursAssumed: len(w.Hours[store]) == 0,
		}
		if zones := w.Zones[store]; len(zones) > 0 {
			row.Zone, row.ZoneAssumed = slices.Min(zones), false
		}
		location, err := time.LoadLocation(row.Zone)
		if err != nil {
			panic(err)
		}
		windows := uptime.Windows(asOf)
		week := windows[2]
		openings := uptime.Openings(uptime.NewZone(location, week), w.Hours[store], week)
		uptime.Measure(openings, w.PollsOf(store), asOf, windows[:], row.Figures[:])
		rows = append(rows, row)
	}
	return rows
}

// CSVs are the expected report and details.
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
	if err := reports.WriteCSV(&r, rows); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteDetailsCSV(&d, false, rows); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}

// Check compares what the database says with what is expected.
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
	}
}

// Measure computes figures from everything that is known of a store.
func (w Town) Measure(store string, asOf uptime.Instant, spans ...uptime.Span) []uptime.Figures {
	figures := make([]uptime.Figures, len(spans))
	for n, span := range spans {
		openings := uptime.Openings(uptime.NewZone(w.Location(store), span), w.Hours[store], span)
		uptime.Measure(openings, w.PollsOf(store), asOf, []uptime.Span{span}, figures[n:n+1])
	}
	return figures
}

// Location is the zone of a store.
func (w Town) Location(store string) *time.Location {
	name := models.AssumedZone
	if zones := w.Zones[store]; len(zones) > 0 {
		name = slices.Min(zones)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

// HeatMap is that of one store in the last week.
func (w Town) HeatMap(store string, asOf uptime.Instant) *uptime.HeatMap {
	week := uptime.Windows(asOf)[uptime.LastWeek]
	zone := uptime.NewZone(w.Location(store), week)
	var h uptime.HeatMap
	h.Fill(uptime.ClockHours(zone, week), uptime.Openings(zone, w.Hours[store], week), w.PollsOf(store), asOf)
	return &h
}

// LocalDay is a date of a store.
func (w Town) LocalDay(store string, date uptime.Date) uptime.Span {
	from := uptime.Instant(date) * uptime.Instant(uptime.Day)
	zone := uptime.NewZone(w.Location(store), uptime.Span{From: from, To: from.Add(uptime.Day)})
	return uptime.Span{From: zone.Instant(date, 0), To: zone.Instant(date+1, 0)}
}

// LoadInto loads the files of the town.
func (w Town) LoadInto(t TB, db *models.DB) {
	t.Helper()
	Load(t, db, PollsFile(w.PollRows()...), HoursFile(w.HoursRows()...), ZonesFile(w.ZoneRows()...))
}
