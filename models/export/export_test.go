package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/export"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

var ctx = context.Background()

func written(t *testing.T, db *models.DB, write func(context.Context, *models.DB, io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(ctx, db, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sortedLines are the lines of a file, of which polls are in no particular order.
func sortedLines(file string) string {
	lines := strings.Split(file, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// A town of one day: two stores polled, one of them in a group, closed on Tuesdays.
func load(t *testing.T, db *models.DB) {
	t.Helper()
	modelstest.Load(t, db,
		modelstest.PollsFile("1,active,2023-01-25 12:00:00.5 UTC", "1,inactive,2023-01-25 13:00:00 UTC", "2,active,2023-01-24 12:00:00 UTC"),
		modelstest.HoursFile("1,0,09:00:00,17:00:00", "1,1,,", "2,6,18:00,02:00"),
		modelstest.ZonesFile("1,America/New_York"),
		modelstest.NamesFile(`2,"Joe, the first",Chain,Boise`))
}

func TestWhatIsExportedLoadsAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db)
		date, _ := uptime.ParseDate("2023-01-25")
		closed := entered.ClosedOn(entered.All, date)
		closed.Note = "Holiday, for all"
		open := entered.SpecialDay{Subject: entered.Group("Chain"), Date: date, Start: 10 * 3600, End: 12 * 3600}
		if err := entered.AddSpecialDays(ctx, db, []entered.SpecialDay{closed, open}); err != nil {
			t.Fatal(err)
		}
		files := []string{
			written(t, db, export.WritePolls), written(t, db, export.WriteHours), written(t, db, export.WriteZones),
			written(t, db, export.WriteNames), written(t, db, export.WriteSpecialDays),
		}
		want := []string{
			"store_id,status,timestamp_utc\n",
			"store_id,day,start_time_local,end_time_local\n1,0,09:00:00,17:00:00\n1,1,,\n2,6,18:00:00,02:00:00\n",
			"store_id,timezone_str\n1,America/New_York\n",
			"store_id,name,group,city\n2,\"Joe, the first\",Chain,Boise\n",
			"store_id,date,start_time_local,end_time_local,note\n1,2023-01-25,,,\"Holiday, for all\"\n2,2023-01-25,10:00:00,12:00:00,\n",
		}
		for n, file := range files[1:] {
			if file != want[n+1] {
				t.Errorf("file %d:\n%s\nwant\n%s", n+1, file, want[n+1])
			}
		}
		if !strings.HasPrefix(files[0], want[0]) || !strings.Contains(files[0], "1,active,2023-01-25 12:00:00.5 UTC\n") || strings.Count(files[0], "\n") != 4 {
			t.Errorf("polls:\n%s", files[0])
		}
		report, details := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0))
		modelstest.Wipe(t, db)
		modelstest.Load(t, db, files...)
		if reportAgain, detailsAgain := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0)); reportAgain != report || detailsAgain != details {
			t.Errorf("loaded again:\n%s\nwant\n%s", detailsAgain, details)
		}
		again := []string{
			written(t, db, export.WritePolls), written(t, db, export.WriteHours), written(t, db, export.WriteZones),
			written(t, db, export.WriteNames), written(t, db, export.WriteSpecialDays),
		}
		for n := range files {
			if sortedLines(again[n]) != sortedLines(files[n]) {
				t.Errorf("exported again:\n%s\nwant\n%s", again[n], files[n])
			}
		}
	})
}

