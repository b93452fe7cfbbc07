package modelstest

import (
	"bytes"
	"testing"

	"lightson/models"
	"lightson/models/uptime"
)

// Figures computes figures until the test ends.
func Figures(t testing.TB, db *models.DB) *models.Figures {
	t.Helper()
	f := models.NewFigures(db)
	t.Cleanup(f.Close)
	return f
}

// SnapshotAt is the snapshot as of an instant; 0 is the newest poll.
func SnapshotAt(t TB, db *models.DB, asOf uptime.Instant) *models.Snapshot {
	t.Helper()
	s, err := models.NewFigures(db).SnapshotAt(ctx, asOf, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// CSVs are the report and the details of a snapshot.
func CSVs(t TB, s *models.Snapshot) (report, details string) {
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
