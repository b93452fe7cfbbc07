package figures

import (
	"time"

	"lightson/models/uptime"
)

// A StoreDays is what is at hand of one store for some time: enough to draw its days,
// to list its outages and to show how its figures were computed.
type StoreDays struct {
	AsOf     uptime.Instant // no time at or after it is judged
	Location *time.Location
	Openings []uptime.Span // those that meet the time, whole
	Polls    []uptime.Poll // sorted: all that speak in it, and one before where it matters

	zone zone
}

// StoreDays is what the snapshot has of store n, for the time of its Span.
func (s *Snapshot) StoreDays(n int) (StoreDays, error) { return s.period.storeDays(n) }

func (e *period) storeDays(n int) (StoreDays, error) {
	polls, err := e.appendPolls(nil, n)
	zone := e.zoneOf(n)
	return StoreDays{AsOf: e.asOf, Location: zone.location, Openings: e.openings[n], Polls: polls, zone: zone}, err
}

// Today is the date that the store is on at the as-of instant.
func (p StoreDays) Today() uptime.Date { return p.zone.date(p.AsOf) }

// Day is a date as it is lived where the store is.
func (p StoreDays) Day(date uptime.Date) LocalDay { return p.zone.day(date) }

// Days are the dates from first to last.
func (p StoreDays) Days(first, last uptime.Date) []LocalDay { return p.zone.days(first, last) }

// LocalTime is when the clocks of the store show a second of a date.
func (p StoreDays) LocalTime(date uptime.Date, second int) uptime.Instant {
	return p.zone.offsets.Instant(date, second)
}

// Measure computes the figures of some spans. Each is walked by itself: of a
// year of days, one walk would ask each stretch about every day.
func (p StoreDays) Measure(spans ...uptime.Span) []uptime.Figures {
	figures := make([]uptime.Figures, len(spans))
	for n := range spans {
		uptime.Measure(p.Openings, p.Polls, p.AsOf, spans[n:n+1], figures[n:n+1])
	}
	return figures
}

// Walk visits the open time of a span, cut into stretches.
func (p StoreDays) Walk(within uptime.Span, visit func(uptime.Stretch)) {
	uptime.Walk(p.Openings, p.Polls, p.AsOf, within, visit)
}

// Outages are those of a span, in order, as far as they lie in it.
func (p StoreDays) Outages(within uptime.Span) []uptime.Span {
	return uptime.Outages(p.Openings, p.Polls, p.AsOf, within)
}
