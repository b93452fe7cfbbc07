package web

import (
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// A moment is when a page is shown, and as of when its figures are. Today is the
// local day of the as-of instant: figures of old data are not about now.
type moment struct {
	asOf  uptime.Instant
	known bool // false where there are no polls; then asOf is 0
	now   time.Time
	every time.Duration // how often stores are polled
}

func newMoment(asOf models.OptionalInstant, now time.Time, pollEvery uptime.Micros) moment {
	return moment{asOf.At, asOf.Known, now, time.Duration(pollEvery) * time.Microsecond}
}

// staleAfter is how old data may become before pages speak of old data: two polls missed.
func (m moment) staleAfter() time.Duration { return 2 * m.every }

// old reports whether the data are too old to speak of now.
func (m moment) old() bool { return m.known && m.now.Sub(m.asOf.Time()) > m.staleAfter() }

// word is "now" or, for old data, "as of 25 Jan 2023".
func (m moment) word(zone *time.Location) string {
	if !m.old() {
		return "now"
	}
	return "as of " + m.dayText(zone)
}

// week is "this week" or, for old data, "in the week to 25 Jan 2023".
func (m moment) week(zone *time.Location) string {
	if !m.old() {
		return "this week"
	}
	return "in the week to " + m.dayText(zone)
}

// dayText is the as-of instant as it is called later: by its clock on the same day,
// by its date after that.
func (m moment) dayText(zone *time.Location) string {
	asOf := m.asOf.Time().In(zone)
	if sameDate(asOf, m.now.In(zone)) {
		return asOf.Format(clock)
	}
	return asOf.Format("2 Jan 2006")
}

// near is an instant before or after the as-of instant: with its day unless that is
// today, and with its year unless that is the year of the as-of instant, which stands
// beside it. The layout of the clock is bareClock where the zone stands beside it.
func (m moment) near(at uptime.Instant, zone *time.Location, clock string) views.Time {
	t, asOf := at.Time().In(zone), m.asOf.Time().In(zone)
	switch {
	case sameDate(t, asOf) && m.today(zone):
		return timeText(at, zone, clock)
	case t.Sub(asOf).Abs() <= 6*24*time.Hour: // then the weekday cannot be taken for that of the as-of instant
		return timeText(at, zone, "Mon "+clock)
	case t.Year() == asOf.Year():
		return timeText(at, zone, "2 Jan, "+clock)
	default:
		return timeText(at, zone, "2 Jan 2006, "+clock)
	}
}

// today reports whether the day of the as-of instant may be called so.
func (m moment) today(zone *time.Location) bool {
	return !m.old() || sameDate(m.asOf.Time().In(zone), m.now.In(zone))
}

func sameDate(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }
