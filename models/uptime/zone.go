package uptime

import (
	"sort"
	"time"
)

// A Zone turns the wall-clock times of one location into instants. It is
// built once for all stores of a zone and may be shared: it never changes.
type Zone struct {
	loc         *time.Location
	first, last Date     // the dates that periods can answer
	periods     []period // in order, without a hole
}

// A period is a time during which the location's clocks kept one offset. The
// next may have the same: years end periods, and so do new names of a zone.
type period struct {
	// What the clocks show when it begins and when it ends, in seconds since
	// 1970-01-01 00:00 of the local calendar. Where clocks are put back, a
	// period begins at an earlier hour than the one before it ends at.
	starts, ends int64
	offset       int64 // seconds east of UTC
}

// margin is how far around the asked stretch a zone is prepared. Openings
// looks at whole weeks around it; see there.
const margin = 5 * Week

// NewZone prepares the clock changes of loc over a stretch of time and some
// weeks around it. Times outside are answered as well, only slower.
func NewZone(loc *time.Location, over Span) *Zone {
	from, to := over.From.Add(-margin), over.To.Add(margin)
	z := &Zone{
		loc: loc,
		// No offset and no clock change is longer than a day, so two days
		// inside the prepared time both neighbours of a date are known.
		first: from.utcDate() + 2,
		last:  to.utcDate() - 2,
	}
	for t := from.Time().In(loc); At(t) < to; {
		end := unchangedUntil(t, to.Time())
		_, offset := t.Zone()
		z.periods = append(z.periods, period{
			starts: t.Unix() + int64(offset),
			ends:   end.Unix() + int64(offset),
			offset: int64(offset),
		})
		t = end.In(loc)
	}
	return z
}

// unchangedUntil is a time up to which the clocks keep the offset that they
// have at t: the next change or earlier; where none is to come, limit.
func unchangedUntil(t, limit time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() {
		return limit
	}
	if !end.After(t) {
		// Where a zone file lists no more changes, ZoneBounds goes by the
		// rule at its end and takes every year for 365 days: on 31 December
		// of a leap year it names that day's own beginning (go1.26).
		end = t.Add(24 * time.Hour)
	}
	return end
}

// Instant is when the clocks of the zone show second seconds after midnight
// of the date; 24:00 and later are on the days that follow. A time that
// occurs twice is the first of the two. One that does not exist is moved
// forward by the gap, that is, read with the offset from before it.
//
// time.Date does otherwise: inside a gap it lands before it.
func (z *Zone) Instant(date Date, second int) Instant {
	wall := int64(date)*secondsPerDay + int64(second)
	if wall < int64(z.first)*secondsPerDay || wall >= int64(z.last)*secondsPerDay {
		utc := Instant(wall) * Instant(Second)
		return NewZone(z.loc, Span{From: utc, To: utc}).Instant(date, second)
	}
	i := sort.Search(len(z.periods), func(i int) bool { return wall < z.periods[i].ends })
	if wall < z.periods[i].starts {
		i-- // the gap between two periods
	}
	return Instant(wall-z.periods[i].offset) * Instant(Second)
}
