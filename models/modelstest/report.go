package modelstest

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/reports"
)

// NewReport is a report that is asked for through the API. Without a key it has no
// idempotency key.
func NewReport(key string) *models.Report {
	r := models.NewReport(models.FromAPI, models.ReportScope{}, "")
	r.ID = uuid.NewString()
	if key != "" {
		r.IdempotencyKey = &key
	}
	return r
}

// MakeReport makes a report of all stores as of the newest poll, as a worker does.
func MakeReport(t *testing.T, db *models.DB) models.Report {
	t.Helper()
	r := NewReport("")
	a, err := db.BeginReport(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := reports.Finish(ctx, db, a, reports.About(SnapshotAt(t, db, 0), "")); err != nil {
		t.Fatal(err)
	}
	return ReportOf(t, db, r.ID)
}

// ReportOf is the report with an id.
func ReportOf(t *testing.T, db *models.DB, id string) models.Report {
	t.Helper()
	r, err := db.Report(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// WrittenReport is the report CSV and the details CSV of a complete report that has
// no range.
func WrittenReport(t *testing.T, db *models.DB, id string) (report, details string) {
	t.Helper()
	var r, d bytes.Buffer
	if err := reports.WriteCSV(&r, false, reports.Rows(ctx, db, id)); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteDetailsCSV(&d, false, reports.Rows(ctx, db, id)); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}

// ColumnsOf are the named columns of a store's row in a CSV file, joined by " / ".
func ColumnsOf(t *testing.T, text, store string, names ...string) string {
	t.Helper()
	header, row := RowOf(t, text, "store_id"), RowOf(t, text, store)
	var values []string
	for _, name := range names {
		for n, column := range header {
			if column == name {
				values = append(values, row[n])
			}
		}
	}
	return strings.Join(values, " / ")
}

// RowOf is the row of a CSV file whose first column is store; "store_id" gives the
// header. It fails the test where there is none.
func RowOf(t *testing.T, text, store string) []string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if record[0] == store {
			return record
		}
	}
	t.Fatalf("no row of %q in\n%s", store, text)
	return nil
}
