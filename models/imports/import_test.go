package imports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/reports"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

func TestEveryRowOfAnImportIsAccountedFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		first := load(t, db,
			pollsFile(
				"1,active,2023-01-25 18:00:00 UTC",
				"1,active,2023-01-25 18:00:00.000000 UTC", // the same again
				"1,inactive,2023-01-25 18:00:00 UTC",      // and otherwise
				"2,active,2023-01-25 17:00:00 UTC",
				"2,asleep,2023-01-25 17:30:00 UTC",
				",active,2023-01-25 17:30:00 UTC",
			),
			hoursFile("1,0,09:00,17:00", "1,0,09:00:00,17:00:00", "1,7,09:00,17:00"),
			zonesFile("1,Asia/Beirut", "1,Asia/Beirut", "1,Europe/Berlin", "3,Local"))
		want := models.Counts{Rows: 13, Kept: 4, Duplicate: 3, Conflicting: 2, Rejected: 4, NewStores: 2}
		if first.Counts != want {
			t.Errorf("%+v, want %+v", first.Counts, want)
		}
		kinds := []string{first.Files[0].Kind, first.Files[1].Kind, first.Files[2].Kind}
		if diff := cmp.Diff([]string{"polls", "business hours", "time zones"}, kinds); diff != "" {
			t.Error(diff)
		}
		second := load(t, db, pollsFile(
			"1,active,2023-01-25 18:00:00 UTC",   // conflicts with what is known
			"2,inactive,2023-01-25 17:00:00 UTC", // conflicts and wins
			"2,inactive,2023-01-25 17:00:00 UTC",
			"4,active,2023-01-25 17:00:00 UTC"))
		want = models.Counts{Rows: 4, Kept: 1, Duplicate: 1, Conflicting: 2, NewStores: 1}
		if second.Counts != want {
			t.Errorf("%+v, want %+v", second.Counts, want)
		}
	})
}

func TestTheSameFilesAgainChangeNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		files := []string{
			pollsFile("1,active,2023-01-25 18:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC", "2,active,2023-01-20 18:00:00 UTC"),
			hoursFile("1,0,09:00,17:00", "1,0,09:00,17:00", "2,1,09:00,17:00"),
			zonesFile("1,Asia/Beirut", "1,Europe/Berlin", "3,UTC"),
		}
		load(t, db, files...)
		version := dataVersion(t, db)
		report, details := csvs(t, snapshotAt(t, db, 0))
		for range 2 {
			again := load(t, db, files...)
			if again.Kept != 0 || again.NewStores != 0 {
				t.Errorf("%+v, want nothing kept", again.Counts)
			}
		}
		if got := dataVersion(t, db); got != version {
			t.Errorf("data version %d, was %d", got, version)
		}
		if r, d := csvs(t, snapshotAt(t, db, 0)); r != report || d != details {
			t.Errorf("the report changed:\n%s\nwas\n%s", r, report)
		}
	})
}

func TestAnHoursFileReplacesTheHoursOfTheStoresItNames(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00", "1,1,09:00,17:00", "2,0,10:00,18:00"))
		load(t, db, hoursFile("1,2,08:00,12:00"))
		want := town{Hours: map[string][]uptime.Hours{
			"1": {{Day: 2, Start: 8 * 3600, End: 12 * 3600}},
			"2": {{Day: 0, Start: 10 * 3600, End: 18 * 3600}},
		}}
		want.Check(t, db, at("2023-01-25 18:00"))

		version := dataVersion(t, db)
		fewer := load(t, db, hoursFile("2,0,10:00,18:00"), hoursFile("1,3,08:00,12:00"))
		if fewer.Kept != 1 || fewer.Duplicate != 1 {
			t.Errorf("%+v, want one kept and one known", fewer.Counts)
		}
		if dataVersion(t, db) == version {
			t.Error("hours changed, the data version did not")
		}
	})
}

func TestHoursFilesGivenTogetherAreOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,6,09:00,17:00"))
		load(t, db, hoursFile("1,0,09:00,17:00"), hoursFile("1,1,09:00,17:00"), hoursFile("1,1,18:00,20:00"))
		want := town{Hours: map[string][]uptime.Hours{"1": {
			{Day: 0, Start: 9 * 3600, End: 17 * 3600},
			{Day: 1, Start: 9 * 3600, End: 17 * 3600},
			{Day: 1, Start: 18 * 3600, End: 20 * 3600},
		}}}
		want.Check(t, db, at("2023-01-25 18:00"))
	})
}

