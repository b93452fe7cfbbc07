package imports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// datedFile is a business hours file with dates.
func datedFile(rows ...string) string {
	return lines("store_id,day,start_time_local,end_time_local,valid_from", rows)
}

// schedulesOf are the rows of hours as "store valid_from day start end", in words of the
// feed where they have a date.
func schedulesOf(t tb, db *models.DB) []string {
	t.Helper()
	var rows []struct {
		Code              string
		ValidFrom         int64
		Day, StartS, EndS int
	}
	err := db.GORM(ctx).Raw("SELECT code, valid_from, day, start_s, end_s FROM hours JOIN stores ON id = store_id ORDER BY code, valid_from, day, start_s").Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, r := range rows {
		from := "ever"
		if r.ValidFrom > 0 {
			from = at("1970-01-01 00:00").Time().AddDate(0, 0, int(r.ValidFrom)).Format("01-02")
		}
		list = append(list, fmt.Sprintf("%s %s %d %d-%d", r.Code, from, r.Day, r.StartS/3600, r.EndS/3600))
	}
	return list
}

func wantSchedules(t *testing.T, db *models.DB, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), schedulesOf(t, db)); diff != "" {
		t.Errorf("%s: want -, got +:\n%s", what, diff)
	}
}

func TestHoursWithoutADateHoldFromTheNewestPollOn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00"))
		load(t, db, hoursFile("1,0,08:00,16:00"))
		wantSchedules(t, db, "no poll is known", "1 ever 0 8-16")

		// 03:00 UTC is still the 24th in Chicago, and the 25th in Tokyo.
		load(t, db, pollsFile("1,active,2023-01-25 03:00:00 UTC", "3,active,2023-01-20 03:00:00 UTC"))
		i := load(t, db, hoursFile("1,0,10:00,16:00", "2,0,10:00,16:00", "3,0,10:00,16:00"))
		wantSchedules(t, db, "others hold from the date on, for stores without any for all time",
			"1 ever 0 8-16", "1 01-24 0 10-16", "2 ever 0 10-16", "3 ever 0 10-16")
		if note := i.Files[0].Notes[0].Text.String(); note != "Changed hours: 1 store from 24 Jan 2023 on, 1 store for all time." {
			t.Error(note)
		}

		version := dataVersion(t, db)
		load(t, db, hoursFile("1,0,10:00,16:00"))
		load(t, db, pollsFile("3,active,2023-01-29 03:00:00 UTC"))
		moved := dataVersion(t, db)
		again := load(t, db, hoursFile("1,0,10:00,16:00"), hoursFile("1,0,10:00,16:00"))
		if again.Kept != 0 || again.Duplicate != 2 || dataVersion(t, db) != moved || moved == version {
			t.Errorf("the same again days later: %+v", again.Counts)
		}
		load(t, db, hoursFile("1,0,11:00,16:00"))
		load(t, db, hoursFile("1,0,12:00,16:00"))
		wantSchedules(t, db, "two imports on one local date",
			"1 ever 0 8-16", "1 01-24 0 10-16", "1 01-28 0 12-16", "2 ever 0 10-16", "3 ever 0 10-16")
	})
}

func TestTheDateIsThatOfTheZoneInTheSameImport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00"), pollsFile("1,active,2023-01-25 03:00:00 UTC"))
		load(t, db, hoursFile("1,0,10:00,16:00"), zonesFile("1,Asia/Tokyo"))
		wantSchedules(t, db, "Tokyo", "1 ever 0 9-17", "1 01-25 0 10-16")
	})
}

func TestHoursWithADateReplaceTheScheduleOfThatDate(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00"), pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		i := load(t, db, datedFile("1,0,08:00,12:00,2023-01-10", "1,0,07:00,12:00,2023-03-01", "1,1,07:00,12:00,2023-03-01"))
		if want := (models.Counts{Rows: 3, Kept: 3}); i.Counts != want {
			t.Errorf("%+v", i.Counts)
		}
		load(t, db, datedFile("1,0,06:00,12:00,2023-03-01"))
		load(t, db, hoursFile("1,0,10:00,16:00"))
		want := []string{"1 ever 0 9-17", "1 01-10 0 8-12", "1 01-25 0 10-16", "1 03-01 0 6-12"}
		wantSchedules(t, db, "past, today and future", want...)

		version := dataVersion(t, db)
		again := load(t, db, datedFile("1,0,06:00,12:00,2023-03-01", "1,0,08:00,12:00,2023-01-10"))
		if again.Duplicate != 2 || dataVersion(t, db) != version {
			t.Errorf("again %+v", again.Counts)
		}
		// What is in force already is said once more, so that it outlives a change before it.
		load(t, db, datedFile("1,0,08:00,12:00,2023-01-12"))
		load(t, db, datedFile("1,0,05:00,12:00,2023-01-11"))
		wantSchedules(t, db, "said again", slices.Insert(want, 2, "1 01-11 0 5-12", "1 01-12 0 8-12")...)
	})
}

func TestAFileMayHaveRowsWithAndWithoutDates(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rows := []string{"1,0,09:00,17:00,", "1,0,08:00,12:00,2023-01-10", "2,0,09:00,17:00,"}
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		load(t, db, datedFile(rows...))
		want := []string{"1 ever 0 9-17", "1 01-10 0 8-12", "2 ever 0 9-17"}
		wantSchedules(t, db, "new", want...)
		version := dataVersion(t, db)
		if again := load(t, db, datedFile(rows...)); again.Duplicate != 3 || dataVersion(t, db) != version {
			t.Errorf("again %+v, %v", again.Counts, schedulesOf(t, db))
		}
		// The schedule of the date wins over rows that would begin on it.
		clash := load(t, db, datedFile("1,0,07:00,08:00,", "1,0,06:00,07:00,2023-01-25"))
		if clash.Kept != 1 || clash.Conflicting != 1 {
			t.Errorf("%+v", clash.Counts)
		}
		wantSchedules(t, db, "clash", slices.Insert(want, 2, "1 01-25 0 6-7")...)
	})
}

