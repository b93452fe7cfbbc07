package modelstest

import (
	"bytes"
	"testing"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// Figures are figures of a database that are closed when the test ends.
func Figures(t testing.TB, db *models.DB) *figures.Figures {
	t.Helper()
	f := figures.New(db)
	t.Cleanup(f.Close)
	return f
}

// SnapshotAt computes the snapshot as of an instant; 0 is short for the newest poll.
func SnapshotAt(t TB, db *models.DB, asOf uptime.Instant) *figures.Snapshot {
	t.Helper()
	s, err := figures.New(db).SnapshotAt(ctx, models.OptionalInstant{At: asOf, Known: asOf != 0}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// CSVs are the report CSV and the details CSV of a snapshot.
func CSVs(t TB, s *figures.Snapshot) (report, details string) {
	t.Helper()
	var r, d bytes.Buffer
	rows := reports.About(s, "").Rows()
	if err := reports.WriteCSV(&r, false, rows); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteDetailsCSV(&d, false, rows); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}
