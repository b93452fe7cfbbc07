package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/polls"
)

func said(text string) polls.Reasons {
	return polls.PackReasons(nil, []polls.Reason{{Micro: 5, Text: text}})
}

// reasonsText is "day store text", in the order in which rows are visited.
type reasonsText struct{ lines []string }

func (r *reasonsText) add(day, store int32, packed polls.Reasons) error {
	text, err := packed.At(5)
	r.lines = append(r.lines, fmt.Sprintf("%d %d %s", day, store, text))
	return err
}

func (r *reasonsText) String() string { return strings.Join(r.lines, ", ") }

func TestReasonsAreWrittenReplacedReadAndDeleted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		write := func(work func(models.ReasonTable) error) {
			t.Helper()
			if err := db.Update(ctx, func(tx *models.Tx) error { return work(tx.ReasonTable()) }); err != nil {
				t.Fatal(err)
			}
		}
		read := func(work func(models.ReasonTable, *reasonsText) error, want string) {
			t.Helper()
			var got reasonsText
			err := db.View(ctx, func(tx *models.Tx) error { return work(tx.ReasonTable(), &got) })
			if err != nil || got.String() != want {
				t.Errorf("%q, %v; want %q", got.String(), err, want)
			}
		}
		days := func(first, last int32) func(models.ReasonTable, *reasonsText) error {
			return func(table models.ReasonTable, r *reasonsText) error { return table.ReadDays(ctx, first, last, r.add) }
		}
		read(days(0, 10), "")
		write(func(table models.ReasonTable) error {
			return table.Upsert(ctx, []models.ReasonRow{{Day: 3, Store: 2, Reasons: said("b")}, {Day: 3, Store: 1, Reasons: said("a")}, {Day: -1, Store: 1, Reasons: said("c")}, {Day: 4, Store: 3, Reasons: said("d")}})
		})
		write(func(table models.ReasonTable) error {
			return table.Upsert(ctx, []models.ReasonRow{{Day: 3, Store: 2, Reasons: said("e")}, {Day: 5, Store: 1, Reasons: said("f")}})
		})
		write(func(table models.ReasonTable) error { return table.Upsert(ctx, nil) })
		read(days(-10, 10), "-1 1 c, 3 1 a, 3 2 e, 4 3 d, 5 1 f")
		read(days(3, 4), "3 1 a, 3 2 e, 4 3 d")
		read(days(6, 3), "")
		read(func(table models.ReasonTable, r *reasonsText) error {
			return table.ReadDay(ctx, 3, []int32{0, 2, 9}, func(store int32, packed polls.Reasons) error { return r.add(3, store, packed) })
		}, "3 2 e")
		var many []int32
		for store := range int32(models.StoresPerStatement + 10) { // more than a statement names
			many = append(many, store)
		}
		read(func(table models.ReasonTable, r *reasonsText) error {
			return table.ReadDay(ctx, 3, many, func(store int32, packed polls.Reasons) error { return r.add(3, store, packed) })
		}, "3 1 a, 3 2 e")
		store := func(store, first, last int32) func(models.ReasonTable, *reasonsText) error {
			return func(table models.ReasonTable, r *reasonsText) error {
				return table.ReadStore(ctx, store, first, last, func(day int32, packed polls.Reasons) error { return r.add(day, store, packed) })
			}
		}
		read(store(1, -1, 5), "-1 1 c, 3 1 a, 5 1 f")
		read(store(1, 0, 4), "3 1 a")
		read(store(1, 4, 0), "")
		read(store(7, -1, 5), "")

		stop := errors.New("stop")
		err := db.View(ctx, func(tx *models.Tx) error {
			return tx.ReasonTable().ReadDays(ctx, -10, 10, func(int32, int32, polls.Reasons) error { return stop })
		})
		if !errors.Is(err, stop) {
			t.Errorf("the visit's error became %v", err)
		}

		err = db.Update(ctx, func(tx *models.Tx) error {
			dry := tx.DryRun().ReasonTable()
			return errors.Join(dry.Upsert(ctx, []models.ReasonRow{{Day: 3, Store: 2, Reasons: said("x")}}), dry.Delete(ctx, 3, many))
		})
		if err != nil {
			t.Error(err)
		}
		write(func(table models.ReasonTable) error { return table.Delete(ctx, 3, []int32{2, 9}) })
		read(days(-10, 10), "-1 1 c, 3 1 a, 4 3 d, 5 1 f")
	})
}

func TestReasonsGoWithTheirPolls(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,inactive,2023-01-01 12:00:00 UTC", "1,inactive,2023-01-02 12:00:00 UTC", "1,inactive,2023-02-25 12:00:00 UTC",
			"2,inactive,2023-01-01 12:00:00 UTC", "2,inactive,2023-02-25 12:00:00 UTC"))
		first, _ := polls.Split(at("2023-01-01 12:00"))
		last, _ := polls.Split(at("2023-02-25 12:00"))
		err := db.Update(ctx, func(tx *models.Tx) error {
			return tx.ReasonTable().Upsert(ctx, []models.ReasonRow{
				{Day: first, Store: 1, Reasons: said("gone")}, {Day: first + 1, Store: 1, Reasons: said("its last day before")},
				{Day: last, Store: 1, Reasons: said("kept")}, {Day: first, Store: 2, Reasons: said("its last day before")}, {Day: last, Store: 2, Reasons: said("kept")},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		prunePolls(t, db, models.LeastPolls)
		var got reasonsText
		err = db.View(ctx, func(tx *models.Tx) error { return tx.ReasonTable().ReadDays(ctx, first, last, got.add) })
		want := fmt.Sprintf("%d 2 its last day before, %d 1 its last day before, %d 1 kept, %d 2 kept", first, first+1, last, last)
		if err != nil || got.String() != want {
			t.Errorf("%s, %v; want %s", &got, err, want)
		}
	})
}
