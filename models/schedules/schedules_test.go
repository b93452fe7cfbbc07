package schedules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/zones"
)

func TestAChoiceIsAlwaysOrADate(t *testing.T) {
	for _, text := range []string{"", "always", "2023-01-24", "1970-01-01", "2100-01-01"} {
		if c, err := schedules.ParseChoice(text); err != nil || c.String() != text {
			t.Errorf("%q became %q, %v", text, c, err)
		}
	}
	for _, text := range []string{"Always", "ever", "2023-1-24", "2023-02-29", "1969-12-31", "2100-01-02", "24.01.2023", " 2023-01-24", "2023-01-24\x00"} {
		if c, err := schedules.ParseChoice(text); err == nil || !strings.HasPrefix(err.Error(), "expected always, or a date from 1970 to 2100 such as 2023-01-24, found ") {
			t.Errorf("%q became %q, %v", text, c, err)
		}
	}
}

func drawHours(t *rapid.T, label string) []uptime.Hours {
	row := rapid.Custom(func(t *rapid.T) uptime.Hours {
		if rapid.IntRange(0, 9).Draw(t, "closed") == 0 {
			return uptime.ClosedDay(rapid.IntRange(0, 6).Draw(t, "day"))
		}
		clock := rapid.SampledFrom([]int{0, 3600, 9 * 3600, 17 * 3600, 23 * 3600})
		return uptime.Hours{Day: rapid.IntRange(0, 6).Draw(t, "day"), Start: clock.Draw(t, "start"), End: clock.Draw(t, "end")}
	})
	return rapid.SliceOfN(row, 1, 5).Draw(t, label)
}

func drawSaid(t *rapid.T) schedules.Said {
	said := schedules.Said{Dated: map[uptime.Date][]uptime.Hours{}}
	if rapid.Bool().Draw(t, "undated") {
		said.Undated = drawHours(t, "undated rows")
	}
	for range rapid.IntRange(0, 2).Draw(t, "dates") {
		said.Dated[uptime.Date(rapid.IntRange(0, 20).Draw(t, "date"))] = drawHours(t, "dated rows")
	}
	return said
}

func drawWhen(t *rapid.T) schedules.When {
	when := schedules.When{Polled: rapid.Bool().Draw(t, "polled"), Newest: uptime.Date(rapid.IntRange(0, 20).Draw(t, "newest"))}
	switch rapid.IntRange(0, 3).Draw(t, "choice") {
	case 0:
		when.Choice.Always = true
	case 1:
		when.Choice = schedules.Choice{Dated: true, From: uptime.Date(rapid.IntRange(0, 20).Draw(t, "from"))}
	}
	return when
}

// Whatever is known and said: each row is counted once, the same said again changes
// nothing, and by the rule nothing changes before the newest poll's date but what dates say.
func TestWhatIsSaidTwiceIsSaidOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var known []uptime.Schedule
		for range rapid.IntRange(0, 3).Draw(t, "imports before") {
			known = schedules.Merge(known, drawSaid(t), drawWhen(t)).Schedules
		}
		said, when := drawSaid(t), drawWhen(t)
		rows := int64(len(said.Undated))
		for _, hours := range said.Dated {
			rows += int64(len(hours))
		}
		once := schedules.Merge(known, said, when)
		if sum := once.Kept + once.Duplicate + once.Conflicting; sum != rows {
			t.Fatalf("%d of %d rows are counted", sum, rows)
		}
		twice := schedules.Merge(once.Schedules, said, when)
		if !schedules.Equal(once.Schedules, twice.Schedules) || twice.Kept > 0 {
			t.Fatalf("once %v, twice %v", once.Schedules, twice.Schedules)
		}
		if when.Choice == (schedules.Choice{}) && when.Polled && len(known) > 0 {
			was, is := uptime.Calendar{Schedules: known}, uptime.Calendar{Schedules: once.Schedules}
			for date := uptime.Date(-2); date < when.Newest; date++ {
				began := false
				for from := range said.Dated {
					began = began || from <= date
				}
				if !began && !cmp.Equal(was.HoursOn(date), is.HoursOn(date)) {
					t.Fatalf("%v became %v on day %d", known, once.Schedules, date)
				}
			}
		}
		got, err := schedules.Unpack(schedules.Pack(once.Schedules))
		if diff := cmp.Diff(once.Schedules, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("packed: %v, want -, got +:\n%s", err, diff)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(schedules.Pack([]uptime.Schedule{{From: 3, Hours: []uptime.Hours{{Day: 1, Start: 2, End: 3}}}}))
	f.Fuzz(func(t *testing.T, packed []byte) {
		if list, err := schedules.Unpack(packed); err == nil && len(packed) > 0 && len(list) == 0 {
			t.Error("bytes without a schedule")
		}
		_, _ = schedules.UnpackHours(packed)
	})
}

// Every day is looked at by itself here, from its own openings.
func TestDaysDifferWhereTheirOwnOpeningsDo(t *testing.T) {
	chicago, err := zones.Location("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		first := uptime.DateOf(2023, time.March, rapid.IntRange(1, 20).Draw(t, "first")) // clocks change on the 12th
		last := first + uptime.Date(rapid.IntRange(-1, 12).Draw(t, "days"))
		around := uptime.Instant(first) * uptime.Instant(uptime.Day)
		zone := uptime.NewZone(chicago, uptime.Span{From: around, To: around.Add(20 * uptime.Day)})
		side := func(label string) schedules.Side {
			c := uptime.Weekly(drawHours(t, label))
			c.Special = []uptime.SpecialDay{{Date: first + 2, Hours: drawHours(t, "special")}}
			return schedules.Side{Zone: zone, Calendar: c}
		}
		a, b := side("before"), side("after")
		got := schedules.Differ(a, b, first, last)
		if len(got) != int(last-first+1) {
			t.Fatalf("%d days, want %d", len(got), last-first+1)
		}
		for n := range got {
			date := first + uptime.Date(n)
			day := uptime.Span{From: zone.Instant(date, 0), To: zone.Instant(date+1, 0)}
			within := func(s schedules.Side) (list []uptime.Span) {
				for _, o := range uptime.Openings(s.Zone, s.Calendar, day) {
					list = append(list, uptime.Span{From: max(o.From, day.From), To: min(o.To, day.To)})
				}
				return list
			}
			if differs := !cmp.Equal(within(a), within(b), cmpopts.EquateEmpty()); differs != got[n] {
				t.Fatalf("day %d: %v, want %v", n, got[n], differs)
			}
		}
	})
}
