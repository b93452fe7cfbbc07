package imports_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// undo undoes an import and fails the test if that is refused.
func undo(t tb, db *models.DB, i models.Import) {
	t.Helper()
	undone, err := imports.Undo(ctx, db, i.ID, "ana")
	if err != nil {
		t.Fatalf("undo: %v", err)
	}
	if undone.UndoneAt == 0 || undone.UndoneBy != "ana" {
		t.Fatalf("undone at %d by %q", undone.UndoneAt, undone.UndoneBy)
	}
}

// refuse tries to undo an import, fails the test unless that is refused without
// any change, and returns the sentence for people.
func refuse(t tb, db *models.DB, i models.Import) string {
	t.Helper()
	before, version := tables(t, db), dataVersion(t, db)
	_, err := imports.Undo(ctx, db, i.ID, "ana")
	var refused imports.UndoError
	if !errors.As(err, &refused) {
		t.Fatalf("undo: %v, want it refused", err)
	}
	if after := tables(t, db); after != before || dataVersion(t, db) != version {
		t.Fatalf("a refused undo changed something: %s", cmp.Diff(before, after))
	}
	return refused.Error()
}

func TestUndoBringsBackWhatWas(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		empty := tables(t, db)
		first := load(t, db,
			pollsFile("1,active,2023-01-24 18:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC", "2,inactive,2023-01-25 18:00:00 UTC"),
			hoursFile("1,0,09:00,17:00", "1,1,09:00,17:00"), zonesFile("1,Asia/Beirut"))
		one, version := tables(t, db), dataVersion(t, db)
		second := load(t, db,
			pollsFile("1,inactive,2023-01-25 18:00:00 UTC", "1,active,2023-01-26 18:00:00 UTC", "2,active,2023-01-20 18:00:00 UTC", "3,active,2023-01-25 19:00:00 UTC"),
			hoursFile("1,2,10:00,12:00", "2,0,09:00,17:00"), zonesFile("1,Europe/Berlin", "4,UTC"))
		two, loaded := tables(t, db), dataVersion(t, db)

		refuse(t, db, first)
		undo(t, db, second)
		if diff := cmp.Diff(one, tables(t, db)); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
		if v := dataVersion(t, db); v == version || v == loaded {
			t.Error("the data version is an old one, so pages would show what is gone")
		}
		if why := refuse(t, db, second); !strings.HasPrefix(why, "This import was already undone on ") {
			t.Error(why)
		}
		again := load(t, db,
			pollsFile("1,inactive,2023-01-25 18:00:00 UTC", "1,active,2023-01-26 18:00:00 UTC", "2,active,2023-01-20 18:00:00 UTC", "3,active,2023-01-25 19:00:00 UTC"),
			hoursFile("1,2,10:00,12:00", "2,0,09:00,17:00"), zonesFile("1,Europe/Berlin", "4,UTC"))
		if diff := cmp.Diff(two, tables(t, db)); diff != "" {
			t.Errorf("undone and taken in again, want -, got +:\n%s", diff)
		}
		if again.Counts != second.Counts {
			t.Errorf("again %+v, the first time %+v", again.Counts, second.Counts)
		}
		undo(t, db, again)
		undo(t, db, first)
		if diff := cmp.Diff(empty, tables(t, db)); diff != "" {
			t.Errorf("all undone, want -, got +:\n%s", diff)
		}
	})
}

