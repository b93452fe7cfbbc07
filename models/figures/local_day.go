package figures

import "lightson/models/uptime"

// A LocalDay is a calendar date in a store's zone, and the time that it lasts:
// 23 or 25 hours where the clocks change.
type LocalDay struct {
	uptime.Span
	Date uptime.Date
}

// date is the date that the clocks of the zone show at an instant.
func (z zone) date(at uptime.Instant) uptime.Date {
	return uptime.DateOf(at.Time().In(z.location).Date())
}

// day is a date and the time that it lasts in the zone.
func (z zone) day(date uptime.Date) LocalDay {
	return LocalDay{uptime.Span{From: z.offsets.Instant(date, 0), To: z.offsets.Instant(date+1, 0)}, date}
}

// days are the dates from first to last, both included.
func (z zone) days(first, last uptime.Date) []LocalDay {
	days := make([]LocalDay, 0, max(0, last-first+1))
	for date := first; date <= last; date++ {
		days = append(days, z.day(date))
	}
	return days
}
