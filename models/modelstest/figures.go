package modelstest

import (
	"bytes"
	"testing"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// Figures computes figures until the test ends.
func Figures(t testing.TB, db *models.DB) *figures.Figures {
	t.Helper()
	f := figures.New(db)
	t.Cleanup(f.Close)
	return f
}

// SnapshotAt is the snapshot as of an instant; 0 is the newest poll.
func SnapshotAt(t TB, db *models.DB, asOf uptime.Instant) *figures.Snapshot {
	t.Helper()
	s, err := figures.New(db).SnapshotAt(ctx, asOf, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// CSVs are the report and the details of a snapshot.
func CSVs(t TB, s *figures.Snapshot) (report, details string) {
	t.Helper()
	var r, d bytes.Buffer
	rows := reports.About(s, "").Rows()
	if err := reports.WriteCSV(&r, rows); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteDetailsCSV(&d, false, rows); err != nil {
		t.Fatal(err)
	}
	return r.String(), d.String()
}