func TestUndoIsRefusedWhereALaterImportSpeaksOfTheSame(t *testing.T) {
	first := []string{
		pollsFile("1,active,2023-01-25 18:00:00 UTC"), hoursFile("1,0,09:00,17:00"), zonesFile("1,Asia/Beirut"),
		lines("store_id,name", []string{"1,Bar"}),
	}
	for name, tt := range map[string]struct{ file, want string }{
		"another poll of the day": {pollsFile("1,active,2023-01-25 19:00:00 UTC"), "changed polls of the same stores, such as store 1 on 25 Jan 2023"},
		"the same poll and more":  {pollsFile("1,active,2023-01-25 18:00:00 UTC", "2,active,2023-01-26 18:00:00 UTC"), "changed polls of the same stores"},
		"other hours":             {hoursFile("1,1,09:00,17:00"), "changed business hours of the same stores, such as store 1"},
		"the same hours and more": {first[1] + "2,0,09:00,17:00\n", "changed business hours"},
		"another zone":            {zonesFile("1,UTC"), "changed time zones"},
		"the same zone and more":  {first[2] + "2,UTC\n", "changed time zones"},
		"another name":            {lines("store_id,name", []string{"1,Café"}), "changed store names"},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, db *models.DB) {
				i := load(t, db, first...)
				later := load(t, db, tt.file)
				why := refuse(t, db, i)
				if !strings.Contains(why, tt.want) || !strings.HasPrefix(why, "Import "+later.ShortID()) || !strings.HasSuffix(why, "Undo that one first.") {
					t.Error(why)
				}
				undo(t, db, later)
				undo(t, db, i)
			})
		})
	}
}

func TestUndoLeavesWhatLaterImportsBrought(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		empty := tables(t, db)
		first := load(t, db, pollsFile("1,active,2023-01-20 18:00:00 UTC", "2,active,2023-01-25 18:00:00 UTC"), zonesFile("3,UTC"))
		later := load(t, db, pollsFile("1,inactive,2023-01-22 18:00:00 UTC"), hoursFile("3,0,09:00,17:00"))
		last := load(t, db, zonesFile("1,UTC"))
		undo(t, db, first)
		s := snapshotAt(t, db, 0)
		if s.AsOf != at("2023-01-22 18:00") || len(s.Stores) != 2 {
			t.Fatalf("as of %s with %d stores", stamp(s.AsOf), len(s.Stores))
		}
		if one := s.Stores[0]; one.Code != "1" || one.FirstPollAt != models.InstantAt(at("2023-01-22 18:00")) {
			t.Errorf("%+v, want it to begin with the later import", one)
		}
		if three := s.Stores[1]; three.Code != "3" || three.Zone != "" {
			t.Errorf("%+v, want its zone gone", three)
		}
		undo(t, db, later)
		if got := snapshotAt(t, db, at("2023-01-25 18:00")); len(got.Stores) != 1 {
			t.Errorf("%d stores, want the one with a zone", len(got.Stores))
		}
		undo(t, db, last)
		if diff := cmp.Diff(empty, tables(t, db)); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

func TestWhatChangedBehindTheJournalIsNotUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, change := range []string{
			"UPDATE stores SET zone = 'UTC' WHERE code = '1'",
			"UPDATE hours SET end_s = 1",
			"DELETE FROM poll_days",
		} {
			wipe(t, db)
			i := load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"), hoursFile("1,0,09:00,17:00"), zonesFile("1,Asia/Beirut"))
			if err := modelstest.Exec(db, change); err != nil {
				t.Fatal(err)
			}
			if why := refuse(t, db, i); !strings.Contains(why, "cannot be undone") && !strings.Contains(why, "no longer be undone") {
				t.Errorf("%s: %s", change, why)
			}
		}
	})
}

func TestOnlyTheLastImportsCanBeUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var all []models.Import
		for n := range imports.UndoKept + 1 {
			all = append(all, load(t, db, pollsFile(fmt.Sprintf("%d,active,2023-01-25 18:00:00 UTC", n))))
		}
		if why := refuse(t, db, all[0]); why != "This import can no longer be undone. Only the last 30 can be undone." {
			t.Error(why)
		}
		if kept, err := modelstest.Dump(db, "import_journal"); err != nil || strings.Count(kept, "\n") > 2*imports.UndoKept+1 {
			t.Errorf("%d rows of journals, %v", strings.Count(kept, "\n"), err)
		}
		undo(t, db, all[1])
		undo(t, db, all[30])
	})
}

func TestOnlyCompleteImportsAreUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		a, err := db.BeginImport(ctx, newImport("x"))
		if err != nil {
			t.Fatal(err)
		}
		i, err := db.Import(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if why := refuse(t, db, i); why != "Only a complete import can be undone. This one is running." {
			t.Error(why)
		}
		if _, err := imports.Undo(ctx, db, "x", "ana"); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestUndoingTheLastImportsIsExact(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			states, imports := []string{tables(t, db)}, []models.Import{}
			var loads [][]string
			for range rapid.IntRange(1, 6).Draw(t, "imports") {
				files := drawFiles(t)
				i, err := tryLoad(db, rapid.SampledFrom([]int{0, 1, 5}).Draw(t, "spill"), files...)
				if err != nil {
					t.Fatal(err)
				}
				imports, loads = append(imports, i), append(loads, files)
				states = append(states, tables(t, db))
			}
			back := rapid.IntRange(1, len(imports)).Draw(t, "back")
			for n := range back {
				last := len(imports) - 1 - n
				if imports[last].MergeNumber == 0 {
					refuse(t, db, imports[last]) // it changed nothing
				} else {
					undo(t, db, imports[last])
				}
				if diff := cmp.Diff(states[last], tables(t, db)); diff != "" {
					t.Fatalf("import %d undone, want -, got +:\n%s", last, diff)
				}
			}
			for n := len(imports) - back; n < len(imports); n++ {
				if _, err := tryLoad(db, 0, loads[n]...); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(states[n+1], tables(t, db)); diff != "" {
					t.Fatalf("import %d again, want -, got +:\n%s", n, diff)
				}
			}
		})
	})
}

// drawFiles draws the files of one import. They have few stores and few instants,
// so that imports overlap, repeat and contradict each other, and some bad rows.
func drawFiles(t *rapid.T) (files []string) {
	store := rapid.SampledFrom([]string{"1", "2", "3", "=x", "é"})
	rows := func(label string, row func() string) (list []string) {
		for range rapid.IntRange(0, 6).Draw(t, label) {
			list = append(list, quoted(store.Draw(t, "store"))+","+row())
		}
		return list
	}
	polls := func() string {
		return fmt.Sprintf("%s,2023-01-%02d %02d:00:00,%s", rapid.SampledFrom([]string{"active", "inactive", "inactive", "asleep"}).Draw(t, "status"),
			rapid.IntRange(20, 24).Draw(t, "day"), rapid.IntRange(0, 2).Draw(t, "hour"), rapid.SampledFrom([]string{"", "paused", "holiday"}).Draw(t, "reason"))
	}
	hours := func() string {
		days := []int{0, 1, 2, 3, 4, 5, 6, 8} // the last is a reject
		times := []string{"08:00,17:00", "09:00,17:00", ",", "closed,closed"}
		from := rapid.SampledFrom([]string{"", "", "2023-01-05", "2023-01-22", "2023-02-01"}).Draw(t, "valid from")
		return fmt.Sprintf("%d,%s,%s", rapid.SampledFrom(days).Draw(t, "weekday"), rapid.SampledFrom(times).Draw(t, "times"), from)
	}
	special := func() string {
		return rapid.SampledFrom([]string{"2023-01-22,closed,,", "2023-01-22,,,Eve", "2023-01-22,10:00,12:00,Eve", "2023-01-23,10:00,12:00,", "2023-01-23,10:00,12:00,Fair"}).Draw(t, "special day")
	}
	zones := func() string {
		return rapid.SampledFrom([]string{"UTC", "Asia/Beirut", "Nowhere/Land"}).Draw(t, "zone")
	}
	names := func() string {
		return rapid.SampledFrom([]string{"Café,A", "Bar,", ",B", ",", "Bar,\x01"}).Draw(t, "name")
	}
	for range rapid.IntRange(1, 3).Draw(t, "files") {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 5:
			files = append(files, lines("store_id,date,start_time_local,end_time_local,note", rows("special days", special)))
		case 4:
			files = append(files, lines(rapid.SampledFrom([]string{"store_id,name,group", "store_id,name,city"}).Draw(t, "header"), rows("names", names)))
		case 0:
			files = append(files, lines("store_id,day,start_time_local,end_time_local,valid_from", rows("hours", hours)))
		case 1:
			files = append(files, zonesFile(rows("zones", zones)...))
		default:
			files = append(files, lines("store_id,status,timestamp_utc,reason", rows("polls", polls)))
		}
	}
	return files
}
