package imports_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/uptime"
)

func specialFile(rows ...string) string {
	return lines("store_id,date,start_time_local,end_time_local,note", rows)
}

// specialOf are all special days as "name date start-end note by".
func specialOf(t tb, db *models.DB) []string {
	t.Helper()
	rows, err := entered.SpecialDays(ctx, db, entered.SpecialFilter{})
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, d := range rows {
		list = append(list, fmt.Sprintf("%s %s %d-%d %s %s", d.Name, uptime.DateText(d.Date), d.Start/3600, d.End/3600, d.Note, d.By))
	}
	return list
}

func TestASpecialDaysFileReplacesStoreAndDate(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		want := func(what string, rows ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, rows...), specialOf(t, db)); diff != "" {
				t.Errorf("%s: want -, got +:\n%s", what, diff)
			}
		}
		empty := tables(t, db)
		first := load(t, db, specialFile("a,2023-11-23,,,Thanksgiving", "a,2023-11-24,10:00,12:00,", "a,2023-11-24,14:00,16:00,", "b,2023-11-23,closed,closed,"))
		if first.Counts != (models.Counts{Rows: 4, Kept: 4, NewStores: 2}) {
			t.Errorf("%+v", first.Counts)
		}
		want("first", "a 2023-11-23 24-24 Thanksgiving ", "b 2023-11-23 24-24  ", "a 2023-11-24 10-12  ", "a 2023-11-24 14-16  ")
		version := dataVersion(t, db)
		again := load(t, db, specialFile("b,2023-11-23,,,", "b,2023-11-23,,,", "a,2023-11-24,14:00,16:00,", "a,2023-11-24,10:00,12:00,"))
		if again.Counts != (models.Counts{Rows: 4, Duplicate: 4}) || dataVersion(t, db) != version {
			t.Errorf("again %+v", again.Counts)
		}
		one := tables(t, db)
		other := load(t, db, specialFile("a,2023-11-24,,,", "a,2023-11-24,10:00,12:00,Sale", "a,2023-11-24,10:00,12:00,", "a,2023-11-24,10:00,12:00,Black Friday"))
		if other.Counts != (models.Counts{Rows: 4, Kept: 1, Conflicting: 3}) || dataVersion(t, db) == version {
			t.Errorf("times and a closed day %+v", other.Counts)
		}
		want("times win, and the first note", "a 2023-11-23 24-24 Thanksgiving ", "b 2023-11-23 24-24  ", "a 2023-11-24 10-12 Black Friday ")
		if why := refuse(t, db, first); !strings.Contains(why, " changed special days of the same stores, such as store a on 24 Nov 2023.") {
			t.Error(why)
		}
		undo(t, db, other)
		if diff := cmp.Diff(one, tables(t, db)); diff != "" {
			t.Errorf("undone, want -, got +:\n%s", diff)
		}

		// Somebody changed on a page what the import brought.
		b := entered.SpecialDay{Subject: entered.Store("b"), Date: uptime.DateOf(2023, 11, 23), Start: 3600, End: 7200, By: "ana"}
		if err := entered.AddSpecialDays(ctx, db, []entered.SpecialDay{b}); err != nil {
			t.Fatal(err)
		}
		if why := refuse(t, db, first); why != "This import cannot be undone: the special days of store b changed since, and not by an import." {
			t.Error(why)
		}
		load(t, db, specialFile("b,2023-11-23,,,"))
		third := load(t, db, zonesFile("c,UTC"))
		c := b
		c.Subject = entered.Store("c")
		if err := entered.AddSpecialDays(ctx, db, []entered.SpecialDay{c}); err != nil {
			t.Fatal(err)
		}
		undo(t, db, third)
		if stores := codes(t, db); !cmp.Equal(stores, []string{"a", "b", "c"}) {
			t.Errorf("a store that has special days of its own is gone: %v", stores)
		}
		wipe(t, db)
		if cmp.Diff(empty, tables(t, db)) != "" {
			t.Error("wiped, something is left")
		}
	})
}

func reasonsFile(rows ...string) string {
	return lines("store_id,status,timestamp_utc,reason", rows)
}

