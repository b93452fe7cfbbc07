package modelstest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// Changes are what is said of some stores of a town beside its files, all sorted.
type Changes struct {
	Dated   map[string][]uptime.Schedule // after its hours for all time
	Special map[string][]uptime.SpecialDay
	Excused map[string][]uptime.Span // by corrections, apart from each other
}

// DrawChanges draws changes for the stores of a town, around its newest poll.
func DrawChanges(t *rapid.T, w *Town) {
	w.Changes = Changes{map[string][]uptime.Schedule{}, map[string][]uptime.SpecialDay{}, map[string][]uptime.Span{}}
	today := uptime.DateOf(w.Newest().Time().Date())
	dates := rapid.SliceOfNDistinct(rapid.IntRange(-20, 12), 0, 3, rapid.ID[int])
	clock := rapid.SampledFrom([]int{0, 3600, 9 * 3600, 17 * 3600, 86340})
	hours := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uptime.Hours {
		return uptime.Hours{Day: rapid.IntRange(0, 6).Draw(t, "day"), Start: clock.Draw(t, "start"), End: clock.Draw(t, "end")}
	}), 1, 9)
	for _, store := range w.stores() {
		if rapid.Bool().Draw(t, "nothing changes at "+store) {
			continue
		}
		days := dates.Draw(t, "hours from")
		slices.Sort(days)
		for _, ago := range days {
			w.Dated[store] = append(w.Dated[store], uptime.Schedule{From: today - uptime.Date(ago), Hours: sortedRows(hours.Draw(t, "hours"))})
		}
		slices.Reverse(w.Dated[store])
		days = dates.Draw(t, "special days")
		slices.Sort(days)
		for _, ago := range days {
			day := uptime.SpecialDay{Date: today - uptime.Date(ago), Hours: []uptime.Hours{uptime.ClosedDay(0)}}
			if rapid.Bool().Draw(t, "open") {
				day.Hours = []uptime.Hours{{Start: clock.Draw(t, "start"), End: clock.Draw(t, "end")}}
			}
			w.Special[store] = append(w.Special[store], day)
		}
		slices.Reverse(w.Special[store])
		at := w.Newest().Add(-20 * uptime.Day)
		for range rapid.IntRange(0, 3).Draw(t, "corrections") {
			from := at.Add(1 + uptime.Micros(rapid.IntRange(0, 300).Draw(t, "hours later"))*uptime.Hour)
			at = from.Add(1 + uptime.Micros(rapid.IntRange(0, 50).Draw(t, "hours long"))*uptime.Hour)
			w.Excused[store] = append(w.Excused[store], uptime.Span{From: from, To: at})
		}
	}
}

// sortedRows are rows as the database has them: sorted, each once.
func sortedRows(rows []uptime.Hours) []uptime.Hours {
	slices.SortFunc(rows, func(a, b uptime.Hours) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return slices.Compact(rows)
}

// stores are all stores that the files of the town name, sorted.
func (w Town) stores() []string {
	stores := map[string]bool{}
	for _, p := range w.Polls {
		stores[p.Store] = true
	}
	for store := range w.Hours {
		stores[store] = true
	}
	for store := range w.Zones {
		stores[store] = true
	}
	return slices.Sorted(maps.Keys(stores))
}

// calendar is when a store is open.
func (w Town) calendar(store string) uptime.Calendar {
	c := uptime.Weekly(w.Hours[store])
	c.Schedules = append(c.Schedules, w.Dated[store]...)
	c.Special = w.Special[store]
	return c
}

// Enter writes the changes of the town into a database that has its files.
func (w Town) Enter(t TB, db *models.DB) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal("enter changes:", err)
		}
	}
	must(db.Update(ctx, func(tx *models.Tx) error { return w.enterDated(ctx, tx) }))
	for store, days := range w.Special {
		var rows []entered.SpecialDay
		for _, day := range days {
			for _, h := range day.Hours {
				rows = append(rows, entered.SpecialDay{Subject: entered.Store(store), Date: day.Date, Start: h.Start, End: h.End})
			}
		}
		if len(rows) > 0 {
			must(entered.AddSpecialDays(ctx, db, rows))
		}
	}
	for store, spans := range w.Excused {
		for _, s := range spans {
			must(entered.AddCorrection(ctx, db, &entered.Correction{Subject: entered.Store(store), From: s.From, To: s.To, Category: entered.Other}))
		}
	}
}

// enterDated adds the dated hours to those that the stores have.
func (w Town) enterDated(ctx context.Context, tx *models.Tx) error {
	version, err := tx.LockDataVersion(ctx)
	if err != nil || len(w.Dated) == 0 {
		return err
	}
	stores, err := tx.StoresByCode(ctx, slices.Collect(maps.Keys(w.Dated)))
	if err != nil {
		return err
	}
	var ids []int32
	for _, store := range stores {
		ids = append(ids, store.ID)
	}
	slices.Sort(ids)
	known, err := tx.HoursOf(ctx, ids)
	if err != nil {
		return err
	}
	var rows []models.Hours
	for code, dated := range w.Dated {
		id := stores[code].ID
		for _, schedule := range slices.Concat(known[id], dated) {
			for _, h := range schedule.Hours {
				rows = append(rows, models.Hours{StoreID: id, ValidFrom: schedule.From, Day: h.Day, StartS: h.Start, EndS: h.End})
			}
		}
	}
	if err := tx.ReplaceHours(ctx, ids, rows); err != nil {
		return err
	}
	version.RenewBy(models.DataChange{Others: true})
	return tx.SaveDataVersion(ctx, version)
}
