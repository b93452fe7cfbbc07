package export_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

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
