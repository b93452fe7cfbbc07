package figures_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reports"
	"lightson/models/uptime"
)

func qualityOf(t tb, s *figures.Snapshot) *figures.Quality {
	t.Helper()
	q, err := s.Quality(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// codesOf are the stores of a check.
func codesOf(s *figures.Snapshot, stores []int) string {
	var list []string
	for _, n := range stores {
		list = append(list, s.Stores[n].Code)
	}
	return strings.Join(list, " ")
}

func TestQualityFindsWhatFeedsLeaveOut(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile("all,active,2023-01-25 18:00:00 UTC", "bare,active,2023-01-25 18:00:00 UTC", "zoned,active,2023-01-25 18:00:00 UTC"),
			hoursFile("all,0,09:00,17:00", "idle,0,09:00,17:00"),
			zonesFile("all,UTC", "zoned,UTC", "idle,UTC", "far,UTC"),
			namesFile("all,All of it,Chain,", "bare,Bare,,Boise", "named,Named,,"),
			"store_id,day,start_time_local,end_time_local,valid_from\nlater,0,09:00,17:00,2050-01-01\n",
			"store_id,date,start_time_local,end_time_local\nspecial,2023-01-25,,\n")
		s := snapshotAt(t, db, 0)
		q := qualityOf(t, s)
		for name, check := range map[string]struct {
			found []int
			want  string
		}{
			"no hours":     {q.NoHours, "bare zoned"},
			"no zone":      {q.NoZone, "bare"},
			"never polled": {q.NeverPolled, "far idle later named special"},
			"no group":     {q.NoGroup, "bare named"},
		} {
			if got := codesOf(s, check.found); got != check.want {
				t.Errorf("%s: %s, want %s", name, got, check.want)
			}
		}
		known := map[string]string{"far": "time zones", "idle": "business hours, time zones", "named": "store names", "later": "business hours", "special": "special days"}
		for _, n := range q.NeverPolled {
			if got := strings.Join(s.KnownFrom(n), ", "); got != known[s.Stores[n].Code] {
				t.Errorf("store %s is known from %q", s.Stores[n].Code, got)
			}
		}
		if q := qualityOf(t, snapshotAt(t, db, at("2023-01-25 17:59:59"))); codesOf(q.Snapshot, q.NeverPolled) != "all bare far idle later named special zoned" {
			t.Errorf("before the first poll, never polled: %s", codesOf(q.Snapshot, q.NeverPolled))
		}
	})
}

func TestNoGroupIsMissedWhereThereAreNone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, namesFile("1,Joe's,,", "2,Ann's,,"))
		if q := qualityOf(t, snapshotAt(t, db, 0)); len(q.NoGroup) != 0 {
			t.Errorf("%d stores miss a group", len(q.NoGroup))
		}
	})
}

func TestSilenceIsTimeSinceTheLastPollAndWhatWasOpenOfIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile(
				"newest,active,2023-01-25 18:00:00 UTC",
				"night,active,2023-01-24 20:00:00 UTC", // Tuesday, after it closed
				"shut,active,2023-01-24 17:00:00 UTC",
				"always,inactive,2023-01-24 17:00:00 UTC",
				"gone,active,2023-01-02 17:00:00 UTC",
			),
			hoursFile("night,1,09:00,17:00", "night,2,10:00,17:00", "shut,0,09:00,17:00"),
			zonesFile("night,UTC", "shut,UTC", "always,UTC", "newest,UTC", "gone,UTC"))
		q := qualityOf(t, snapshotAt(t, db, 0))
		find := func(code string) int { n, _ := q.Find(code); return n }
		want := []figures.Silence{
			{Store: find("gone"), For: 9 * uptime.Day, Since: models.InstantAt(at("2023-01-16 18:00")), Open: 9 * uptime.Day},
			{Store: find("always"), LastPollAt: models.InstantAt(at("2023-01-24 17:00")), For: 25 * uptime.Hour, Since: models.InstantAt(at("2023-01-24 17:00")), Open: 25 * uptime.Hour},
			{Store: find("night"), LastPollAt: models.InstantAt(at("2023-01-24 20:00")), For: 22 * uptime.Hour, Since: models.InstantAt(at("2023-01-25 10:00")), Open: 7 * uptime.Hour},
			{Store: find("shut"), LastPollAt: models.InstantAt(at("2023-01-24 17:00")), For: 25 * uptime.Hour},
		}
		if diff := cmp.Diff(want, q.Silences); diff != "" {
			t.Errorf("silences (-want +got):\n%s", diff)
		}
		for hours, want := range map[uptime.Micros]int{1: 4, 22: 3, 24: 3, 25: 1, 168: 1} {
			if got := len(q.SilentFor(hours * uptime.Hour)); got != want {
				t.Errorf("silent for %d hours: %d, want %d", hours, got, want)
			}
		}
	})
}

