package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func hoursRow(store int32, from uptime.Date, day, start, end int) models.Hours {
	return models.Hours{StoreID: store, ValidFrom: from, Day: day, StartS: start, EndS: end}
}

func TestHoursAreReadAsSchedulesHoweverTheyAreRead(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rows := []models.Hours{ // in no order
			hoursRow(1, 19381, 6, 0, 3600), hoursRow(1, uptime.Ever, 1, 7200, 9000), hoursRow(2, 19381, 0, 0, 60),
			hoursRow(1, uptime.Ever, 1, 3600, 7200), hoursRow(1, -400, 0, 0, 60), hoursRow(1, uptime.Ever, 0, 86400, 86400), hoursRow(1, 19381, 0, 5, 3600),
		}
		all := map[int32][]uptime.Schedule{
			1: {
				{From: uptime.Ever, Hours: []uptime.Hours{uptime.ClosedDay(0), {Day: 1, Start: 3600, End: 7200}, {Day: 1, Start: 7200, End: 9000}}},
				{From: -400, Hours: []uptime.Hours{{Day: 0, Start: 0, End: 60}}},
				{From: 19381, Hours: []uptime.Hours{{Day: 0, Start: 5, End: 3600}, {Day: 6, Start: 0, End: 3600}}},
			},
			2: {{From: 19381, Hours: []uptime.Hours{{Day: 0, Start: 0, End: 60}}}},
		}
		check := func(when string, want map[int32][]uptime.Schedule, stores ...int32) {
			t.Helper()
			err := db.View(ctx, func(tx *models.Tx) error {
				read, err := tx.AllHours(ctx)
				if err != nil {
					return err
				}
				some, err := tx.HoursOf(ctx, stores)
				if diff := cmp.Diff(want, read); diff != "" {
					t.Errorf("%s, all: %s", when, diff)
				}
				wantSome := map[int32][]uptime.Schedule{}
				for _, store := range stores {
					if schedules := want[store]; schedules != nil {
						wantSome[store] = schedules
					}
				}
				if diff := cmp.Diff(wantSome, some); diff != "" {
					t.Errorf("%s, those of %v: %s", when, stores, diff)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		replace := func(dry bool, stores []int32, rows ...models.Hours) {
			t.Helper()
			err := db.Update(ctx, func(tx *models.Tx) error {
				if dry {
					tx = tx.DryRun()
				}
				return tx.ReplaceHours(ctx, stores, rows)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		check("at first", map[int32][]uptime.Schedule{}, 1)
		replace(false, []int32{1, 2}, rows...)
		check("written", all, 1, 2, 3)
		check("one", all, 2)
		replace(true, []int32{1, 2}, hoursRow(1, 3, 1, 2, 3))
		check("after a dry run", all, 1, 2)
		replace(false, []int32{1}, hoursRow(1, 20000, 4, 60, 120))
		all[1] = []uptime.Schedule{{From: 20000, Hours: []uptime.Hours{{Day: 4, Start: 60, End: 120}}}}
		check("all schedules of a store replaced", all, 1, 2)
		replace(false, []int32{1, 2})
		check("taken away", map[int32][]uptime.Schedule{}, 1, 2)
	})
}

func TestHoursThatAnEarlierVersionWroteHoldForAllTime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if err := modelstest.Exec(db, "INSERT INTO hours (store_id, day, start_s, end_s) VALUES (1, 2, 3, 4)"); err != nil {
			t.Fatal(err)
		}
		err := db.View(ctx, func(tx *models.Tx) error {
			read, err := tx.AllHours(ctx)
			want := map[int32][]uptime.Schedule{1: {{From: uptime.DateOf(1, 1, 1), Hours: []uptime.Hours{{Day: 2, Start: 3, End: 4}}}}}
			if diff := cmp.Diff(want, read); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAllHours(b *testing.B) {
	for _, kind := range modelstest.Kinds {
		b.Run(string(kind), func(b *testing.B) {
			db := modelstest.Open(b, kind)
			var rows []models.Hours
			var stores []int32
			for store := range int32(14_000) {
				stores = append(stores, store)
				for day := range 7 {
					rows = append(rows, hoursRow(store, uptime.Ever, day, 9*3600, 17*3600))
				}
			}
			if err := db.Update(ctx, func(tx *models.Tx) error { return tx.ReplaceHours(ctx, stores, rows) }); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				err := db.View(ctx, func(tx *models.Tx) error { _, err := tx.AllHours(ctx); return err })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
