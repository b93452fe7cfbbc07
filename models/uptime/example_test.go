package uptime_test

import (
	"fmt"
	"time"

	"lightson/models/uptime"
	iana "lightson/models/zones"
)

// This is the worked example of the README.
func ExampleHistory_Measure() {
	chicago, err := iana.Location("America/Chicago")
	if err != nil {
		panic(err)
	}
	monday := func(hour, minute int) time.Time {
		return time.Date(2023, time.January, 23, hour, minute, 0, 0, chicago)
	}
	clock := func(i uptime.Instant) string { return i.Time().In(chicago).Format("15:04") }

	hours := []uptime.Hours{{Day: 0, Start: 9 * 60 * 60, End: 12 * 60 * 60}}
	polls := []uptime.Poll{
		{At: uptime.At(monday(10, 14)), Active: true},
		{At: uptime.At(monday(11, 15)), Active: false},
	}
	now := uptime.At(monday(12, 0))

	windows := uptime.Windows(now)
	week := windows[uptime.LastWeek]
	openings := uptime.Openings(uptime.NewZone(chicago, week), uptime.Weekly(hours), week)
	var figures [uptime.WindowCount]uptime.Figures
	known := uptime.History{Openings: openings, Polls: polls, AsOf: now}
	known.Measure(windows[:], figures[:])

	for _, o := range openings {
		fmt.Printf("A store in Chicago is open on Monday from %s to %s.\n", clock(o.From), clock(o.To))
	}
	fmt.Printf("It was seen active at %s and inactive at %s; now is %s.\n", clock(polls[0].At), clock(polls[1].At), clock(now))

	var up uptime.Span // the only one of the last hour
	known.Walk(windows[uptime.LastHour], func(s uptime.Stretch) {
		if s.State == uptime.Up {
			up = s.Span
		}
	})

	in := func(m, unit uptime.Micros) float64 { return float64(m) / float64(unit) }
	f := figures[uptime.LastHour]
	fmt.Printf("Last hour: %g minutes up (%s–%s), %g down.\n", in(f.Up, uptime.Minute), clock(up.From), clock(up.To), in(f.Down, uptime.Minute))
	if figures[uptime.LastDay] == figures[uptime.LastWeek] {
		f = figures[uptime.LastWeek]
		fmt.Printf("Last day and week: %g hours up, %g down, and no data: %g.\n", in(f.Up, uptime.Hour), in(f.Down, uptime.Hour), in(f.NoData(), uptime.Hour))
	}
	if ratio, ok := f.Availability(); ok {
		fmt.Printf("Availability is up ÷ (up + down) = %g %%.\n", 100*ratio)
	}

	// Output:
	// A store in Chicago is open on Monday from 09:00 to 12:00.
	// It was seen active at 10:14 and inactive at 11:15; now is 12:00.
	// Last hour: 15 minutes up (11:00–11:15), 45 down.
	// Last day and week: 2.25 hours up, 0.75 down, and no data: 0.
	// Availability is up ÷ (up + down) = 75 %.
}
