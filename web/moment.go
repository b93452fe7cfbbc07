package web

import (
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// A moment is when a page is shown, and as of when its figures are. Today is the
// local day of the as-of instant: figures of old data are not about now. It speaks the
// language of the page.
type moment struct {
	w     spoken // of whoever the page is for
	asOf  uptime.Instant
	known bool // false where there are no polls; then asOf is 0
	now   time.Time
	every time.Duration // how often stores are polled
}

func newMoment(w spoken, asOf models.OptionalInstant, now time.Time, pollEvery uptime.Micros) moment {
	return moment{w, asOf.At, asOf.Known, now, time.Duration(pollEvery) * time.Microsecond}
}

// staleAfter is how old data may become before pages speak of old data: two polls missed.
func (m moment) staleAfter() time.Duration { return 2 * m.every }

// old reports whether the data are too old to speak of now.
func (m moment) old() bool { return m.known && m.now.Sub(m.asOf.Time()) > m.staleAfter() }

// word is "now" or, for old data, "as of 25 Jan 2023".
func (m moment) word(zone *time.Location) string {
	if !m.old() {
		return m.w.Say("now|when figures are of")
	}
	return m.w.Say("as of {day}", "day", m.dayText(zone))
}

// title is word as the heading of a column: "Now", "As of 25 Jan 2023".
func (m moment) title(zone *time.Location) string {
	if !m.old() {
		return m.w.Say("Now|when figures are of")
	}
	return m.w.Say("As of {day}", "day", m.dayText(zone))
}

// week is "this week" or, for old data, "in the week to 25 Jan 2023".
func (m moment) week(zone *time.Location) string {
	if !m.old() {
		return m.w.Say("this week")
	}
	return m.w.Say("in the week to {day}", "day", m.untilDay(zone))
}

// weekTitle is week as a heading: "This week", "In the week to 25 Jan 2023".
func (m moment) weekTitle(zone *time.Location) string {
	if !m.old() {
		return m.w.Say("This week")
	}
	return m.w.Say("In the week to {day}", "day", m.untilDay(zone))
}

// dayText is the as-of instant as it is called later: by its clock on the same day,
// by its date after that.
func (m moment) dayText(zone *time.Location) string {
	asOf := m.asOf.Time().In(zone)
	if sameDate(asOf, m.now.In(zone)) {
		return m.w.Time(asOf, clock)
	}
	return m.w.Time(asOf, "2 Jan 2006")
}

// untilDay is dayText in a sentence, behind "to" or "as of", where Spanish has an article.
func (m moment) untilDay(zone *time.Location) string {
	if sameDate(m.asOf.Time().In(zone), m.now.In(zone)) {
		return m.w.Say("{clock}|behind to", "clock", m.dayText(zone))
	}
	return m.w.Say("{date}|behind to", "date", m.dayText(zone))
}

// near is an instant before or after the as-of instant: with its day unless that is
// today, and with its year unless that is the year of the as-of instant, which stands
// beside it. The layout of the clock is bareClock where the zone stands beside it.
func (m moment) near(at uptime.Instant, zone *time.Location, clock words.Text) views.Time {
	t, asOf := at.Time().In(zone), m.asOf.Time().In(zone)
	switch {
	case sameDate(t, asOf) && m.today(zone):
		return m.w.time(at, zone, clock)
	case t.Sub(asOf).Abs() <= 6*24*time.Hour: // then the weekday cannot be taken for that of the as-of instant
		return m.dated("Mon|a weekday alone", "{day} {clock}|a weekday", at, zone, clock)
	case t.Year() == asOf.Year():
		return m.dated("2 Jan", "{day}, {clock}|a date", at, zone, clock)
	default:
		return m.dated("2 Jan 2006", "{day}, {clock}|a date", at, zone, clock)
	}
}

// dated is an instant with its day by a layout, and its clock.
func (m moment) dated(day, both words.Text, at uptime.Instant, zone *time.Location, clock words.Text) views.Time {
	shown := m.w.time(at, zone, clock)
	shown.Text = m.w.Say(both, "day", m.w.time(at, zone, day).Text, "clock", shown.Text)
	return shown
}

// today reports whether the day of the as-of instant may be called so.
func (m moment) today(zone *time.Location) bool {
	return !m.old() || sameDate(m.asOf.Time().In(zone), m.now.In(zone))
}

func sameDate(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }
