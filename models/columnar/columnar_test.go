package columnar_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"lightson/models"
	"lightson/models/columnar"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/reach"
	"lightson/models/uptime"
)

var ctx = context.Background()

// written is a file as the library reads it, and its rows.
func written[Row any](t *testing.T, write func(io.Writer) error) (*parquet.File, []Row) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[Row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return file, rows
}

// load is a town of two stores in a group and one alone, with a reason and a correction.
func load(t *testing.T, db *models.DB) *figures.Snapshot {
	t.Helper()
	modelstest.Load(t, db,
		modelstest.Lines("store_id,status,timestamp_utc,reason", []string{
			"1,active,2023-01-23 10:00:00.5 UTC,", "1,inactive,2023-01-24 12:00:00 UTC,tablet off", "1,active,2023-01-24 14:00:00 UTC,", "1,inactive,2023-01-25 12:00:00 UTC,",
			"2,active,2023-01-25 13:00:00 UTC,", "3,inactive,2023-01-24 03:00:00.000001 UTC,",
		}),
		modelstest.HoursFile("1,0,09:00:00,17:00:00", "1,1,09:00:00,17:00:00", "1,2,,", "1,3,09:00,17:00"),
		modelstest.ZonesFile("1,Europe/London", "2,Asia/Tokyo"), modelstest.NamesFile("1,One,Chain,", "2,Two,Chain,"))
	c := entered.Correction{Subject: entered.Store("1"), From: modelstest.At("2023-01-24 12:30"), To: modelstest.At("2023-01-24 13:00"), Category: entered.PollerFault, By: "ann"}
	if err := entered.AddCorrection(ctx, db, &c); err != nil {
		t.Fatal(err)
	}
	return modelstest.SnapshotAt(t, db, 0)
}

func text(of *string) string {
	if of == nil {
		return "null"
	}
	return *of
}

func clock(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05.999999")
}

func optionalClock(micros *int64) string {
	if micros == nil {
		return "null"
	}
	return clock(*micros)
}

func TestPollsAreReadBackAsTheyWereLoaded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db)
		read := func(within reach.Reach, first, last int32) (list []string) {
			_, rows := written[columnar.Poll](t, func(w io.Writer) error { return columnar.WritePolls(ctx, db, within, first, last, w) })
			for _, p := range rows {
				list = append(list, p.StoreID+" "+clock(p.ObservedAt)+" "+p.Status+" "+text(p.Reason))
			}
			slices.Sort(list)
			return list
		}
		all := []string{
			"1 2023-01-23 10:00:00.5 active null", "1 2023-01-24 12:00:00 inactive tablet off", "1 2023-01-24 14:00:00 active null", "1 2023-01-25 12:00:00 inactive null",
			"2 2023-01-25 13:00:00 active null", "3 2023-01-24 03:00:00.000001 inactive null",
		}
		if diff := cmp.Diff(all, read(reach.All(), polls.FirstDay, polls.LastDay)); diff != "" {
			t.Error(diff)
		}
		day, _ := polls.Split(modelstest.At("2023-01-24 00:00"))
		if diff := cmp.Diff(all[1:3], read(reach.Of([]string{"Chain"}, nil), day, day)); diff != "" {
			t.Error(diff)
		}
		if list := read(reach.Of(nil, []string{"nothing"}), polls.FirstDay, polls.LastDay); len(list) > 0 {
			t.Errorf("whoever sees no store reads %v", list)
		}
	})
}

func TestDaysAreThoseOfEachStore(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s, f := load(t, db), figures.New(db)
		defer f.Close()
		_, rows := written[columnar.Day](t, func(w io.Writer) error {
			first, last, _ := columnar.Dates(s)
			return columnar.WriteDays(ctx, f, s, first, last, w)
		})
		want := 0
		for n := range s.Stores {
			first, last, _ := s.Dates(n)
			past, err := f.StoreDays(ctx, s, n, first, last)
			if err != nil {
				t.Fatal(err)
			}
			for _, day := range past.Days(first, last) {
				want++
				raw, corrected := past.Measure(day.Span)[0], past.MeasureCorrected(day.Span)[0]
				expected := fmt.Sprint(s.Stores[n].Code, s.Stores[n].ZoneName(), raw.Open, raw.Up, raw.Down, raw.NoData(), raw.Least(), raw.Most(), raw.Outages, raw.Longest, corrected.Excused, corrected.Up, corrected.Down)
				at := slices.IndexFunc(rows, func(d columnar.Day) bool { return d.StoreID == s.Stores[n].Code && d.Date == int32(day.Date) })
				if at < 0 {
					t.Fatalf("no row of %s on %s", s.Stores[n].Code, uptime.DateText(day.Date))
				}
				d := rows[at]
				got := fmt.Sprint(d.StoreID, d.TimeZone, uptime.Micros(d.Open), uptime.Micros(d.Up), uptime.Micros(d.Down), uptime.Micros(d.NoData), uptime.Micros(d.LeastDown), uptime.Micros(d.MostDown),
					d.Outages, uptime.Micros(d.Longest), uptime.Micros(d.Excused), uptime.Micros(d.CorrectedUp), uptime.Micros(d.CorrectedDown))
				if got != expected || text(d.Group) != map[bool]string{true: "Chain", false: "null"}[s.Stores[n].Group != ""] {
					t.Errorf("%s: %s of %s, want %s", uptime.DateText(day.Date), got, text(d.Group), expected)
				}
			}
		}
		if len(rows) != want || want < 6 {
			t.Errorf("%d rows, want %d", len(rows), want)
		}
	})
}