func TestSomebodyMayChooseFromWhenHoursHold(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, datedFile("1,0,09:00,17:00,", "1,0,08:00,12:00,2023-03-01"), pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		loadFrom(t, db, "2023-01-30", hoursFile("1,0,10:00,16:00", "2,0,10:00,16:00"))
		wantSchedules(t, db, "a date", "1 ever 0 9-17", "1 01-30 0 10-16", "1 03-01 0 8-12", "2 01-30 0 10-16")
		version := dataVersion(t, db)
		if again := loadFrom(t, db, "2023-01-30", hoursFile("1,0,10:00,16:00")); again.Duplicate != 1 || dataVersion(t, db) != version {
			t.Errorf("again %+v", again.Counts)
		}
		i := loadFrom(t, db, "always", hoursFile("1,0,10:00,16:00"))
		wantSchedules(t, db, "always", "1 ever 0 10-16", "2 01-30 0 10-16")
		if note := i.Files[0].Notes[0].Text.String(); note != "Changed hours: 1 store for all time." {
			t.Error(note)
		}
		undo(t, db, i)
		wantSchedules(t, db, "undone", "1 ever 0 9-17", "1 01-30 0 10-16", "1 03-01 0 8-12", "2 01-30 0 10-16")
	})
}

func TestHoursWithDatesAreUndoneExactly(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00", "2,0,09:00,17:00"), pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		before := tables(t, db)
		first := load(t, db, hoursFile("1,0,10:00,16:00"))
		middle := load(t, db, datedFile("1,0,08:00,12:00,2023-01-10"))
		last := load(t, db, hoursFile("1,0,11:00,16:00"))
		for _, i := range []models.Import{first, middle} {
			if why := refuse(t, db, i); !strings.Contains(why, last.ShortID()+" of ") || !strings.Contains(why, " changed business hours of the same stores, such as store 1.") {
				t.Error(why)
			}
		}
		undo(t, db, last)
		undo(t, db, middle)
		undo(t, db, first)
		if diff := cmp.Diff(before, tables(t, db)); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

// Journals of earlier versions have hours without dates, of a kind of their own.
func TestAnImportOfAnEarlierVersionIsUndone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, hoursFile("1,0,09:00,17:00"))
		before := tables(t, db)
		i := loadFrom(t, db, "always", hoursFile("1,0,10:00,16:00"))
		// Written by hand as an earlier version did: store 1, replaced, checksum of
		// Monday 10:00–16:00, and Monday 09:00–17:00 before it.
		entries := []byte{2, 2, 0, 0, 0, 0, 7, 0, 0x90, 0xfd, 0x01, 0x90, 0xde, 0x03}
		copy(entries[2:], imports.ChecksumOf([]byte{0, 0xa0, 0x99, 0x02, 0x80, 0xc2, 0x03}))
		err := modelstest.Exec(db, "UPDATE import_journal SET kind = 2, entries = ? WHERE merge_number = ?", entries, i.MergeNumber)
		if err != nil {
			t.Fatal(err)
		}
		later := load(t, db, datedFile("1,0,08:00,12:00,2023-01-10"))
		if why := refuse(t, db, i); !strings.Contains(why, " changed business hours of the same stores") {
			t.Error(why)
		}
		undo(t, db, later)
		undo(t, db, i)
		if diff := cmp.Diff(before, tables(t, db)); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

func TestHoursFromADateChangeNoFigureBeforeIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			row := rapid.Custom(func(t *rapid.T) string {
				start := rapid.IntRange(0, 23).Draw(t, "start")
				return fmt.Sprintf("%d,%02d:00,%02d:00", rapid.IntRange(0, 6).Draw(t, "day"), start, rapid.IntRange(0, 23).Draw(t, "end"))
			})
			rows := func(label, store, date string) (list []string) {
				for _, r := range rapid.SliceOfNDistinct(row, 1, 4, rapid.ID).Draw(t, label) {
					list = append(list, store+","+r+date)
				}
				return list
			}
			var polls []string
			for hour := range 5 * 24 {
				polls = append(polls, "1,"+rapid.SampledFrom([]string{"active", "inactive"}).Draw(t, "status")+","+stamp(at("2023-01-21 00:30").Add(uptime.Micros(hour)*uptime.Hour)))
			}
			load(t, db, pollsFile(polls...), datedFile(rows("first", "1", ",")...))
			figures := func() string {
				report, _ := csvs(t, snapshotAt(t, db, at("2023-01-24 06:00"))) // midnight in Chicago
				return report
			}
			before := figures()
			dated := rows("dated", "1", ",2023-01-24")
			undated := rows("undated", "1", ",") // from 2023-01-25 on
			files := []string{datedFile(dated...), datedFile(undated...)}
			if rapid.Bool().Draw(t, "joined") {
				files = []string{datedFile(rapid.Permutation(append(dated, undated...)).Draw(t, "rows")...)}
			}
			load(t, db, files...)
			if after := figures(); after != before {
				t.Fatalf("figures before the date were\n%s\nand are\n%s", before, after)
			}
			once := facts(t, db)
			load(t, db, rapid.Permutation(files).Draw(t, "order")...)
			if diff := cmp.Diff(once, facts(t, db)); diff != "" {
				t.Fatalf("the same files again, want -, got +:\n%s", diff)
			}
		})
	})
}
