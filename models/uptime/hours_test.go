package uptime_test

import (
	"testing"

	"lightson/models/uptime"
)

// What is typed means one thing, to whoever asks.
func TestAnEndIsOnTheDayOrOnTheNext(t *testing.T) {
	for typed, want := range map[[2]string]struct {
		start, end int
		nextDay    bool
	}{
		{"09:00", "17:00"}:       {9 * 3600, 17 * 3600, false},
		{"18:00", "02:00"}:       {18 * 3600, 26 * 3600, true},
		{"18:00", "00:00"}:       {18 * 3600, 24 * 3600, true},
		{"18:00", "23:59"}:       {18 * 3600, 24 * 3600, false},
		{"18:00", "23:58:59"}:    {18 * 3600, 24*3600 - 61, false},
		{"23:59:30", "23:59"}:    {24*3600 - 30, 24 * 3600, false},
		{"23:59:59", "23:59:30"}: {24*3600 - 1, 24 * 3600, false},
		{"23:59:30", "23:58"}:    {24*3600 - 30, 48*3600 - 120, true},
		{"23:59", "23:59"}:       {24*3600 - 60, 48*3600 - 60, true},
		{"00:00", "00:00"}:       {0, 24 * 3600, true},
		{"09:00", "09:00"}:       {9 * 3600, 33 * 3600, true},
	} {
		h := uptime.Hours{Start: clock(typed[0]), End: clock(typed[1])}
		if start, end := h.Seconds(); start != want.start || end != want.end || h.EndsNextDay() != want.nextDay {
			t.Errorf("%v: from %d to %d, next day: %t; want %+v", typed, start, end, h.EndsNextDay(), want)
		}
	}
}