func TestAZonesFileReplacesTheZonesOfTheStoresItNames(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, zonesFile("1,Asia/Beirut", "2,Europe/Berlin"))
		again := load(t, db, zonesFile("2,UTC", "3,Asia/Tokyo"))
		if again.Kept != 2 || again.NewStores != 1 {
			t.Errorf("%+v, want two kept and one new store", again.Counts)
		}
		want := town{Zones: map[string][]string{"1": {"Asia/Beirut"}, "2": {"UTC"}, "3": {"Asia/Tokyo"}}}
		want.Check(t, db, at("2023-01-25 18:00"))
	})
}

func TestConflictsAreListedAndCounted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db, pollsFile(
			"b,inactive,2023-01-25 18:00:00.5 UTC", "b,active,2023-01-25 18:00:00.5 UTC",
			"a,active,2023-01-24 18:00:00 UTC", "a,inactive,2023-01-24 18:00:00 UTC",
			"a,active,2023-01-25 18:00:00 UTC"))
		want := []models.Conflict{{Store: "a", At: at("2023-01-24 18:00")}, {Store: "b", At: at("2023-01-25 18:00:00.5")}}
		if diff := cmp.Diff(want, i.Conflicts); diff != "" {
			t.Error(diff)
		}

		var many []string
		for n := range 300 {
			instant := stamp(at("2023-01-20 00:00").Add(uptime.Micros(n) * uptime.Minute))
			many = append(many, "c,active,"+instant, "c,inactive,"+instant)
		}
		i = load(t, db, pollsFile(many...))
		if i.Conflicting != 300 || len(i.Conflicts) != 200 {
			t.Errorf("%d conflicts, %d listed; want 300, 200", i.Conflicting, len(i.Conflicts))
		}
	})
}

func TestAFileThatIsNoFeedIsRefused(t *testing.T) {
	_, err := read(0, pollsFile("1,active,2023-01-25 18:00:00 UTC"), "PK\x03\x04…")
	var refused unpack.RefusedError
	if !errors.As(err, &refused) || refused.File != "file 2.csv" {
		t.Fatalf("error = %v, want the second file refused", err)
	}
	want := "file 2.csv: this is a ZIP archive; expected a CSV file with a header line such as store_id,status,timestamp_utc"
	if refused.ForPeople().String() != want {
		t.Errorf("%q, want %q", refused.ForPeople().String(), want)
	}
}

func TestStoreIdsAreKeptExactly(t *testing.T) {
	odd := []string{
		"8419537941919820732", "9223372036854775808", "00e03cc5-dca8-4a5a-b9d7-0b5d5d0a8d4f", "007", "1e3",
		"Café 東京", "É", "e\u0301", "a,b", `q"q`, "two\nlines", "it's", `back\slash`, "%_", "$1", "NULL", "-- x",
		"=1+1", "+1", "-5", "@a", "😀", strings.Repeat("é", 64),
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var w town
		w.Zones = map[string][]string{}
		for n, id := range odd {
			w.Polls = append(w.Polls, townPoll{Store: id, At: at("2023-01-25 18:00").Add(uptime.Micros(n)), Active: n%2 == 0})
			w.Zones[id] = []string{"UTC"}
		}
		for range 2 {
			load(t, db, pollsFile(w.PollRows()...), zonesFile(w.ZoneRows()...))
		}
		w.Check(t, db, 0)
		s := snapshotAt(t, db, 0)
		for _, id := range odd {
			if n, found := s.Find(id); !found || s.Stores[n].Code != id {
				t.Errorf("store %q is not found", id)
			}
		}
		if _, found := s.Find("7"); found {
			t.Error("store 7 was found; there is only 007")
		}
	})
}

