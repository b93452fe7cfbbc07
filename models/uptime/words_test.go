package uptime_test

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/uptime"
	iana "lightson/models/zones"
)

// The tests write hours, polls and instants as people would. Anything they
// misspell panics.

// location is the zone of an IANA name.
func location(name string) *time.Location {
	loc, err := iana.Location(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// at reads "2023-01-23 16:14", with or without seconds, as UTC.
func at(s string) uptime.Instant {
	layout := "2006-01-02 15:04"
	if strings.Count(s, ":") == 2 {
		layout = "2006-01-02 15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		panic(err)
	}
	return uptime.At(t)
}

// span reads two instants.
func span(from, to string) uptime.Span { return uptime.Span{From: at(from), To: at(to)} }

// rows reads "Mon 09:00-12:00", or "daily 09:00-17:00" for seven of them.
func rows(lines ...string) []uptime.Hours {
	var hours []uptime.Hours
	for _, line := range lines {
		day, times, _ := strings.Cut(line, " ")
		start, end, _ := strings.Cut(times, "-")
		for i, name := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
			if day == name || day == "daily" {
				hours = append(hours, uptime.Hours{Day: i, Start: clock(start), End: clock(end)})
			}
		}
	}
	return hours
}

// clock reads "09:00" or "23:59:59" as seconds since midnight.
func clock(s string) int {
	var h, m, sec int
	if n, _ := fmt.Sscanf(s, "%d:%d:%d", &h, &m, &sec); n < 2 {
		panic("not a time: " + s)
	}
	return h*3600 + m*60 + sec
}

// polls reads "2023-01-23 16:14 a", a for active, i for inactive.
func polls(lines ...string) []uptime.Poll {
	var ps []uptime.Poll
	for _, line := range lines {
		i := strings.LastIndex(line, " ")
		ps = append(ps, uptime.Poll{At: at(line[:i]), Active: line[i+1:] == "a"})
	}
	return ps
}

// every gives active polls at each whole step of the ten days until asOf.
func every(step time.Duration, asOf string) []uptime.Poll {
	var ps []uptime.Poll
	last := at(asOf).Time().Truncate(step)
	for t := last.AddDate(0, 0, -10); !t.After(last); t = t.Add(step) {
		ps = append(ps, uptime.Poll{At: uptime.At(t), Active: true})
	}
	return ps
}
