package scheduled

import (
	"time"

	"lightson/models"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Period is a range by name: whole days of the local calendar. Its text is stored.
type Period string

// The periods.
const (
	NoPeriod  Period = ""
	Yesterday Period = "yesterday"
	Last7Days Period = "last-7-days"
	LastWeek  Period = "last-week" // Monday to Sunday
	LastMonth Period = "last-month"
)

// Periods are all periods, as forms list them.
var Periods = []Period{NoPeriod, Yesterday, Last7Days, LastWeek, LastMonth}

// Words name the period.
func (p Period) Words() words.Text {
	switch p {
	case Yesterday:
		return "yesterday"
	case Last7Days:
		return "the last 7 days"
	case LastWeek:
		return "last week, Monday to Sunday"
	case LastMonth:
		return "last month"
	default:
		return "only the last hour, day and week"
	}
}

// dates are the first and the last date of the period, seen from a date.
func (p Period) dates(today uptime.Date) (first, last uptime.Date) {
	switch p {
	case Last7Days:
		return today - 7, today - 1
	case LastWeek:
		return recurring.DatesBefore(recurring.Weekly, today)
	case LastMonth:
		return recurring.DatesBefore(recurring.Monthly, today)
	default:
		return recurring.DatesBefore(recurring.Daily, today)
	}
}

// Span is the range of a report that is due at an instant, in the time of a zone. Where
// the newest poll is from before all of it, there is nothing to report on: then it is the
// last such range with data, as if the report were due after the day of that poll, and
// behind reports so.
func (p Period) Span(due uptime.Instant, location *time.Location, newest models.OptionalInstant) (span uptime.Span, behind bool) {
	if p == NoPeriod {
		return uptime.Span{}, false
	}
	span = p.spanOn(localDate(due, location), location)
	if newest.Known && newest.At < span.From {
		const day = 1 // the range may hold the day of the poll itself
		return p.spanOn(localDate(newest.At, location)+day, location), true
	}
	return span, false
}

func (p Period) spanOn(today uptime.Date, location *time.Location) uptime.Span {
	first, last := p.dates(today)
	near := uptime.Instant(today) * uptime.Instant(uptime.Day)
	zone := uptime.NewZone(location, uptime.Span{From: near, To: near})
	return uptime.Span{From: zone.Instant(first, 0), To: zone.Instant(last+1, 0)}
}

func localDate(at uptime.Instant, location *time.Location) uptime.Date {
	return uptime.DateOf(at.Time().In(location).Date())
}
