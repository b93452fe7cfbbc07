package models_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/uptime"
)

var ctx = context.Background()

// clock is the now of all imports: later than any poll in these tests.
var clock = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// tb is what the helpers need of a testing.T, a testing.B and a rapid.T.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// The four kinds of files, given their rows.
func pollsFile(rows ...string) string {
	return lines("store_id,status,timestamp_utc", rows)
}
func hoursFile(rows ...string) string {
	return lines("store_id,day,start_time_local,end_time_local", rows)
}
func zonesFile(rows ...string) string { return lines("store_id,timezone_str", rows) }

func namesFile(rows ...string) string { return lines("store_id,name,group,city", rows) }

func lines(header string, rows []string) string {
	return strings.Join(append([]string{header}, rows...), "\n") + "\n"
}

func newImport(files ...string) *models.Import {
	i := &models.Import{Work: models.Work{ID: uuid.NewString(), Source: models.FromCommand}}
	for n, text := range files {
		i.Files = append(i.Files, models.ImportFile{
			ImportID: i.ID, Number: n + 1, Name: fmt.Sprintf("file %d.csv", n+1), Size: int64(len(text)),
		})
		i.Total += int64(len(text))
	}
	return i
}

// tryLoad takes in files as one import, the way a worker does.
func tryLoad(db *models.DB, spillAfter int, files ...string) (i models.Import, err error) {
	asked := newImport(files...)
	a, err := db.BeginImport(ctx, asked)
	if err != nil {
		return i, err
	}
	batch, err := read(spillAfter, files...)
	if err != nil {
		return i, err
	}
	defer batch.Close()
	if err := db.FinishImport(ctx, a, batch); err != nil {
		return i, err
	}
	return db.Import(ctx, a.ID)
}

// read reads files into a batch. Temporary files are made from so many polls
// on; 0 stands for the usual number.
func read(spillAfter int, files ...string) (*models.Batch, error) {
	batch := models.NewBatch(os.TempDir(), clock)
	if spillAfter > 0 {
		batch.SpillAfter(spillAfter)
	}
	for n, text := range files {
		if err := batch.Read(ctx, fmt.Sprintf("file %d.csv", n+1), strings.NewReader(text)); err != nil {
			return nil, err
		}
	}
	return batch, nil
}

// load takes in files as one import and checks what is true of every import.
func load(t tb, db *models.DB, files ...string) models.Import {
	t.Helper()
	i, err := tryLoad(db, 0, files...)
	if err != nil {
		t.Fatal("load:", err)
	}
	checkImport(t, i)
	return i
}

func checkImport(t tb, i models.Import) {
	t.Helper()
	if i.State != models.Complete || i.Done != i.Total || i.FinishedAt == 0 {
		t.Fatalf("import is %s, %d of %d bytes, finished at %d", i.State, i.Done, i.Total, i.FinishedAt)
	}
	if sum := i.Kept + i.Duplicate + i.Conflicting + i.Rejected; sum != i.Rows {
		t.Fatalf("%+v add up to %d, want %d rows", i.Counts, sum, i.Rows)
	}
	var rows, rejected int64
	for _, f := range i.Files {
		rows, rejected = rows+f.Rows, rejected+f.Rejected
		causes := int64(0)
		for _, c := range f.Causes {
			causes += c.Count
		}
		if causes != f.Rejected {
			t.Fatalf("%s: %d rejected, but causes for %d", f.Name, f.Rejected, causes)
		}
	}
	if rows != i.Rows || rejected != i.Rejected {
		t.Fatalf("files have %d rows, %d rejected; the import %d, %d", rows, rejected, i.Rows, i.Rejected)
	}
}