// drawEntered enters what a town does not have by itself: names, and things for groups and
// for all stores.
func drawEntered(t *rapid.T, db *models.DB, w modelstest.Town) {
	groups := []string{"", "Chain", "a, \"b\" & c"}
	var rows []string
	for n, row := range w.PollRows() {
		code, _, _ := strings.Cut(row, ",active,")
		code, _, _ = strings.Cut(code, ",inactive,")
		rows = append(rows, code+","+fmt.Sprintf("Store %d", n)+","+modelstest.Quoted(rapid.SampledFrom(groups).Draw(t, "group"))+",Boise")
	}
	rows = append(rows, "known by nothing else,,,")
	modelstest.Load(t, db, modelstest.NamesFile(rows...))
	today := uptime.DateOf(w.Newest().Time().Date())
	subjects := rapid.SampledFrom([]entered.Subject{entered.All, entered.Group("Chain"), entered.Group(groups[2]), entered.Store("1")})
	var rates []entered.SalesRate
	var targets []entered.Target
	var corrections []entered.Correction
	for n := range rapid.IntRange(0, 6).Draw(t, "entered") {
		s := subjects.Draw(t, "for")
		if s.Scope != entered.OfAll {
			rates = append(rates, entered.SalesRate{Subject: s, PerHour: entered.Money(1 + n*1999)})
		}
		targets = append(targets, entered.Target{Subject: s, Percent: 1 + n*1999, By: "ann"})
		from := w.Newest().Add(-uptime.Micros(rapid.Int64Range(1, int64(8*uptime.Day)).Draw(t, "excused ago")))
		corrections = append(corrections, entered.Correction{Subject: s, From: from, To: from.Add(3 * uptime.Hour), Category: entered.Other, Note: "one, \"two\"", By: "ann"})
		day := entered.SpecialDay{Subject: s, Date: today - uptime.Date(rapid.IntRange(0, 9).Draw(t, "days ago")), Start: 8 * 3600, End: 12 * 3600, Note: "short; day"}
		if err := entered.AddSpecialDays(ctx, db, []entered.SpecialDay{day}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := entered.AddCorrections(ctx, db, corrections); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(entered.SetSalesRates(ctx, db, rates), entered.SetTargets(ctx, db, targets)); err != nil {
		t.Fatal(err)
	}
}

// feedsAndOthers are all exports.
var feedsAndOthers = []func(context.Context, *models.DB, io.Writer) error{
	export.WritePolls, export.WriteHours, export.WriteZones, export.WriteNames, export.WriteSpecialDays,
	export.WriteSales, export.WriteTargets, export.WriteCorrections,
}

func exportAll(t *rapid.T, db *models.DB) (files []string) {
	for _, write := range feedsAndOthers {
		var b bytes.Buffer
		if err := write(ctx, db, &b); err != nil {
			t.Fatal(err)
		}
		files = append(files, b.String())
	}
	return files
}

// takeAll loads and enters what exportAll wrote.
func takeAll(t *rapid.T, db *models.DB, files []string) {
	var feeds []string
	for _, file := range files[:5] {
		if strings.Count(file, "\n") > 1 {
			feeds = append(feeds, file)
		}
	}
	modelstest.Load(t, db, feeds...)
	rates, err := export.ReadSales(strings.NewReader(files[5]))
	if err == nil {
		err = entered.SetSalesRates(ctx, db, items(rates))
	}
	targets, readErr := export.ReadTargets(strings.NewReader(files[6]))
	if readErr == nil {
		readErr = entered.SetTargets(ctx, db, items(targets))
	}
	corrections, _, correctionsErr := export.ReadCorrections(strings.NewReader(files[7]))
	if correctionsErr == nil {
		_, correctionsErr = entered.AddCorrections(ctx, db, items(corrections))
	}
	if err := errors.Join(err, readErr, correctionsErr); err != nil {
		t.Fatal(err)
	}
}

func items[T any](list []export.Item[T]) (of []T) {
	for _, item := range list {
		of = append(of, item.Of)
	}
	return of
}

// stable is what does not depend on when and in which order something was entered.
func stable(files []string) (list []string) {
	for _, file := range files {
		var lines []string
		for line := range strings.Lines(file) {
			if cells := strings.Split(line, ","); len(cells) > 9 { // of a correction: its id and its time
				line = strings.Join(slices.Delete(cells, len(cells)-3, len(cells)-2)[1:], ",")
			}
			lines = append(lines, line)
		}
		slices.Sort(lines[1:])
		list = append(list, strings.Join(lines, ""))
	}
	return list
}

func TestWhateverIsExportedGivesTheSameFiguresOnTheOtherDatabase(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		kind := modelstest.SQLite
		if db.Postgres() == nil && os.Getenv("TEST_POSTGRES_URL") != "" && !testing.Short() {
			kind = modelstest.PostgreSQL
		}
		other := modelstest.Open(t, kind)
		rapid.Check(t, func(rt *rapid.T) {
			w := modelstest.DrawTown(rt)
			modelstest.DrawChanges(rt, &w)
			for _, db := range []*models.DB{db, other} {
				modelstest.Wipe(rt, db)
				if err := modelstest.Exec(db, "DELETE FROM sales_rates"); err != nil {
					rt.Fatal(err)
				}
			}
			w.LoadInto(rt, db)
			drawEntered(rt, db, w)
			files := exportAll(rt, db)
			takeAll(rt, other, files)
			report, details := modelstest.CSVs(rt, modelstest.SnapshotAt(rt, db, 0))
			if r, d := modelstest.CSVs(rt, modelstest.SnapshotAt(rt, other, 0)); r != report || d != details {
				rt.Fatalf("loaded from\n%s\nthe details are\n%s\nwant\n%s", strings.Join(files, "\n"), d, details)
			}
			if diff := cmp.Diff(stable(files), stable(exportAll(rt, other))); diff != "" {
				rt.Fatal("exported again:", diff)
			}
		})
	})
}

