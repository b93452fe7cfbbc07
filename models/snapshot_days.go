package models

import "lightson/models/uptime"

// A LocalDay is a calendar date in a store's zone, and the time that it lasts:
// 23 or 25 hours where the clocks change.
type LocalDay struct {
	uptime.Span
	Date uptime.Date
}

// LocalDays are the latest count local dates of store n, oldest first. The last
// is the one that AsOf is on, to its end.
func (s *Snapshot) LocalDays(n, count int) []LocalDay {
	zone := s.zones[s.Stores[n].ZoneName()]
	today := uptime.DateOf(s.AsOf.Time().In(zone.location).Date())
	days := make([]LocalDay, count)
	for i := range days {
		date := today - uptime.Date(count-1-i)
		days[i] = LocalDay{uptime.Span{From: zone.offsets.Instant(date, 0), To: zone.offsets.Instant(date+1, 0)}, date}
	}
	return days
}

// LocalTime is when the clocks of store n show a second of a date.
func (s *Snapshot) LocalTime(n int, date uptime.Date, second int) uptime.Instant {
	return s.zones[s.Stores[n].ZoneName()].offsets.Instant(date, second)
}