func TestOutagesAreTheNewestFirst(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s, f := load(t, db), figures.New(db)
		defer f.Close()
		_, rows := written[columnar.Outage](t, func(w io.Writer) error { return columnar.WriteOutages(ctx, f, s, columnar.Known(s), w) })
		var got []string
		for _, o := range rows {
			got = append(got, fmt.Sprint(o.StoreID, " ", clock(o.From), " to ", optionalClock(o.To), " seen ", optionalClock(o.FirstSeen), " ", o.Length/1e6, " ", o.Least/1e6, " ", o.Most/1e6, " ", o.Excused/1e6, " ", o.Ended, " ", text(o.Reason)))
		}
		want := []string{
			"1 2023-01-24 09:00:00 to 2023-01-24 14:00:00 seen 2023-01-24 12:00:00 18000 0 18000 1800 back_online tablet off",
			"3 2023-01-23 03:00:00.000001 to 2023-01-25 03:00:00.000001 seen 2023-01-24 03:00:00.000001 172800 0 172800 0 no_data null",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFilesSayWhatTheirColumnsAre(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	s, f := load(t, db), figures.New(db)
	defer f.Close()
	file, _ := written[columnar.Poll](t, func(w io.Writer) error {
		return columnar.WritePolls(ctx, db, reach.All(), polls.FirstDay, polls.LastDay, w)
	})
	schema := "message Poll {\n\trequired binary store_id (STRING);\n\trequired int64 observed_at (TIMESTAMP(isAdjustedToUTC=true,unit=MICROS));\n\trequired binary status (ENUM);\n\toptional binary reason (STRING);\n}"
	if diff := cmp.Diff(schema, file.Schema().String()); diff != "" {
		t.Error(diff)
	}
	days, _ := written[columnar.Day](t, func(w io.Writer) error { return columnar.WriteDays(ctx, f, s, 0, 0, w) })
	outages, _ := written[columnar.Outage](t, func(w io.Writer) error { return columnar.WriteOutages(ctx, f, s, uptime.Span{}, w) })
	for _, file := range []*parquet.File{file, days, outages} {
		for _, column := range file.Schema().Columns() {
			if about, found := file.Lookup("column." + column[0]); !found || about == "" {
				t.Errorf("nothing is said of %v", column)
			}
		}
		for _, group := range file.Metadata().RowGroups {
			for _, column := range group.Columns {
				if column.MetaData.Codec.String() != "ZSTD" {
					t.Errorf("%v is compressed by %s", column.MetaData.PathInSchema, column.MetaData.Codec)
				}
			}
		}
	}
}

// Memory is bounded by groups of rows.
func TestManyRowsAreWrittenInGroups(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	var rows []string
	begin := modelstest.At("2023-01-20 00:00")
	for n := range 210_000 {
		rows = append(rows, fmt.Sprintf("1,active,%s UTC", begin.Add(uptime.Micros(n)*uptime.Second).Time().Format("2006-01-02 15:04:05")))
	}
	modelstest.Load(t, db, modelstest.PollsFile(rows...))
	file, got := written[columnar.Poll](t, func(w io.Writer) error {
		return columnar.WritePolls(ctx, db, reach.All(), polls.FirstDay, polls.LastDay, w)
	})
	if len(got) != 210_000 || len(file.RowGroups()) != 3 {
		t.Errorf("%d rows in %d groups", len(got), len(file.RowGroups()))
	}
	for n, p := range got {
		if p.ObservedAt != int64(begin.Add(uptime.Micros(n)*uptime.Second)) {
			t.Fatalf("row %d is of %s", n, clock(p.ObservedAt))
		}
	}
}