func TestFilesOfWhatWasEnteredAreReadAsPeopleWriteThem(t *testing.T) {
	rates, err := export.ReadSales(strings.NewReader("\ufeffName;Scope;PER_HOUR\r\n1;store;59,9\r\n\r\nChain;Group;60\r\n"))
	want := []export.Item[entered.SalesRate]{
		{Line: 2, Of: entered.SalesRate{Subject: entered.Store("1"), PerHour: 5990}},
		{Line: 4, Of: entered.SalesRate{Subject: entered.Group("Chain"), PerHour: 6000}},
	}
	if diff := cmp.Diff(want, rates); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, c := range []struct{ file, want string }{
		{"", "the file is empty; expected sales with the columns scope, name, per_hour"},
		{"scope,name\n", "there is no column per_hour; expected sales with the columns scope, name, per_hour, found scope, name"},
		{"scope,name,per_hour\nstore,1,abc\nstore,2,1\nstore,3\nstore,4,1.234\nstore,5,-1\nstore,6,1.\nstore,7,10000000.01\n",
			"line 2: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found abc\n" +
				"line 4: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found nothing\n" +
				"line 5: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found 1.234\n" +
				"line 6: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found -1\n" +
				"line 7: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found 1.\n" +
				"line 8: per_hour: expected an amount from 0 to 10000000 such as 60 or 59.90, found 10000000.01"},
	} {
		if _, err := export.ReadSales(strings.NewReader(c.file)); err == nil || err.Error() != c.want {
			t.Errorf("%q:\n%v\nwant\n%s", c.file, err, c.want)
		}
	}
	if _, err := export.ReadTargets(strings.NewReader("scope,name,percent\nall,,100.01\n")); err == nil || !strings.Contains(err.Error(), "line 2: percent") {
		t.Error(err)
	}
	_, _, err = export.ReadCorrections(strings.NewReader("scope,name,from,to,category\nall,,2023-01-25 12:00,yesterday,other\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2: from: expected a time such as 2023-01-25T12:30:00Z, found 2023-01-25 12:00\nline 2: to: ") {
		t.Error(err)
	}
}

func TestPollsAreExportedWithTheirReasons(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		file := modelstest.Lines("store_id,status,timestamp_utc,reason", []string{
			"1,inactive,2023-01-25 13:00:00 UTC,tablet off", "1,active,2023-01-25 14:00:00 UTC,", "2,inactive,2023-01-20 14:00:00 UTC,",
		})
		modelstest.Load(t, db, file)
		out := written(t, db, export.WritePolls)
		for _, line := range []string{"store_id,status,timestamp_utc,reason\n", "1,inactive,2023-01-25 13:00:00 UTC,tablet off\n", "2,inactive,2023-01-20 14:00:00 UTC,\n"} {
			if !strings.Contains(out, line) {
				t.Errorf("no line %q in\n%s", line, out)
			}
		}
	})
}

func TestHoursAreExportedWithTheirDates(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		file := modelstest.Lines("store_id,day,start_time_local,end_time_local,valid_from", []string{"1,0,09:00:00,17:00:00,", "1,0,10:00:00,16:00:00,2023-01-24"})
		modelstest.Load(t, db, file)
		if out := written(t, db, export.WriteHours); out != file {
			t.Errorf("hours:\n%s\nwant\n%s", out, file)
		}
	})
}

func TestCorrectionsAreExportedAlsoWhereTheyAreWithdrawn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db)
		c := entered.Correction{Subject: entered.Store("1"), From: modelstest.At("2023-01-25 12:30"), To: modelstest.At("2023-01-25 13:30"), Category: entered.PollerFault, Note: "the poller, again", By: "ann"}
		if err := entered.AddCorrection(ctx, db, &c); err != nil {
			t.Fatal(err)
		}
		line := ",store,1,2023-01-25T12:30:00Z,2023-01-25T13:30:00Z,poller_fault,\"the poller, again\",ann,"
		if out := written(t, db, export.WriteCorrections); !strings.Contains(out, c.ID+line) || !strings.HasSuffix(out, ",,\n") {
			t.Errorf("corrections:\n%s", out)
		}
		if _, err := entered.WithdrawCorrection(ctx, db, c.ID, "bob", modelstest.At("2023-01-26 08:00")); err != nil {
			t.Fatal(err)
		}
		if out := written(t, db, export.WriteCorrections); !strings.Contains(out, c.ID+line) || !strings.HasSuffix(out, ",bob,2023-01-26T08:00:00Z\n") {
			t.Errorf("corrections after one was withdrawn:\n%s", out)
		}
	})
}