func TestReadersSeeAnImportWholeOrNotAtAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"), hoursFile("1,0,09:00,17:00"))
		type glance struct {
			version       int64
			stores, hours int
			polls         int64
		}
		look := func(tx *models.Tx) (g glance) {
			var err error
			if g.version, g.stores, g.hours, g.polls, err = imports.Seen(tx); err != nil {
				t.Fatal(err)
			}
			return g
		}
		var before, during, after glance
		err := db.View(ctx, func(tx *models.Tx) error {
			before = look(tx)
			load(t, db,
				pollsFile("1,active,2023-01-25 19:00:00 UTC", "2,active,2023-02-25 19:00:00 UTC"),
				hoursFile("1,0,09:00,17:00", "1,1,09:00,17:00"))
			during = look(tx)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.View(ctx, func(tx *models.Tx) error { after = look(tx); return nil }); err != nil {
			t.Fatal(err)
		}
		if during != before {
			t.Errorf("a reader saw %+v and then %+v", before, during)
		}
		// The hours from before, and others from the date of the newest poll on.
		if want := (glance{after.version, 2, 3, 3}); after != want || after.version == before.version {
			t.Errorf("after the import %+v, want %+v", after, want)
		}
	})
}

// A merge that is not committed blocks no reader, and no reader sees it.
func TestNobodyWaitsForALongImport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		before, _ := csvs(t, snapshotAt(t, db, 0))
		batch, err := read(0, pollsFile("1,inactive,2023-01-25 19:00:00 UTC", "2,active,2023-01-25 19:00:00 UTC"))
		if err != nil {
			t.Fatal(err)
		}
		defer batch.Close()
		err = db.Update(ctx, func(tx *models.Tx) error {
			if err := imports.MergeBatch(tx, batch); err != nil {
				return err
			}
			f := modelstest.Figures(t, db)
			var readers errgroup.Group
			for range 8 {
				readers.Go(func() error {
					s, err := f.SnapshotAt(ctx, models.OptionalInstant{}, nil)
					if err != nil {
						return err
					}
					if _, err := db.Imports(ctx, 0, 10); err != nil {
						return err
					}
					var report bytes.Buffer
					if err := reports.WriteCSV(&report, false, reports.About(s, "").Rows()); err != nil {
						return err
					}
					if report.String() != before {
						return fmt.Errorf("a reader saw\n%s\nwant\n%s", report.String(), before)
					}
					return nil
				})
			}
			return readers.Wait() // a reader that waits for us would wait for ever
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(snapshotAt(t, db, 0).Stores); got != 2 {
			t.Errorf("%d stores after the commit, want 2", got)
		}
	})
}

// Two servers import polls of the same stores and days at once.
func TestImportsAtOnceAreAsOneAfterAnother(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		servers := []*models.DB{modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)}
		for round := range 5 {
			wipe(t, servers[0])
			var all town
			files := make([][]string, 4)
			for n := range 200 {
				p := townPoll{
					Store:  fmt.Sprint(n % 7),
					At:     at("2023-01-25 18:00").Add(-uptime.Micros(n/2%90) * uptime.Hour),
					Active: n%3 > 0,
				}
				all.Polls = append(all.Polls, p)
				files[n%len(files)] = append(files[n%len(files)], p.Row())
			}
			var imports errgroup.Group
			for n, rows := range files {
				imports.Go(func() error {
					_, err := tryLoad(servers[n%len(servers)], 0, pollsFile(rows...))
					return err
				})
			}
			if err := imports.Wait(); err != nil {
				t.Fatal("round", round, err)
			}
			all.Check(t, servers[0], 0)
		}
	})
}

func TestReadingLeavesNoFilesBehind(t *testing.T) {
	many := []string{"1,asleep,2023-01-25 18:00:00 UTC"}
	for n := range 100 {
		many = append(many, "1,active,"+stamp(at("2023-01-25 18:00").Add(uptime.Micros(n)*uptime.Hour)))
	}
	good := pollsFile(many...)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		text string
		fail bool
	}{
		"a file that is read":                {ctx, good, false},
		"a file that turns out to be no CSV": {ctx, good + `1,"` + strings.Repeat("x", 1<<17), true},
		"a file whose import is cancelled":   {cancelled, good, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			batch := imports.NewBatch(dir, clock)
			batch.SpillAfter(7)
			err := batch.Read(tt.ctx, "polls.csv", strings.NewReader(tt.text))
			if (err != nil) != tt.fail {
				t.Errorf("error = %v", err)
			}
			if err := batch.Close(); err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%v, %v; want nothing left", left, err)
			}
		})
	}
}
