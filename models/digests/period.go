package digests

import (
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
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
func (p Period) Words(w *words.Words) string {
	first, last := p.First.Time(), p.Last.Time()
	const date words.Text = "2 Jan 2006"
	switch {
	case p.Every == recurring.Daily:
		return w.Time(first, "Mon 2 Jan 2006")
	case p.Every == recurring.Monthly:
		return w.Time(first, "January 2006")
	case first.Year() != last.Year():
		return w.Say("{from} – {to}", "from", w.Time(first, date), "to", w.Time(last, date))
	case first.Month() != last.Month():
		return w.Say("{from} – {to}", "from", w.Time(first, "2 Jan"), "to", w.Time(last, date))
	default:
		return w.Say("{from}–{to}", "from", w.Time(first, "2|the first day of several in a month"), "to", w.Time(last, date))
	}
}

// on is when something was: "yesterday, Wed 25 Nov 2026", or for a period that is not the
// last one before a date, "on Wed 25 Nov 2026".
func (p Period) on(w *words.Words, today uptime.Date) string {
	text := words.Text("on {date}|when something was")
	switch last := p == PeriodBefore(p.Every, today); {
	case p.Every == recurring.Weekly && last:
		text = "last week, {date}"
	case p.Every == recurring.Weekly:
		text = "in the week of {date}"
	case p.Every == recurring.Monthly:
		text = "in {date}|a month"
	case last:
		text = "yesterday, {date}"
	}
	return w.Say(text, "date", p.Words(w))
}

// before names the period before.
func (p Period) before() words.Text {
	switch p.Every {
	case recurring.Weekly:
		return "the week before|with which a digest compares"
	case recurring.Monthly:
		return "the month before|with which a digest compares"
	default:
		return "the day before|with which a digest compares"
	}
}

// key tells the period from every other.
func (p Period) key() string {
	return string(p.Every) + " " + uptime.DateText(p.First)
}