// reasonsOf are all reasons as "store micro text".
func reasonsOf(t tb, db *models.DB) []string {
	t.Helper()
	list := []string{}
	err := db.View(ctx, func(tx *models.Tx) error {
		return tx.ReasonTable().ReadDays(ctx, -1_000_000, 1_000_000, func(day, store int32, packed polls.Reasons) error {
			return packed.Each(func(micro int64, text []byte) {
				list = append(list, fmt.Sprintf("%d %02d:00 %s", store, micro/3600_000_000, text))
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReasonsStayWithTheirPolls(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		want := func(what string, rows ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, rows...), reasonsOf(t, db)); diff != "" {
				t.Errorf("%s: want -, got +:\n%s", what, diff)
			}
		}
		load(t, db, pollsFile("1,inactive,2023-01-25 10:00:00 UTC", "1,active,2023-01-25 11:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC"))
		before, version := tables(t, db), dataVersion(t, db)
		i := load(t, db, reasonsFile("1,inactive,2023-01-25 10:00:00 UTC,paused", "1,active,2023-01-25 11:00:00 UTC,all is well", "1,inactive,2023-01-25 12:00:00 UTC,"))
		if i.Counts != (models.Counts{Rows: 3, Duplicate: 3}) || dataVersion(t, db) == version {
			t.Errorf("%+v", i.Counts)
		}
		want("of a duplicate", "1 10:00 paused")
		one := tables(t, db)
		again := load(t, db, reasonsFile("1,inactive,2023-01-25 10:00:00 UTC,paused"))
		if again.MergeNumber != 0 || cmp.Diff(one, tables(t, db)) != "" {
			t.Error("the same reason again changed something")
		}
		pushed := push(t, db, "1,inactive,2023-01-25 12:00:00,no power")
		if pushed.Import == "" || pushed.Duplicate != 1 {
			t.Errorf("%+v", pushed)
		}
		push(t, db, "1,inactive,2023-01-25 10:00:00,holiday", "1,inactive,2023-01-25 12:00:00,no power")
		want("the first in byte order", "1 10:00 holiday", "1 12:00 no power")
		if why := refuse(t, db, i); !strings.Contains(why, " changed polls of the same stores, such as store 1 on 25 Jan 2023.") {
			t.Error(why)
		}
		undo(t, db, models.Import{Work: models.Work{ID: pushed.Import}})
		if diff := cmp.Diff(one, tables(t, db)); diff != "" {
			t.Errorf("pushes undone, want -, got +:\n%s", diff)
		}
		undo(t, db, i)
		if diff := cmp.Diff(before, tables(t, db)); diff != "" {
			t.Errorf("undone, want -, got +:\n%s", diff)
		}
	})
}

func TestHoursAppliedToThePastAreAnImportOfTheirOwn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00", "2,0,09:00,17:00", "3,0,09:00,17:00", "4,0,09:00,17:00"),
			pollsFile("1,active,2023-01-10 18:00:00 UTC", "2,active,2023-01-23 18:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC"))
		i := load(t, db, hoursFile("1,0,10:00,16:00", "2,0,10:00,16:00", "3,0,10:00,16:00", "4,0,09:00,17:00"), datedFile("1,0,08:00,12:00,2023-03-01"))
		load(t, db, hoursFile("3,0,11:00,16:00"))
		before := tables(t, db)
		past, err := imports.FindPastHours(ctx, db, i)
		today := uptime.DateOf(2023, 1, 25)
		// Mondays 16 and 23 January of store 1, and 23 January of store 2.
		if want := (imports.PastHours{Stores: 2, StoreDays: 3, First: today, Last: today}); err != nil || past != want {
			t.Errorf("%+v, %v", past, err)
		}
		applied, err := imports.ApplyHoursToPast(ctx, db, i.ID, models.FromPage, "ana")
		if err != nil || applied.By != "ana" || applied.State != models.Complete || applied.Changed[0] != "business hours" {
			t.Fatalf("%+v, %v", applied, err)
		}
		modelstest.CheckImport(t, applied)
		wantSchedules(t, db, "applied", "1 ever 0 10-16", "1 03-01 0 8-12", "2 ever 0 10-16", "3 ever 0 9-17", "3 01-25 0 11-16", "4 ever 0 9-17")
		after := tables(t, db)
		again, err := imports.ApplyHoursToPast(ctx, db, i.ID, models.FromPage, "bob")
		if again.ID != applied.ID || !errors.Is(err, imports.ErrPastHoursDone) || cmp.Diff(after, tables(t, db)) != "" {
			t.Errorf("again: %s, %v", again.ID, err)
		}
		if _, err := imports.ApplyHoursToPast(ctx, db, applied.ID, models.FromPage, "bob"); !errors.Is(err, imports.ErrNoPastHours) {
			t.Errorf("what was applied, once more: %v", err)
		}
		if why := refuse(t, db, i); !strings.Contains(why, "changed business hours of the same stores") {
			t.Error(why)
		}
		undo(t, db, applied)
		if diff := cmp.Diff(before, tables(t, db)); diff != "" {
			t.Errorf("undone, want -, got +:\n%s", diff)
		}
		if past, err := imports.FindPastHours(ctx, db, i); err != nil || past.Stores != 2 || past.AppliedBy != "" {
			t.Errorf("%+v, %v", past, err)
		}
		future := load(t, db, datedFile("4,0,08:00,12:00,2023-01-26"))
		if past, err := imports.FindPastHours(ctx, db, future); err != nil || past.Stores != 0 {
			t.Errorf("hours that begin later: %+v, %v", past, err)
		}
	})
}

func TestAPreviewCountsTheDaysOfChangedZones(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00", "2,0,00:00,24:00"), zonesFile("1,UTC", "2,UTC", "3,UTC"),
			pollsFile("1,active,2023-01-10 18:00:00 UTC", "2,active,2023-01-23 18:00:00 UTC", "3,active,2023-01-23 18:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC"))
		p := preview(t, db, 0, zonesFile("1,Europe/Berlin", "2,UTC", "3,Europe/Berlin"), hoursFile("1,0,10:00,12:00"))
		// Store 3 is always open, whatever its zone.
		if want := (models.ZoneChange{Stores: 2, StoreDays: 2}); p.Zones != want {
			t.Errorf("%+v", p.Zones)
		}
		if want := (models.HoursChange{Stores: 1, First: "2023-01-25", Last: "2023-01-25", PastStores: 1, PastStoreDays: 2}); p.Hours != want {
			t.Errorf("%+v", p.Hours)
		}
	})
}

func TestEveryDayThatDiffersIsCounted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			days := rapid.IntRange(0, 40).Draw(t, "days before")
			first := at("2023-03-20 18:00").Add(-uptime.Micros(days) * uptime.Day)
			load(t, db, hoursFile("1,0,09:00,17:00"), pollsFile("1,active,"+stamp(first), "2,active,2023-03-20 18:00:00 UTC"))
			p := preview(t, db, 0, hoursFile("1,0,09:00,17:00", "1,3,22:00,02:00"))
			want := int64(0) // Thursdays, and the Fridays behind them
			for n := range days {
				if day := first.Time().AddDate(0, 0, n).Weekday(); day == 4 || day == 5 {
					want++
				}
			}
			if p.Hours.PastStoreDays != want {
				t.Fatalf("%d days, want %d", p.Hours.PastStoreDays, want)
			}
		})
	})
}
