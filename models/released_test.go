package models_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
)

func TestADatabaseOfTheFirstReleaseSaysTheSameAfterMigrating(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		err = old.MigrateTo(ctx, 1)
		for _, r := range modelstest.Released {
			err = errors.Join(err, modelstest.Exec(old, r.Statement, r.Args...))
		}
		if modelstest.Exec(old, "SELECT group_name FROM stores") == nil {
			t.Error("the first release had no names: this is not its database")
		}
		if err = errors.Join(err, old.Close()); err != nil {
			t.Fatal(err)
		}

		db := modelstest.OpenURL(t, url, dir)
		modelstest.ReleasedTown.Check(t, db, 0)
		wantStores := []models.Store{
			{ID: 1, Code: "1", Zone: "Asia/Beirut", FirstPollAt: models.InstantAt(at("2023-01-25 17:00"))},
			{ID: 2, Code: "2", FirstPollAt: models.InstantAt(at("2023-01-24 18:00"))},
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

func checkReleasedImport(t *testing.T, db *models.DB) {
	t.Helper()
	got, err := db.Import(ctx, modelstest.ReleasedImport)
	if err != nil {
		t.Fatal(err)
	}
	want := models.Import{
		Work: models.Work{ID: modelstest.ReleasedImport, Source: models.FromCommand, State: models.Complete, Attempt: 1,
			LeaseUntil: 30, CreatedAt: 10, StartedAt: 20, FinishedAt: 25, Done: 240, Total: 240},
		Merged: true, Counts: models.Counts{Rows: 6, Kept: 5, Rejected: 1, NewStores: 2}, Conflicts: []models.Conflict{},
		Files: []models.ImportFile{{ImportID: modelstest.ReleasedImport, Number: 1, Name: "timezones.csv", Size: 46, Kind: "time zones",
			Rows: 2, Rejected: 1, Columns: []string{"store_id", "timezone_str"}, Ignored: []string{}, Notes: []models.Note{},
			Causes: []models.Cause{{Column: "timezone_str", Expected: "an IANA time zone", Count: 1, Examples: []string{"Line 3"}}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
