package modelstest

import (
	"encoding/csv"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// A small town as the first release stored it, when there was only the first
// migration. Do not regenerate these rows with newer code: databases in use hold
// such rows, and tests open a database that has them.
var (
	// ReleasedTown is the town.
	ReleasedTown = Town{
		Polls: []TownPoll{
			{"1", At("2023-01-25 18:00:00") + 500_000, true},
			{"1", At("2023-01-25 17:00"), false},
			{"2", At("2023-01-24 18:00"), true},
		},
		Hours: map[string][]uptime.Hours{"1": {{Day: 2, Start: 9 * 3600, End: 17 * 3600}}},
		Zones: map[string][]string{"1": {"Asia/Beirut"}},
	}
	// Released are the statements that insert its rows into an empty database.
	Released = []struct {
		Statement string
		Args      []any
	}{
		{"INSERT INTO stores (id, code, zone, first_poll_at) VALUES (1, '1', 'Asia/Beirut', ?), (2, '2', '', ?)",
			[]any{int64(At("2023-01-25 17:00")), int64(At("2023-01-24 18:00"))}},
		{"INSERT INTO hours (store_id, day, start_s, end_s) VALUES (1, 2, 32400, 61200)", nil},
		{"INSERT INTO poll_days (day, store_id, polls) VALUES (19381, 2, ?), (19382, 1, ?)",
			[]any{unhex("011e2cc31000"), unhex("011c7f9bc8011e2cd25240")}},
		{"UPDATE data_versions SET version = 1, newest_poll_at = ?", []any{int64(1674669600500000)}},
		{`INSERT INTO imports (id, source, state, attempt, lease_until, created_at, started_at, finished_at, done, total,
			merged, rows, kept, duplicate, conflicting, rejected, new_stores, conflicts)
			VALUES (?, 'command', 'complete', 1, 30, 10, 20, 25, 240, 240, ?, 6, 5, 0, 0, 1, 2, '[]')`, []any{ReleasedImport, true}},
		{`INSERT INTO import_files (import_id, number, name, size, modified_at, kind, rows, rejected, columns, ignored, causes)
			VALUES (?, 1, 'timezones.csv', 46, 0, 'time zones', 2, 1, '["store_id","timezone_str"]', '[]',
			'[{"column":"timezone_str","expected":"an IANA time zone","count":1,"examples":["Line 3"]}]')`, []any{ReleasedImport}},
		{`INSERT INTO reports (id, idempotency_key, source, state, attempt, lease_until, created_at, started_at, finished_at,
			done, total, asked_as_of, as_of, data_version, stores, polls, no_data, csv_bytes, details_bytes)
			VALUES (?, 'once', 'api', 'complete', 1, 30, 10, 20, 25, 2, 2, 0, ?, 1, 2, 3, 1, 182, 797)`,
			[]any{ReleasedReport, int64(1674669600500000)}},
		{"INSERT INTO report_parts (report_id, part, rows) VALUES (?, 0, ?)", []any{ReleasedReport, unhex(
			"0001310b417369612f426569727574000000000080c0f4a46b0000000080c0f4a46b0000000003" +
				"01320f416d65726963612f4368696361676f80c8ceb40de085b0b40d00000080c0ddeec102e0fdbeeec10200000080c08e87cd118080bbdd8305000000")}},
	}
)

// The ids of the town's import and report.
const (
	ReleasedImport = "958dd659-017f-4397-9396-b3ede6f88187"
	ReleasedReport = "3d59d884-da69-4696-9dd9-6a779d1edf4d"
)

func unhex(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return b
}

// CheckReleasedReport checks that the report of the released town reads as the first
// release wrote it.
func CheckReleasedReport(t *testing.T, db *models.DB) {
	t.Helper()
	r := ReportOf(t, db, ReleasedReport)
	if r.State != models.Complete || *r.IdempotencyKey != "api:once" || r.AsOf != models.InstantAt(ReleasedTown.Newest()) || r.Stores != 2 || r.CSVBytes != 182 ||
		r.Group != "" || r.RangeFrom != 0 || r.RangeTo != 0 {
		t.Errorf("%+v", r)
	}
	var rows []reports.Row
	for row, err := range reports.Rows(ctx, db, r.ID) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	want := ReleasedTown.Rows(ReleasedTown.Newest())
	for n := range want { // what was not measured then is not known now
		want[n].Sure = false
		for window := range want[n].Figures {
			f := &want[n].Figures[window]
			f.CertainUp, f.CertainDown, f.Close = 0, 0, 0
		}
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	// Its CSV is what it was, and its details have the columns of today behind those of then.
	report, details := WrittenReport(t, db, r.ID)
	if int64(len(report)) != r.CSVBytes || r.FilesVersion == reports.FilesVersion {
		t.Errorf("%d bytes, want %d; files of version %d", len(report), r.CSVBytes, r.FilesVersion)
	}
	if of := firstColumns(t, details, 31); int64(len(of)) != r.DetailsBytes {
		t.Errorf("the details of then are %d bytes now, want %d:\n%s", len(of), r.DetailsBytes, of)
	}
}

// firstColumns are the first columns of a CSV file.
func firstColumns(t *testing.T, file string, count int) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var first strings.Builder
	out := csv.NewWriter(&first)
	for _, row := range rows {
		if err := out.Write(row[:count]); err != nil {
			t.Fatal(err)
		}
	}
	out.Flush()
	return first.String()
}
