package models_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// Someone who asked for a report finds it in every list, also before it is recorded.
func TestPromisedReportsAreListedOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		ids := func(reports []models.Report, err error) (ids []string) {
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range reports {
				ids = append(ids, r.ID)
			}
			return ids
		}
		byPage := func(size int) (all []string) {
			for {
				page := ids(db.Reports(ctx, len(all), size))
				if all = append(all, page...); len(page) < size {
					return all
				}
			}
		}
		byPlace := func(size int) (all []string) {
			for place := (models.ListPlace{}); ; {
				piece, err := db.ReportsAfterWithin(ctx, place, reach.All(), size)
				if all = append(all, ids(piece, err)...); len(piece) < size {
					return all
				}
				place = piece[size-1].ListPlace()
			}
		}
		sorted := func(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

		var recorded []*models.Report
		for range 3 {
			r, _ := addReport(t, db, "")
			recorded = append(recorded, r)
		}
		promise := func(created uptime.Instant) models.Report {
			r := *newReport("")
			r.State, r.CreatedAt = models.Queued, created
			db.Promise(r)
			return r
		}
		newest := promise(recorded[2].CreatedAt + 10)
		early := promise(recorded[0].CreatedAt - 10)
		want := []string{newest.ID, recorded[2].ID, recorded[1].ID, recorded[0].ID, early.ID}
		check := func(when string) {
			t.Helper()
			for size := 1; size <= len(want)+1; size++ {
				if diff := cmp.Diff(want, byPlace(size)); diff != "" {
					t.Errorf("%s, %d after a place (-want +got):\n%s", when, size, diff)
				}
				if diff := cmp.Diff(sorted(want), sorted(byPage(size))); diff != "" {
					t.Errorf("%s, pages of %d (-want +got):\n%s", when, size, diff)
				}
			}
		}
		check("promised")
		if first := ids(db.Reports(ctx, 0, 1)); strings.Join(first, " ") != newest.ID {
			t.Errorf("the first is %s, want %s", first, newest.ID)
		}
		record := func(r models.Report) {
			t.Helper()
			err := db.Update(ctx, func(tx *models.Tx) error {
				_, err := tx.RecordPromised(ctx, r)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		record(newest)
		check("recorded, and promised still")
		db.Recorded(newest.ID)
		check("recorded")
		record(early)
		db.Recorded(early.ID)
		check("recorded later than those before which it was asked for")
	})
}
