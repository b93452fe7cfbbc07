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
	Polls    []uptime.Poll // sorted: all that speak in it, and one before and after where it matters
	Excused  []uptime.Span // the time inside corrections, in order and apart
	Calendar uptime.Calendar

	zone zone
	near uptime.Micros
}

// StoreDays are those of store n that the snapshot has: for the time of its Span.
func (s *Snapshot) StoreDays(n int) (StoreDays, error) { return s.period.storeDays(n) }

func (p *period) storeDays(n int) (StoreDays, error) {
	polls, err := p.appendPolls(nil, n)
	z := p.zoneOf(n)
	return StoreDays{
		AsOf: p.asOf, Location: z.location, Openings: p.openings[n], Polls: polls,
		Excused: p.excused[n], Calendar: p.calendars[n], zone: z, near: p.near,
	}, err
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

// History is what is known of the store, without corrections.
func (d StoreDays) History() uptime.History {
	return uptime.History{Openings: d.Openings, Polls: d.Polls, AsOf: d.AsOf, Near: d.near}
}

// Corrected is what is known of the store, with its corrections.
func (d StoreDays) Corrected() uptime.History {
	h := d.History()
	h.Excused = d.Excused
	return h
}

// Measure computes the raw figures of some spans, in their order.
func (d StoreDays) Measure(spans ...uptime.Span) []uptime.Figures {
	return measureEach(d.History(), spans)
}

// MeasureCorrected computes the corrected figures of some spans, in their order.
func (d StoreDays) MeasureCorrected(spans ...uptime.Span) []uptime.Figures {
	return measureEach(d.Corrected(), spans)
}

// measureEach walks each span by itself: one walk over a year of days would compare every
// piece with every day.
func measureEach(h uptime.History, spans []uptime.Span) []uptime.Figures {
	figures := make([]uptime.Figures, len(spans))
	for n := range spans {
		h.Measure(spans[n:n+1], figures[n:n+1])
	}
	return figures
}

// Walk visits the open time of a span, in order and cut into stretches of one
// state, whatever was corrected; see [uptime.History.Walk].
func (d StoreDays) Walk(within uptime.Span, visit func(uptime.Stretch)) {
	d.History().Walk(within, visit)
}

// Outages are the outages of a span, in order and cut to it, whatever was corrected.
func (d StoreDays) Outages(within uptime.Span) []uptime.Outage { return d.History().Outages(within) }
