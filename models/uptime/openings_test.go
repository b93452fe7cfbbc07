package uptime_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lightson/models/uptime"
)

func TestOpenings(t *testing.T) {
	// 2023-01-23 is a Monday; Chicago is six hours behind.
	monday := span("2023-01-23 06:00", "2023-01-24 06:00")
	spring := span("2023-03-12 06:00", "2023-03-13 05:00")
	always := []uptime.Span{uptime.Always}
	closedOnSundaysAtTwo := rows("Mon 00:00-00:00", "Tue 00:00-00:00", "Wed 00:00-00:00", "Thu 00:00-00:00",
		"Fri 00:00-00:00", "Sat 00:00-00:00", "Sun 00:00-02:00", "Sun 03:00-00:00")
	tests := map[string]struct {
		zone  string // America/Chicago where empty
		hours []uptime.Hours
		over  uptime.Span
		want  []uptime.Span
	}{
		"no rows are always open": {"", nil, monday, always},
		"a day without a row is closed": {
			"", rows("Tue 09:00-17:00"), monday, nil,
		},
		"an opening is whole where it meets": {
			"", rows("Mon 09:00-17:00"), span("2023-01-23 16:00", "2023-01-23 17:00"),
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-23 23:00")},
		},
		"one that only touches does not meet": {
			"", rows("Mon 09:00-17:00", "Tue 09:00-17:00"), span("2023-01-23 23:00", "2023-01-24 15:00"), nil,
		},
		"overlapping and touching rows are one, in any order": {
			"", rows("Mon 16:00-20:00", "Mon 09:00-13:00", "Mon 12:00-16:00", "Mon 10:00-11:00"), monday,
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-24 02:00")},
		},
		"an end before the start is the next day": {
			"", rows("Mon 18:00-02:00"), monday,
			[]uptime.Span{span("2023-01-24 00:00", "2023-01-24 08:00")},
		},
		"Sunday night runs into Monday": {
			"", rows("Sun 18:00-02:00"), monday,
			[]uptime.Span{span("2023-01-23 00:00", "2023-01-23 08:00")},
		},
		"equal times are 24 hours": {
			"", rows("Mon 09:00-09:00"), monday,
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-24 15:00")},
		},
		"equal times of 23:59 are 24 hours, not a minute": {
			"", rows("Mon 23:59-23:59"), monday,
			[]uptime.Span{span("2023-01-24 05:59", "2023-01-25 05:59")},
		},
		"an end of 23:59 is midnight": {
			"", rows("Mon 09:00-23:59"), monday,
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-24 06:00")},
		},
		"an end of 23:58:59 is just that": {
			"", rows("Mon 09:00-23:58:59"), monday,
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-24 05:58:59")},
		},
		"an end of 23:59 before a start of 23:59:30 is still the same midnight": {
			"", rows("Mon 23:59:30-23:59"), monday,
			[]uptime.Span{span("2023-01-24 05:59:30", "2023-01-24 06:00")},
		},
		"an end of midnight is the next day": {
			"", rows("Mon 09:00-00:00"), monday,
			[]uptime.Span{span("2023-01-23 15:00", "2023-01-24 06:00")},
		},
		"seven whole days are always open": {"", rows("daily 00:00-23:59"), monday, always},
		"seven nights and seven days are always open": {
			"", rows("daily 06:00-18:00", "daily 18:00-06:00"), monday, always,
		},
		"one minute a week is a gap": {
			"", append(rows("daily 00:00-00:00")[1:], rows("Mon 00:01-00:00")...), monday,
			[]uptime.Span{span("2023-01-23 06:01", "2023-01-30 06:00")},
		},
		"the gap of a week vanishes in spring": {
			"", closedOnSundaysAtTwo, spring,
			[]uptime.Span{span("2023-03-05 09:00", "2023-03-19 07:00")},
		},
		"two weeks are whole when only their last hour is asked": {
			"", closedOnSundaysAtTwo, span("2023-03-19 06:00", "2023-03-19 07:00"),
			[]uptime.Span{span("2023-03-05 09:00", "2023-03-19 07:00")},
		},
		"two weeks are whole when only their first hour is asked": {
			"", closedOnSundaysAtTwo, span("2023-03-05 09:00", "2023-03-05 10:00"),
			[]uptime.Span{span("2023-03-05 09:00", "2023-03-19 07:00")},
		},
		"a row that opens in the gap comes after one that opens when it ends": {
			"", rows("Sun 02:30-05:00", "Sun 03:00-04:00"), spring,
			[]uptime.Span{span("2023-03-12 08:00", "2023-03-12 10:00")},
		},
		"an opening that lies in the gap is moved": {
			"", rows("Sun 02:15-02:45"), spring,
			[]uptime.Span{span("2023-03-12 08:15", "2023-03-12 08:45")},
		},
		"one that would end before it begins is dropped": {"", rows("Sun 02:30-03:00"), spring, nil},
		"one that is the gap is dropped":                 {"", rows("Sun 02:00-03:00"), spring, nil},
		"a whole day is 23 hours in spring": {
			"", rows("Sun 00:00-00:00"), spring,
			[]uptime.Span{span("2023-03-12 06:00", "2023-03-13 05:00")},
		},
		"a day that was left out is open the day after": {
			"Pacific/Apia", rows("Fri 09:00-17:00"), span("2011-12-29 00:00", "2012-01-02 00:00"),
			[]uptime.Span{span("2011-12-30 19:00", "2011-12-31 03:00")},
		},
		"closed only on a day that was left out": {
			"Pacific/Apia", rows("Mon 00:00-00:00", "Tue 00:00-00:00", "Wed 00:00-00:00", "Thu 00:00-00:00", "Sat 00:00-00:00", "Sun 00:00-00:00"), span("2011-12-30 00:00", "2011-12-31 00:00"),
			[]uptime.Span{span("2011-12-24 10:00", "2012-01-05 10:00")},
		},
		"half an hour was left out on Lord Howe Island": {
			"Australia/Lord_Howe", rows("Sun 01:00-03:00"), span("2023-09-30 12:00", "2023-10-01 12:00"),
			[]uptime.Span{span("2023-09-30 14:30", "2023-09-30 16:00")},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.zone == "" {
				tt.zone = "America/Chicago"
			}
			got := uptime.Openings(uptime.NewZone(location(tt.zone), tt.over), uptime.Weekly(tt.hours), tt.over)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("openings differ (-want +got):\n%s\ngot:%s", diff, describe(got))
			}
		})
	}
}

func TestOpeningsOfADayAreTheSameWhateverElseIsAsked(t *testing.T) {
	for seed := range uint64(300) {
		s := seeded(3e6 + seed).scene(1)
		day := uptime.Span{From: s.asOf.Add(-uptime.Day), To: s.asOf}
		var want []uptime.Span
		for _, o := range s.openingsOver(uptime.Span{From: day.From.Add(-3 * uptime.Week), To: day.To.Add(3 * uptime.Week)}) {
			if !o.Clip(day).Empty() {
				want = append(want, o)
			}
		}
		if diff := cmp.Diff(want, s.openingsOver(day), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("openings differ (-of six weeks +of a day):\n%s\n%s", diff, s)
		}
	}
}
