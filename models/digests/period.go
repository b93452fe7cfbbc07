package digests

import (
	"fmt"

	"lightson/models/recurring"
	"lightson/models/uptime"
)

// A Period is the local dates that a digest is about, the first and the last included.
type Period struct {
	Every       recurring.Every
	First, Last uptime.Date
}

// PeriodBefore is the last whole day, week or month before a date. Weeks begin on Monday.
func PeriodBefore(every recurring.Every, date uptime.Date) Period {
	first, last := recurring.DatesBefore(every, date)
	return Period{every, first, last}
}

// Before is the period before this one.
func (p Period) Before() Period { return PeriodBefore(p.Every, p.First) }

// Words name the dates: "Wed 25 Nov 2026", "16–22 Nov 2026", "November 2026".
func (p Period) Words() string {
	first, last := p.First.Time(), p.Last.Time()
	switch {
	case p.Every == recurring.Daily:
		return first.Format("Mon 2 Jan 2006")
	case p.Every == recurring.Monthly:
		return first.Format("January 2006")
	case first.Year() != last.Year():
		return first.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
	case first.Month() != last.Month():
		return first.Format("2 Jan") + " – " + last.Format("2 Jan 2006")
	default:
		return fmt.Sprintf("%d–%s", first.Day(), last.Format("2 Jan 2006"))
	}
}

// on is when something was: "yesterday, Wed 25 Nov 2026", or for a period that is not the
// last one before a date, "on Wed 25 Nov 2026".
func (p Period) on(today uptime.Date) string {
	last := p == PeriodBefore(p.Every, today)
	switch {
	case p.Every == recurring.Weekly && last:
		return "last week, " + p.Words()
	case p.Every == recurring.Weekly:
		return "in the week of " + p.Words()
	case p.Every == recurring.Monthly:
		return "in " + p.Words()
	case last:
		return "yesterday, " + p.Words()
	default:
		return "on " + p.Words()
	}
}

// unit is what the period is one of.
func (p Period) unit() string {
	switch p.Every {
	case recurring.Weekly:
		return "week"
	case recurring.Monthly:
		return "month"
	default:
		return "day"
	}
}

// key tells the period from every other.
func (p Period) key() string {
	return string(p.Every) + " " + uptime.DateText(p.First)
}
