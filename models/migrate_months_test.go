package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/modelstest"
)

// Whoever goes back to the program of before keeps the polls, and needs no new month.
func TestPartitionsOfPollsCanBeTakenBack(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		db := modelstest.OpenURL(t, url, dir)
		load(t, db, pollsFile("1,active,1990-03-01 00:00:00 UTC", "1,active,2022-12-31 23:59:59 UTC", "2,inactive,2023-01-01 00:00:00 UTC"))
		want := modelstest.Facts(t, db)
		for _, step := range []func() error{
			func() error { return db.MigrateDown(ctx, 31) },
			func() error {
				return modelstest.Exec(db, "INSERT INTO poll_days SELECT day + 400, store_id, polls FROM poll_days")
			},
			func() error { return modelstest.Exec(db, "DELETE FROM poll_days WHERE day IN (7764, 19757, 19758)") },
			func() error { return db.Migrate(ctx) },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, modelstest.Facts(t, db)); diff != "" {
			t.Error(diff)
		}
		if rows, err := modelstest.Count(db, "lightson_polls"); url != "" && (rows != 3 || err != nil) {
			t.Errorf("the view has %d rows, %v", rows, err)
		}
	})
}
