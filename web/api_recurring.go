package web

import (
	"lightson/models/feed"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

// timesIn are the times of a body. What the kind of times does not use may be left out; what
// package recurring looks at is not looked at here.
func timesIn(every recurring.Every, day *int, clock, cron *string, zone string) (t recurring.Times, err error) {
	t = recurring.Times{Every: every, Day: deref(day), Cron: deref(cron), Zone: zone}
	if day == nil && (every == recurring.Weekly || every == recurring.Monthly) {
		return t, badParam("day", words.Said("0 (Monday) to 6 (Sunday) of a week, or 1 to 31 of a month"), "")
	}
	if every == recurring.ByCron {
		return t, nil
	}
	at, known := parseClock(deref(clock))
	if !known {
		return t, badParam("time", words.Said("a time such as 07:00"), feed.Shown(deref(clock)))
	}
	t.At = at
	return t, nil
}

// dayOf is the day of times that have one, else null.
func dayOf(t recurring.Times) *int {
	if t.Every != recurring.Weekly && t.Every != recurring.Monthly {
		return nil
	}
	return &t.Day
}

// clockOf is the time of the day of times that have one, else null.
func clockOf(t recurring.Times) *string {
	if t.Every == recurring.ByCron {
		return nil
	}
	return orNull(uptime.ClockText(t.At))
}