func TestPollsOutsideHoursAreCountedInTheLastWeek(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile(
				"day,active,2023-01-25 18:00:00 UTC",
				"day,active,2023-01-25 17:00:00 UTC", // as it closes: outside
				"day,active,2023-01-25 09:00:00 UTC", // as it opens: inside
				"day,active,2023-01-18 18:00:00 UTC", // as the week begins: outside
				"day,active,2023-01-18 17:59:59 UTC", // before the week
				"wrong,active,2023-01-25 08:00:00 UTC",
				"wrong,active,2023-01-24 08:00:00 UTC",
				"good,active,2023-01-25 12:00:00 UTC",
				"open,active,2023-01-25 03:00:00 UTC",
			),
			hoursFile("day,2,09:00,17:00", "wrong,2,09:00,17:00", "good,2,09:00,17:00"),
			zonesFile("day,UTC", "wrong,UTC", "good,UTC", "open,UTC"))
		q := qualityOf(t, snapshotAt(t, db, 0))
		day, _ := q.Find("day")
		wrong, _ := q.Find("wrong")
		want := []figures.OutsidePolls{{Store: day, Polls: 4, Outside: 3}, {Store: wrong, Polls: 2, Outside: 2}}
		if diff := cmp.Diff(want, q.Outside); diff != "" {
			t.Errorf("polls outside hours (-want +got):\n%s", diff)
		}
		if got := want[0].Percent(); got != "75.00" {
			t.Errorf("share = %s", got)
		}
	})
}

// hoursOf are rows of one day, as 09:00-17:00.
func hoursOf(day int, rows ...string) []uptime.Hours {
	var list []uptime.Hours
	for _, row := range rows {
		h := uptime.Hours{Day: day}
		for n, text := range strings.Split(row, "-") {
			var hour, minute, second int
			if _, err := fmt.Sscanf(text+":00", "%d:%d:%d", &hour, &minute, &second); err != nil {
				panic(err)
			}
			if n == 0 {
				h.Start = hour*3600 + minute*60 + second
			} else {
				h.End = hour*3600 + minute*60 + second
			}
		}
		list = append(list, h)
	}
	return list
}

func TestOddRows(t *testing.T) {
	for name, tt := range map[string]struct {
		rows []string
		want string
	}{
		"usual":                        {[]string{"09:00-17:00"}, ""},
		"split":                        {[]string{"11:00-14:00", "17:00-23:59"}, ""},
		"overnight":                    {[]string{"18:00-02:00"}, ""},
		"all day":                      {[]string{"00:00-00:00"}, ""},
		"rows that touch":              {[]string{"09:00-12:00", "12:00-17:00"}, ""},
		"five minutes":                 {[]string{"09:00-09:05"}, ""},
		"one minute":                   {[]string{"09:00-09:01"}, "09:00 1.00 [too_short]"},
		"a second":                     {[]string{"09:00:00-09:00:01"}, "09:00 0.02 [too_short]"},
		"the last minute":              {[]string{"23:59-23:59:30"}, "23:59 1.00 [too_short]"},
		"overlapping":                  {[]string{"12:00-17:00", "09:00-13:00"}, "09:00 240.00 [overlap], 12:00 300.00 [overlap]"},
		"one in the other":             {[]string{"00:00-00:00", "09:00-17:00"}, "00:00 1440.00 [overlap], 09:00 480.00 [overlap]"},
		"the same in other words":      {[]string{"18:00-23:59", "18:00-00:00"}, "18:00 360.00 [duplicate], 18:00 360.00 [duplicate]"},
		"two nights":                   {[]string{"00:00-23:00", "23:00-22:00"}, "00:00 1380.00 [too_much], 23:00 1380.00 [too_much]"},
		"short, and inside of another": {[]string{"09:00-17:00", "10:00-10:02"}, "09:00 480.00 [overlap], 10:00 2.00 [too_short overlap]"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range figures.OddRows(hoursOf(3, tt.rows...)) {
				got = append(got, fmt.Sprintf("%02d:%02d %s %v", r.Start/3600, r.Start/60%60, r.Length.Minutes(), r.Oddities))
			}
			if joined := strings.Join(got, ", "); joined != tt.want {
				t.Errorf("%s, want %s", joined, tt.want)
			}
		})
	}
	if odd := figures.OddRows(append(hoursOf(0, "09:00-17:00"), hoursOf(1, "09:00-17:00")...)); len(odd) != 0 {
		t.Errorf("the same hours on two days are odd: %v", odd)
	}
}

