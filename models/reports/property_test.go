package reports_test

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
			asOf := w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "as of ago")))

			// At once.
			wipe(t, db)
			load(t, db, pollsFile(w.PollRows()...), hoursFile(w.HoursRows()...), zonesFile(w.ZoneRows()...))
			w.Check(t, db, 0)
			w.Check(t, db, asOf)

			// Shuffled and in parts; the hours, and the zones, of a store come in
			// one import, if not in one file.
			wipe(t, db)
			parts := deal(t, "polls", w.PollRows(), rapid.IntRange(1, 10).Draw(t, "imports"))
			withHours := rapid.IntRange(0, len(parts)-1).Draw(t, "import of the hours")
			withZones := rapid.IntRange(0, len(parts)-1).Draw(t, "import of the zones")
			instants := map[string]bool{}
			for _, p := range w.Polls {
				instants[fmt.Sprint(p.Store, p.At)] = true
			}
			var kept int64
			for n, rows := range parts {
				var files []string
				for _, some := range deal(t, "files", rows, rapid.IntRange(1, 3).Draw(t, "files")) {
					files = append(files, pollsFile(append(some, "x,asleep,2023-01-01 00:00:00")...))
				}
				polls := len(files)
				if n == withHours {
					for _, some := range deal(t, "hours", w.HoursRows(), 2) {
						files = append(files, hoursFile(some...))
					}
				}
				if n == withZones {
					for _, some := range deal(t, "zones", w.ZoneRows(), 2) {
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
			w.Check(t, db, 0)
			w.Check(t, db, asOf)
			if kept > int64(len(instants)) {
				t.Fatalf("kept %d polls of %d instants", kept, len(instants))
			}

			// All of it again.
			version := dataVersion(t, db)
			i := load(t, db, pollsFile(w.PollRows()...), hoursFile(w.HoursRows()...), zonesFile(w.ZoneRows()...))
			if i.Kept != 0 || i.NewStores != 0 || dataVersion(t, db) != version {
				t.Fatalf("the same rows again: %+v, data version %d, was %d", i.Counts, dataVersion(t, db), version)
			}
		})
	})
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
