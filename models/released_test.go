package models_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// released is what the first release, which knew the first migration alone,
// wrote of this town, column by column. It is not to be made anew: databases out
// there hold such rows.
var (
	releasedTown = town{
		polls: []townPoll{
			{"1", at("2023-01-25 18:00:00") + 500_000, true},
			{"1", at("2023-01-25 17:00"), false},
			{"2", at("2023-01-24 18:00"), true},
		},
		hours: map[string][]uptime.Hours{"1": {{Day: 2, Start: 9 * 3600, End: 17 * 3600}}},
		zones: map[string][]string{"1": {"Asia/Beirut"}},
	}
	released = []struct {
		statement string
		args      []any
	}{
		{"INSERT INTO stores (id, code, zone, first_poll_at) VALUES (1, '1', 'Asia/Beirut', ?), (2, '2', '', ?)",
			[]any{int64(at("2023-01-25 17:00")), int64(at("2023-01-24 18:00"))}},
		{"INSERT INTO hours (store_id, day, start_s, end_s) VALUES (1, 2, 32400, 61200)", nil},
		{"INSERT INTO poll_days (day, store_id, polls) VALUES (19381, 2, ?), (19382, 1, ?)",
			[]any{unhex("011e2cc31000"), unhex("011c7f9bc8011e2cd25240")}},
		{"UPDATE data_versions SET version = 1, newest_poll_at = ?", []any{int64(1674669600500000)}},
		{`INSERT INTO imports (id, source, state, attempt, lease_until, created_at, started_at, finished_at, done, total,
			merged, rows, kept, duplicate, conflicting, rejected, new_stores, conflicts)
			VALUES (?, 'command', 'complete', 1, 30, 10, 20, 25, 240, 240, ?, 6, 5, 0, 0, 1, 2, '[]')`, []any{releasedImport, true}},
		{`INSERT INTO import_files (import_id, number, name, size, modified_at, kind, rows, rejected, columns, ignored, causes)
			VALUES (?, 1, 'timezones.csv', 46, 0, 'time zones', 2, 1, '["store_id","timezone_str"]', '[]',
			'[{"column":"timezone_str","expected":"an IANA time zone","count":1,"examples":["Line 3"]}]')`, []any{releasedImport}},
		{`INSERT INTO reports (id, idempotency_key, source, state, attempt, lease_until, created_at, started_at, finished_at,
			done, total, asked_as_of, as_of, data_version, stores, polls, no_data, csv_bytes, details_bytes)
			VALUES (?, 'once', 'api', 'complete', 1, 30, 10, 20, 25, 2, 2, 0, ?, 1, 2, 3, 1, 182, 797)`,
			[]any{releasedReport, int64(1674669600500000)}},
		{"INSERT INTO report_parts (report_id, part, rows) VALUES (?, 0, ?)", []any{releasedReport, unhex(
			"0001310b417369612f426569727574000000000080c0f4a46b0000000080c0f4a46b0000000003" +
				"01320f416d65726963612f4368696361676f80c8ceb40de085b0b40d00000080c0ddeec102e0fdbeeec10200000080c08e87cd118080bbdd8305000000")}},
	}
)

const (
	releasedImport = "958dd659-017f-4397-9396-b3ede6f88187"
	releasedReport = "3d59d884-da69-4696-9dd9-6a779d1edf4d"
)

func unhex(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return b
}

func TestADatabaseOfTheFirstReleaseSaysTheSameAfterMigrating(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		err = old.MigrateTo(ctx, 1)
		for _, r := range released {
			err = errors.Join(err, old.Exec(r.statement, r.args...))
		}
		if old.Exec("SELECT group_name FROM stores") == nil {
			t.Error("the first release had no names: this is not its database")
		}
		if err = errors.Join(err, old.Close()); err != nil {
			t.Fatal(err)
		}

		db := modelstest.OpenURL(t, url, dir)
		releasedTown.check(t, db, 0)
		wantStores := []models.Store{
			{ID: 1, Code: "1", Zone: "Asia/Beirut", FirstPollAt: at("2023-01-25 17:00")},
			{ID: 2, Code: "2", FirstPollAt: at("2023-01-24 18:00")},
		}
		s := snapshotAt(t, db, 0)
		if diff := cmp.Diff(wantStores, s.Stores); diff != "" || s.Polls != 3 || s.Version != 1 || len(s.Groups()) != 0 {
			t.Errorf("%d polls, version %d, groups %v\n%s", s.Polls, s.Version, s.Groups(), diff)
		}
		checkReleasedReport(t, db)
		checkReleasedImport(t, db)

		// And it goes on from there.
		load(t, db, namesFile("1,Joe's,Joe,Beirut"))
		if s := snapshotAt(t, db, 0); s.Stores[0].Label() != "Joe's" || s.Stores[1].Label() != "2" {
			t.Errorf("stores %+v", s.Stores)
		}
		checkReleasedReport(t, db)
	})
}

func checkReleasedReport(t *testing.T, db *models.DB) {
	t.Helper()
	r := reportOf(t, db, releasedReport)
	if r.State != models.Complete || *r.IdempotencyKey != "once" || r.AsOf != releasedTown.newest() || r.Stores != 2 || r.CSVBytes != 182 ||
		r.Group != "" || r.RangeFrom != 0 || r.RangeTo != 0 {
		t.Errorf("%+v", r)
	}
	var rows []models.ReportRow
	for row, err := range db.ReportRows(ctx, r.ID) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if diff := cmp.Diff(releasedTown.rows(releasedTown.newest()), rows); diff != "" {
		t.Error(diff)
	}
	// Downloads are cut off where they are said to end.
	report, details := writtenReport(t, db, r.ID)
	if int64(len(report)) != r.CSVBytes || int64(len(details)) != r.DetailsBytes {
		t.Errorf("%d and %d bytes, want %d and %d", len(report), len(details), r.CSVBytes, r.DetailsBytes)
	}
}

func checkReleasedImport(t *testing.T, db *models.DB) {
	t.Helper()
	got, err := db.Import(ctx, releasedImport)
	if err != nil {
		t.Fatal(err)
	}
	want := models.Import{
		Work: models.Work{ID: releasedImport, Source: models.FromCommand, State: models.Complete, Attempt: 1,
			LeaseUntil: 30, CreatedAt: 10, StartedAt: 20, FinishedAt: 25, Done: 240, Total: 240},
		Merged: true, Counts: models.Counts{Rows: 6, Kept: 5, Rejected: 1, NewStores: 2}, Conflicts: []models.Conflict{},
		Files: []models.ImportFile{{ImportID: releasedImport, Number: 1, Name: "timezones.csv", Size: 46, Kind: "time zones",
			Rows: 2, Rejected: 1, Columns: []string{"store_id", "timezone_str"}, Ignored: []string{},
			Causes: []models.Cause{{Column: "timezone_str", Expected: "an IANA time zone", Count: 1, Examples: []string{"Line 3"}}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
