package models_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/demo"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

var zoneNames = []string{
	"America/Chicago", "America/New_York", "America/St_Johns", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC",
}

// drawTown invents some stores, with polls that repeat, contradict each other
// and reach back over weeks, around a day on which clocks change.
func drawTown(t *rapid.T) town {
	stores := []string{"1", "2", "8419537941919820732", "=x", "a,b", "é"}[:rapid.IntRange(1, 6).Draw(t, "stores")]
	newest := at(rapid.SampledFrom([]string{"2023-01-25 18:13:22.47922", "2023-03-12 12:00", "2023-11-05 12:00"}).Draw(t, "newest"))
	w := town{hours: map[string][]uptime.Hours{}, zones: map[string][]string{}}
	ago := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) uptime.Micros { // on a grid, so that polls meet
			return uptime.Micros(rapid.IntRange(0, 60).Draw(t, "hours")) * uptime.Hour
		}),
		rapid.Custom(func(t *rapid.T) uptime.Micros {
			return uptime.Micros(rapid.Int64Range(0, int64(10*uptime.Day)).Draw(t, "micros"))
		}),
		rapid.Custom(func(t *rapid.T) uptime.Micros { // long ago
			return uptime.Micros(rapid.IntRange(6, 40).Draw(t, "days"))*uptime.Day + uptime.Micros(rapid.IntRange(-1, 1).Draw(t, "micro"))
		}))
	poll := rapid.Custom(func(t *rapid.T) townPoll {
		return townPoll{
			store:  rapid.SampledFrom(stores).Draw(t, "store"),
			at:     newest.Add(-ago.Draw(t, "ago")),
			active: rapid.Bool().Draw(t, "active"),
		}
	})
	w.polls = rapid.SliceOfN(poll, 1, 60).Draw(t, "polls")
	wall := rapid.OneOf(
		rapid.SampledFrom([]int{0, 2 * 3600, 9000, 9 * 3600, 17 * 3600, 86340, 86399}),
		rapid.IntRange(0, 86399))
	hours := rapid.Custom(func(t *rapid.T) uptime.Hours {
		return uptime.Hours{Day: rapid.IntRange(0, 6).Draw(t, "day"), Start: wall.Draw(t, "start"), End: wall.Draw(t, "end")}
	})
	for _, store := range stores {
		switch rapid.IntRange(0, 3).Draw(t, "hours of "+store) {
		case 0: // always open
		case 1: // open but for an hour of the week: openings that began before what is read
			w.hours[store] = []uptime.Hours{
				{Day: 0}, {Day: 1}, {Day: 2}, {Day: 3}, {Day: 4}, {Day: 5},
				{Day: 6, Start: 0, End: 23 * 3600},
			}
		default:
			w.hours[store] = rapid.SliceOfN(hours, 1, 9).Draw(t, "rows")
		}
		if zones := rapid.SliceOfN(rapid.SampledFrom(zoneNames), 0, 2).Draw(t, "zones of "+store); len(zones) > 0 {
			w.zones[store] = zones
		}
	}
	return w
}

// deal deals rows, shuffled, to n hands.
func deal(t *rapid.T, label string, rows []string, n int) [][]string {
	hands := make([][]string, n)
	if len(rows) == 0 {
		return hands
	}
	for _, row := range rapid.Permutation(rows).Draw(t, label) {
		hand := rapid.IntRange(0, n-1).Draw(t, "hand")
		hands[hand] = append(hands[hand], row)
	}
	return hands
}

func TestAReportDependsOnNothingButTheFacts(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			asOf := w.newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "as of ago")))

			// At once.
			wipe(t, db)
			load(t, db, pollsFile(w.pollRows()...), hoursFile(w.hoursRows()...), zonesFile(w.zoneRows()...))
			w.check(t, db, 0)
			w.check(t, db, asOf)

			// Shuffled and in parts; the hours, and the zones, of a store come in
			// one import, if not in one file.
			wipe(t, db)
			parts := deal(t, "polls", w.pollRows(), rapid.IntRange(1, 10).Draw(t, "imports"))
			withHours := rapid.IntRange(0, len(parts)-1).Draw(t, "import of the hours")
			withZones := rapid.IntRange(0, len(parts)-1).Draw(t, "import of the zones")
			instants := map[string]bool{}
			for _, p := range w.polls {
				instants[fmt.Sprint(p.store, p.at)] = true
			}
			var kept int64
			for n, rows := range parts {
				var files []string
				for _, some := range deal(t, "files", rows, rapid.IntRange(1, 3).Draw(t, "files")) {
					files = append(files, pollsFile(append(some, "x,asleep,2023-01-01 00:00:00")...))
				}
				polls := len(files)
				if n == withHours {
					for _, some := range deal(t, "hours", w.hoursRows(), 2) {
						files = append(files, hoursFile(some...))
					}
				}
				if n == withZones {
					for _, some := range deal(t, "zones", w.zoneRows(), 2) {
						files = append(files, zonesFile(some...))
					}
				}
				i, err := tryLoad(db, rapid.SampledFrom([]int{0, 1, 5}).Draw(t, "spill"), files...)
				if err != nil {
					t.Fatal(err)
				}
				checkImport(t, i)
				if i.Rejected != int64(polls) {
					t.Fatalf("%d rejected, want %d", i.Rejected, polls)
				}
				if n != withHours && n != withZones {
					kept += i.Kept
				}
			}
			w.check(t, db, 0)
			w.check(t, db, asOf)
			if kept > int64(len(instants)) {
				t.Fatalf("kept %d polls of %d instants", kept, len(instants))
			}

			// All of it again.
			version := dataVersion(t, db)
			i := load(t, db, pollsFile(w.pollRows()...), hoursFile(w.hoursRows()...), zonesFile(w.zoneRows()...))
			if i.Kept != 0 || i.NewStores != 0 || dataVersion(t, db) != version {
				t.Fatalf("the same rows again: %+v, data version %d, was %d", i.Counts, dataVersion(t, db), version)
			}
		})
	})
}

func wipe(t tb, db *models.DB) {
	t.Helper()
	if err := db.Wipe(); err != nil {
		t.Fatal(err)
	}
}

// The demo data has every kind of store in it, and more of them than a worker
// takes at a time.
func TestBothDatabasesGiveTheSameBytes(t *testing.T) {
	o := demo.DefaultOptions()
	o.Stores = 1200
	o.Days = 3
	files, err := demo.Write(t.TempDir(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{readFile(t, files.Polls.Path), readFile(t, files.Hours.Path), readFile(t, files.Zones.Path)}
	reports := map[modelstest.Kind]string{}
	for _, kind := range modelstest.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			db := modelstest.Open(t, kind)
			load(t, db, texts...)
			// A day of more stores than are looked up one by one is read whole.
			load(t, db, texts...)
			for _, asOf := range []uptime.Instant{0, uptime.At(o.Until.Add(-25 * time.Hour))} {
				report, details := csvs(t, snapshotAt(t, db, asOf))
				reports[kind] += report + details
			}
		})
	}
	if len(reports) == 2 && reports[modelstest.SQLite] != reports[modelstest.PostgreSQL] {
		t.Error("the reports differ")
	}
}
