package figures

import (
	"time"

	"lightson/models/uptime"
)

// StoreDays are the openings and polls of one store in some time: enough to draw
// its days, to list its outages and to show how its figures were computed.
type StoreDays struct {
	AsOf     uptime.Instant // no time at or after it is judged
	Location *time.Location
	Openings []uptime.Span // those that meet the time, each whole
	Polls    []uptime.Poll // sorted: all that speak in it, and one before where it matters

	zone zone
}

// StoreDays are those of store n that the snapshot has: for the time of its Span.
func (s *Snapshot) StoreDays(n int) (StoreDays, error) { return s.period.storeDays(n) }

func (p *period) storeDays(n int) (StoreDays, error) {
	polls, err := p.appendPolls(nil, n)
	z := p.zoneOf(n)
	return StoreDays{AsOf: p.asOf, Location: z.location, Openings: p.openings[n], Polls: polls, zone: z}, err
}

// Today is the store's local date at the as-of instant.
func (d StoreDays) Today() uptime.Date { return d.zone.date(d.AsOf) }

// Day is a date in the store's zone.
func (d StoreDays) Day(date uptime.Date) LocalDay { return d.zone.day(date) }

// Days are the dates from first to last, both included.
func (d StoreDays) Days(first, last uptime.Date) []LocalDay { return d.zone.days(first, last) }

// LocalTime is the instant at which the store's clocks show a second of a date,
// counted from midnight.
func (d StoreDays) LocalTime(date uptime.Date, second int) uptime.Instant {
	return d.zone.offsets.Instant(date, second)
}

// Measure computes the figures of some spans, in their order. Each is walked by
// itself: one walk over a year of days would compare every stretch with every day.
func (d StoreDays) Measure(spans ...uptime.Span) []uptime.Figures {
	figures := make([]uptime.Figures, len(spans))
	for n := range spans {
		uptime.Measure(d.Openings, d.Polls, d.AsOf, spans[n:n+1], figures[n:n+1])
	}
	return figures
}

// Walk visits the open time of a span, in order and cut into stretches of one
// state, see uptime.Walk.
func (d StoreDays) Walk(within uptime.Span, visit func(uptime.Stretch)) {
	uptime.Walk(d.Openings, d.Polls, d.AsOf, within, visit)
}

// Outages are the outages of a span, in order and cut to it.
func (d StoreDays) Outages(within uptime.Span) []uptime.Span {
	return uptime.Outages(d.Openings, d.Polls, d.AsOf, within)
}
