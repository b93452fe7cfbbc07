package modelstest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"lightson/models"
	"lightson/models/uptime"
)

// A Town is what the files say about some stores, as values in memory. It is a
// second, naive computation of everything that the database is asked for: it is
// so simple that reading it is enough to believe it, and so slow that only tests
// can use it. It knows no imports, merges, packed days, periods, caches or
// processors; it gives all polls of a store to package uptime each time. Tests
// load a town into a database and compare the two.
//
// Two things it does not compute again: the rule, which has a naive twin of its own
// in the tests of package uptime, and the form of CSV files, which package reports
// compares with golden files.
type Town struct {
	Polls []TownPoll                // in any order, with repeats and contradictions
	Hours map[string][]uptime.Hours // by store; a store without rows is always open
	Zones map[string][]string       // by store; of several the first by name counts

	Changes // beside the files
}

// A TownPoll is a row of a polls file.
type TownPoll struct {
	Store  string
	At     uptime.Instant
	Active bool
}

// Row is the poll as text of a polls file.
func (p TownPoll) Row() string {
	status := "inactive"
	if p.Active {
		status = "active"
	}
	return Quoted(p.Store) + "," + status + "," + Stamp(p.At)
}

// PollRows are the rows of the town's polls file.
func (w Town) PollRows() []string {
	var rows []string
	for _, p := range w.Polls {
		rows = append(rows, p.Row())
	}
	return rows
}

// HoursRows are the rows of the town's business hours file.
func (w Town) HoursRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.Hours)) {
		for _, h := range w.Hours[store] {
			rows = append(rows, Quoted(store)+","+strconv.Itoa(h.Day)+","+wallTime(h.Start)+","+wallTime(h.End))
		}
	}
	return rows
}

// ZoneRows are the rows of the town's time zones file.
func (w Town) ZoneRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.Zones)) {
		for _, zone := range w.Zones[store] {
			rows = append(rows, Quoted(store)+","+zone)
		}
	}
	return rows
}

// wallTime is a second of the day as hours files have it.
func wallTime(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// LoadInto imports the files of the town as one import, and enters its changes.
func (w Town) LoadInto(t TB, db *models.DB) {
	t.Helper()
	Load(t, db, PollsFile(w.PollRows()...), HoursFile(w.HoursRows()...), ZonesFile(w.ZoneRows()...))
	w.Enter(t, db)
}