// Rows of a day overlap if the engine makes less of them than they are long.
func TestRowsOverlapWhereTheirOpeningsAreShorterThanTheyAre(t *testing.T) {
	wednesday := uptime.Span{From: at("2023-01-18 00:00"), To: at("2023-01-18 23:59")}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uptime.Hours {
			quarter := rapid.IntRange(0, 95)
			return uptime.Hours{Day: 2, Start: 900 * quarter.Draw(t, "start"), End: 900 * quarter.Draw(t, "end")}
		}), 1, 4).Draw(t, "rows")
		odd := figures.OddRows(rows)
		if diff := cmp.Diff(odd, figures.OddRows(rapid.Permutation(rows).Draw(t, "shuffled"))); diff != "" {
			t.Fatalf("in another order:\n%s", diff)
		}
		var length, open uptime.Micros
		for _, h := range rows {
			start, end := h.Seconds()
			length += uptime.Micros(end-start) * uptime.Second
		}
		for _, s := range uptime.Openings(uptime.NewZone(time.UTC, wednesday), uptime.Weekly(rows), wednesday) {
			open += s.Length()
		}
		overlaps := slices.ContainsFunc(odd, func(r figures.OddRow) bool {
			return slices.Contains(r.Oddities, figures.Overlap) || slices.Contains(r.Oddities, figures.Duplicate)
		})
		if overlaps != (open < length) {
			t.Fatalf("overlap: %t; open for %s hours of %s", overlaps, open.Hours(), length.Hours())
		}
	})
}

func TestConflictsAreFoundByImport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC", "2,active,2023-01-25 17:00:00 UTC"))
		load(t, db, pollsFile("3,active,2023-01-25 18:00:00 UTC"))
		load(t, db, pollsFile("2,inactive,2023-01-25 17:00:00 UTC", "=2,active,2023-01-25 17:00:00 UTC", "=2,inactive,2023-01-25 17:00:00 UTC"))
		sum, err := db.ConflictSum(ctx)
		if err != nil || sum != (models.ConflictSum{Imports: 2, Polls: 3}) {
			t.Errorf("%+v (%v), want 3 polls in 2 imports", sum, err)
		}
		first, err := db.ConflictingImports(ctx, models.ListPlace{}, 0, 1)
		if err != nil || len(first) != 1 || first[0].Conflicting != 2 || len(first[0].Files) != 1 {
			t.Fatalf("%+v (%v), want the newest import with conflicts", first, err)
		}
		second, err := db.ConflictingImports(ctx, first[0].ListPlace(), 0, 10)
		if err != nil || len(second) != 1 || second[0].Conflicting != 1 {
			t.Fatalf("%+v (%v), want the one before it", second, err)
		}
		skipped, err := db.ConflictingImports(ctx, models.ListPlace{}, 1, 10)
		if err != nil || len(skipped) != 1 || skipped[0].ID != second[0].ID {
			t.Errorf("%+v (%v), want the second", skipped, err)
		}
		var csv strings.Builder
		if err := reports.WriteConflictsCSV(ctx, db, &csv); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(csv.String(), "\n"); got != 4 || !strings.Contains(csv.String(), ",2,'=2,2023-01-25T17:00:00Z\n") {
			t.Errorf("CSV of %d lines:\n%s", got, csv.String())
		}
	})
}

func TestChecksAsCSV(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile("=1+1,active,2023-01-25 18:00:00 UTC", "shut,active,2023-01-24 16:00:00 UTC"),
			hoursFile("shut,0,09:00,17:00", "shut,0,16:59,17:01", "idle,6,09:00,17:00"),
			namesFile("shut,Shut,Chain,Boise", "idle,Idle,,"))
		q := qualityOf(t, snapshotAt(t, db, 0))
		const who = "store_id,name,group,city"
		for check, want := range map[figures.Check]string{
			figures.CheckNoHours:      who + "\n'=1+1,,,\n",
			figures.CheckNoZone:       who + "\n'=1+1,,,\nshut,Shut,Chain,Boise\n",
			figures.CheckNoGroup:      who + "\nidle,Idle,,\n",
			figures.CheckNeverPolled:  who + ",known_from\nidle,Idle,,,business hours; store names\n",
			figures.CheckSilent:       who + ",last_poll,silent_hours,open_hours,open_since\nshut,Shut,Chain,Boise,2023-01-24T16:00:00Z,26.00,0.00,\n",
			figures.CheckOutsideHours: who + ",polls_last_week,outside_hours,outside_percent\nshut,Shut,Chain,Boise,1,1,100.00\n",
			figures.CheckOddIDs:       who + ",fault,looks_like\n'=1+1,,,,formula,\n",
			figures.CheckOddHours: who + ",weekday,opens,closes,minutes,faults\nshut,Shut,Chain,Boise,Monday,09:00:00,17:00:00,480.00,overlap\n" +
				"shut,Shut,Chain,Boise,Monday,16:59:00,17:01:00,2.00,too_short; overlap\n",
		} {
			var csv strings.Builder
			if err := reports.WriteQualityCSV(q, &csv, check, 24*uptime.Hour); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, csv.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", check, diff)
			}
		}
	})
}