func snapshotAt(t tb, db *models.DB, asOf uptime.Instant) *models.Snapshot {
	t.Helper()
	s, err := db.SnapshotAt(ctx, asOf, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// csvs are the report and the details of a snapshot.
func csvs(t tb, s *models.Snapshot) (report, details string) {
	t.Helper()
	var r, d bytes.Buffer
	if err := models.WriteReportCSV(&r, s.Rows()); err != nil {
		t.Fatal(err)
	}
	if err := models.WriteDetailsCSV(&d, false, s.Rows()); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}

func dataVersion(t tb, db *models.DB) int64 {
	t.Helper()
	v, err := db.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return v.Version
}

// at reads "2023-01-23 16:14", with or without seconds, as UTC.
func at(s string) uptime.Instant {
	layout := "2006-01-02 15:04"
	if strings.Count(s, ":") == 2 {
		layout = "2006-01-02 15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		panic(err)
	}
	return uptime.At(t)
}

// stamp writes an instant as pollers do.
func stamp(i uptime.Instant) string { return i.Time().Format("2006-01-02 15:04:05.999999 UTC") }

// quoted is a field of a CSV file.
func quoted(field string) string { return `"` + strings.ReplaceAll(field, `"`, `""`) + `"` }

// town is what the files say of some stores, as values: what the expected
// figures are computed from, by other means than the importer's.
type town struct {
	polls []townPoll
	hours map[string][]uptime.Hours
	zones map[string][]string
}

type townPoll struct {
	store  string
	at     uptime.Instant
	active bool
}

func (p townPoll) row() string {
	status := "inactive"
	if p.active {
		status = "active"
	}
	return quoted(p.store) + "," + status + "," + stamp(p.at)
}

func (w town) pollRows() []string {
	var rows []string
	for _, p := range w.polls {
		rows = append(rows, p.row())
	}
	return rows
}

func (w town) hoursRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.hours)) {
		for _, h := range w.hours[store] {
			rows = append(rows, quoted(store)+","+strconv.Itoa(h.Day)+","+wallTime(h.Start)+","+wallTime(h.End))
		}
	}
	return rows
}

func (w town) zoneRows() []string {
	var rows []string
	for _, store := range slices.Sorted(maps.Keys(w.zones)) {
		for _, zone := range w.zones[store] {
			rows = append(rows, quoted(store)+","+zone)
		}
	}
	return rows
}

func wallTime(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// newest is the instant of the newest poll.
func (w town) newest() uptime.Instant {
	newest := uptime.Instant(0)
	for _, p := range w.polls {
		newest = max(newest, p.at)
	}
	return newest
}

// pollsOf are all polls of a store, sorted, one per instant.
func (w town) pollsOf(store string) []uptime.Poll {
	active := map[uptime.Instant]bool{}
	for _, p := range w.polls {
		if p.store == store {
			before, known := active[p.at]
			active[p.at] = p.active && (before || !known)
		}
	}
	var polls []uptime.Poll
	for _, at := range slices.Sorted(maps.Keys(active)) {
		polls = append(polls, uptime.Poll{At: at, Active: active[at]})
	}
	return polls
}

// rows are the expected rows of a report.
func (w town) rows(asOf uptime.Instant) []models.ReportRow {
	stores := map[string]bool{}
	for _, p := range w.polls {
		stores[p.store] = true
	}
	for store := range w.hours {
		stores[store] = true
	}
	for store := range w.zones {
		stores[store] = true
	}
	var rows []models.ReportRow
	for _, store := range slices.Sorted(maps.Keys(stores)) {
		row := models.ReportRow{
			Store: store, Zone: "America/Chicago", ZoneAssumed: true, HoursAssumed: len(w.hours[store]) == 0,
		}
		if zones := w.zones[store]; len(zones) > 0 {
			row.Zone, row.ZoneAssumed = slices.Min(zones), false
		}
		location, err := time.LoadLocation(row.Zone)
		if err != nil {
			panic(err)
		}
		windows := uptime.Windows(asOf)
		week := windows[2]
		openings := uptime.Openings(uptime.NewZone(location, week), w.hours[store], week)
		uptime.Measure(openings, w.pollsOf(store), asOf, windows[:], row.Figures[:])
		rows = append(rows, row)
	}
	return rows
}

// csvs are the expected report and details.
func (w town) csvs(t tb, asOf uptime.Instant) (report, details string) {
	t.Helper()
	rows := func(yield func(models.ReportRow, error) bool) {
		for _, row := range w.rows(asOf) {
			if !yield(row, nil) {
				return
			}
		}
	}
	var r, d bytes.Buffer
	if err := models.WriteReportCSV(&r, rows); err != nil {
		t.Fatal(err)
	}
	if err := models.WriteDetailsCSV(&d, false, rows); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}

// check compares what the database says with what is expected.
func (w town) check(t tb, db *models.DB, asOf uptime.Instant) {
	t.Helper()
	if asOf == 0 {
		asOf = w.newest()
	}
	wantReport, wantDetails := w.csvs(t, asOf)
	s := snapshotAt(t, db, asOf)
	report, details := csvs(t, s)
	if report != wantReport {
		t.Fatalf("as of %s\n%s\nwant\n%s", stamp(asOf), report, wantReport)
	}
	if details != wantDetails {
		t.Fatalf("as of %s\n%s\nwant\n%s", stamp(asOf), details, wantDetails)
	}
	for n, row := range w.rows(asOf) {
		if s.Figures[n] != row.Figures {
			t.Fatalf("store %q: %+v, want %+v", row.Store, s.Figures[n], row.Figures)
		}
	}
}

func readFile(t tb, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
