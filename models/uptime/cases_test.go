package uptime_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lightson/models/uptime"
)

// These are the agreed examples. They are read as people wrote them: last
// hour in minutes, last day and last week in hours.
func TestTheAgreedCases(t *testing.T) {
	const (
		chicago = "America/Chicago"
		allZero = "0.00 / 0.00 / 0.00"
	)
	tests := map[string]struct {
		zone  string
		hours []uptime.Hours
		polls []uptime.Poll
		asOf  string

		up, down, noData string
	}{
		"1 two polls in one opening": {
			chicago, rows("Mon 09:00-12:00"),
			polls("2023-01-23 16:14 a", "2023-01-23 17:15 i"), "2023-01-23 18:00",
			"15.00 / 2.25 / 2.25", "45.00 / 0.75 / 0.75", allZero,
		},
		"2a winter in Chicago": {
			chicago, rows("daily 09:00-17:00"),
			polls("2023-01-23 15:10 a"), "2023-01-23 15:30",
			"30.00 / 0.50 / 0.50", allZero, "0.00 / 7.50 / 55.50",
		},
		"2b summer in Phoenix, which keeps no summer time": {
			"America/Phoenix", rows("daily 09:00-17:00"),
			polls("2023-07-10 16:10 a"), "2023-07-10 16:30",
			"30.00 / 0.50 / 0.50", allZero, "0.00 / 7.50 / 55.50",
		},
		"3a the night is short in spring": {
			chicago, rows("daily 00:00-06:00"),
			every(time.Hour, "2023-03-12 17:00"), "2023-03-12 17:00",
			"0.00 / 5.00 / 41.00", allZero, allZero,
		},
		"3b the night is long in autumn": {
			chicago, rows("daily 00:00-06:00"),
			every(time.Hour, "2023-11-05 18:00"), "2023-11-05 18:00",
			"0.00 / 7.00 / 43.00", allZero, allZero,
		},
		"3c opens at a time that does not exist": {
			chicago, rows("daily 02:30-10:00"),
			every(time.Hour, "2023-03-12 17:00"), "2023-03-12 17:00",
			"0.00 / 6.50 / 51.50", allZero, allZero,
		},
		"3d closes at a time that occurs twice": {
			chicago, rows("daily 22:00-01:30"),
			every(30*time.Minute, "2023-11-05 18:00"), "2023-11-05 18:00",
			"0.00 / 3.50 / 24.50", allZero, allZero,
		},
		"3e always open over a clock change": {
			chicago, nil,
			every(time.Hour, "2023-03-15 17:00"), "2023-03-15 17:00",
			"60.00 / 24.00 / 168.00", allZero, allZero,
		},
		"4 split shift": {
			chicago, rows("Tue 11:00-14:00", "Tue 17:00-22:00"),
			polls("2023-01-24 17:30 a", "2023-01-24 19:00 i", "2023-01-25 00:00 a", "2023-01-25 02:00 i"), "2023-01-25 06:00",
			"0.00 / 5.00 / 5.00", "0.00 / 3.00 / 3.00", allZero,
		},
		"5 closed at weekends": {
			chicago, rows("Mon 09:00-17:00", "Tue 09:00-17:00", "Wed 09:00-17:00", "Thu 09:00-17:00", "Fri 09:00-17:00"),
			every(time.Hour, "2023-01-22 18:00"), "2023-01-22 18:00",
			"0.00 / 0.00 / 40.00", allZero, allZero,
		},
		"6a overnight": {
			chicago, rows("Fri 18:00-02:00"),
			polls("2023-01-21 01:00 a", "2023-01-21 06:30 i"), "2023-01-21 07:00",
			"30.00 / 6.50 / 6.50", "30.00 / 0.50 / 0.50", "0.00 / 0.00 / 1.00",
		},
		"6b overnight in two rows, 23:59:59": {
			chicago, rows("Fri 18:00-23:59:59", "Sat 00:00-02:00"),
			polls("2023-01-21 01:00 a", "2023-01-21 06:30 i"), "2023-01-21 07:00",
			"30.00 / 6.50 / 6.50", "30.00 / 0.50 / 0.50", "0.00 / 0.00 / 1.00",
		},
		"6c overnight in two rows, 23:59": {
			chicago, rows("Fri 18:00-23:59", "Sat 00:00-02:00"),
			polls("2023-01-21 01:00 a", "2023-01-21 06:30 i"), "2023-01-21 07:00",
			"30.00 / 6.50 / 6.50", "30.00 / 0.50 / 0.50", "0.00 / 0.00 / 1.00",
		},
		"7a no hours rows, at a crooked time": {
			chicago, nil,
			every(time.Hour, "2023-01-25 18:13:22.47922"), "2023-01-25 18:13:22.47922",
			"60.00 / 24.00 / 168.00", allZero, allZero,
		},
		"7b seven rows until 23:59:59": {
			chicago, rows("daily 00:00-23:59:59"),
			every(time.Hour, "2023-01-25 06:30"), "2023-01-25 06:30",
			"60.00 / 24.00 / 168.00", allZero, allZero,
		},
		"7c seven rows of equal times": {
			chicago, rows("daily 00:00-00:00"),
			every(time.Hour, "2023-01-25 18:00"), "2023-01-25 18:00",
			"60.00 / 24.00 / 168.00", allZero, allZero,
		},
		"8 a poll reaches 24 hours": {
			chicago, nil,
			polls("2023-01-24 12:00 a"), "2023-01-25 18:00",
			"0.00 / 18.00 / 48.00", allZero, "60.00 / 6.00 / 120.00",
		},
		"9 no poll in the last hour": {
			chicago, nil,
			polls("2023-01-25 15:45 i", "2023-01-25 16:45 a"), "2023-01-25 18:00",
			"60.00 / 1.25 / 1.25", "0.00 / 22.75 / 25.00", "0.00 / 0.00 / 141.75",
		},
		"10 poll made while closed": {
			chicago, rows("daily 09:00-17:00"),
			polls("2023-01-23 22:00 a", "2023-01-24 09:00 i", "2023-01-24 15:30 a"), "2023-01-24 16:00",
			"60.00 / 8.00 / 9.00", allZero, "0.00 / 0.00 / 47.00",
		},
		"11 polls exactly at open and at close": {
			chicago, rows("Mon 09:00-17:00"),
			polls("2023-01-23 15:00 a", "2023-01-23 23:00 i"), "2023-01-23 23:30",
			"30.00 / 8.00 / 8.00", allZero, allZero,
		},
		"12 rolling, not calendar": {
			chicago, nil,
			polls("2023-01-24 10:00 i", "2023-01-24 18:00 a"), "2023-01-25 12:00",
			"60.00 / 18.00 / 18.00", "0.00 / 6.00 / 32.00", "0.00 / 0.00 / 118.00",
		},
		"13 flapping": {
			chicago, nil,
			polls("2023-01-25 17:00 a", "2023-01-25 17:10 i", "2023-01-25 17:25 a", "2023-01-25 17:30 i"), "2023-01-25 18:00",
			"15.00 / 23.25 / 24.25", "45.00 / 0.75 / 0.75", "0.00 / 0.00 / 143.00",
		},
		"14 less than a minute": {
			chicago, nil,
			polls("2023-01-25 17:00 a", "2023-01-25 17:59:15 i"), "2023-01-25 18:00",
			"59.25 / 23.99 / 24.99", "0.75 / 0.01 / 0.01", "0.00 / 0.00 / 143.00",
		},
		"15 the local day is not the UTC day": {
			chicago, rows("Mon 20:00-22:00"),
			polls("2023-01-24 03:00 a"), "2023-01-24 03:30",
			"60.00 / 1.50 / 1.50", allZero, "0.00 / 0.00 / 0.50",
		},
		"16 openings without a poll": {
			chicago, rows("daily 09:00-17:00"),
			polls("2023-01-23 16:00 i"), "2023-01-25 18:00",
			allZero, "0.00 / 0.00 / 8.00", "60.00 / 8.00 / 48.00",
		},
		"17 overlapping rows": {
			chicago, rows("Mon 09:00-13:00", "Mon 12:00-17:00"),
			polls("2023-01-23 16:00 a"), "2023-01-24 06:00",
			"0.00 / 8.00 / 8.00", allZero, allZero,
		},
		"18 eight local dates in one week": {
			chicago, rows("daily 09:00-17:00"),
			every(time.Hour, "2023-01-25 18:00"), "2023-01-25 18:00",
			"60.00 / 8.00 / 56.00", allZero, allZero,
		},
		"19 a poll only at the as-of instant": {
			chicago, nil,
			polls("2023-01-25 18:00 a"), "2023-01-25 18:00",
			"60.00 / 24.00 / 24.00", allZero, "0.00 / 0.00 / 144.00",
		},
		"20 no polls at all": {
			chicago, rows("daily 09:00-17:00"),
			nil, "2023-01-25 18:00",
			allZero, allZero, "60.00 / 8.00 / 56.00",
		},
		"21 midnight is missing in Beirut": {
			"Asia/Beirut", rows("daily 00:00-06:00"),
			every(30*time.Minute, "2023-03-26 12:00"), "2023-03-26 12:00",
			"0.00 / 5.00 / 41.00", allZero, allZero,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			asOf := at(tt.asOf)
			windows := uptime.Windows(asOf)
			zone := uptime.NewZone(location(tt.zone), windows[2])
			openings := uptime.Openings(zone, uptime.Weekly(tt.hours), windows[2])
			var got [3]uptime.Figures
			uptime.History{Openings: openings, Polls: tt.polls, AsOf: asOf}.Measure(windows[:], got[:])

			print := func(of func(uptime.Figures) uptime.Micros) string {
				return strings.Join([]string{of(got[0]).Minutes(), of(got[1]).Hours(), of(got[2]).Hours()}, " / ")
			}
			if got := print(func(f uptime.Figures) uptime.Micros { return f.Up }); got != tt.up {
				t.Errorf("up = %s, want %s", got, tt.up)
			}
			if got := print(func(f uptime.Figures) uptime.Micros { return f.Down }); got != tt.down {
				t.Errorf("down = %s, want %s", got, tt.down)
			}
			if got := print(uptime.Figures.NoData); got != tt.noData {
				t.Errorf("no data = %s, want %s", got, tt.noData)
			}
			if t.Failed() {
				t.Log("openings:", describe(openings))
			}
		})
	}
}

// describe prints spans so that people can read them.
func describe(spans []uptime.Span) string {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "\n\t%s – %s", s.From.Time().Format(time.RFC3339Nano), s.To.Time().Format(time.RFC3339Nano))
	}
	return b.String()
}
