package schedules_test

import (
	"strings"
	"testing"

	"lightson/models/schedules"
	"lightson/models/uptime"
)

func TestHoursAreWordedInOneLine(t *testing.T) {
	row := func(day, start, end int) uptime.Hours {
		return uptime.Hours{Day: day, Start: start * 3600, End: end * 3600}
	}
	for want, hours := range map[string][]uptime.Hours{
		"":                nil,
		"Mon 09:00–17:00": {row(0, 9, 17)},
		"Mon–Tue 09:00–17:00, Thu 10:00–14:00": {row(0, 9, 17), row(1, 9, 17), row(3, 10, 14)},
		"Sun 09:00–12:00 and 13:00–17:00":      {row(6, 9, 12), row(6, 13, 17)},
	} {
		if got := schedules.Text(hours); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A file can have any number of rows for one day. A text that grew with each of them
// would take time and memory by their square.
func TestManyRowsOfADayAreWordedShortly(t *testing.T) {
	hours := make([]uptime.Hours, 50_000)
	for n := range hours {
		hours[n] = uptime.Hours{Day: n % 7, Start: n, End: 86_000}
	}
	var text string
	allocations := testing.AllocsPerRun(1, func() { text = schedules.Text(hours) })
	if len(text) > 3000 || !strings.Contains(text, " and 7131 more, Tue ") || allocations > 1000 {
		t.Errorf("%.0f allocations for %d bytes: %.1000s", allocations, len(text), text)
	}
}
