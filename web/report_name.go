package web

import (
	"strings"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// reportName names a report by what it is about, as in "Joe's · 5–19 Nov 2026" or
// "All stores · as of 25 Jan 2023, 18:13 UTC".
func reportName(r models.Report) string {
	parts := []string{storesLabel(r)}
	if r.Ranged() {
		parts = append(parts, rangeText(r.Scope().Range))
	}
	if !r.Ranged() || r.AskedAsOf.Known {
		parts = append(parts, asOfText(r))
	}
	return strings.Join(parts, " · ")
}

// storesLabel names the stores of a report. All stores are those of everybody: a report
// that was made for less names its groups and stores.
func storesLabel(r models.Report) string {
	within, err := r.Reach()
	about := within.OfGroup(r.Group)
	switch {
	case err != nil:
		return "Some stores"
	case about.IsAll():
		return "All stores"
	case about.HasGroup(r.Group): // all of it
		return r.Group
	case r.Group != "":
		return "Some stores of " + r.Group
	case len(about.Groups()) == 1 && len(about.Stores()) == 0:
		return about.Groups()[0]
	default:
		return upperFirst(reachWords(about))
	}
}

func asOfText(r models.Report) string {
	switch asOf := r.AsOf.Or(r.AskedAsOf); {
	case asOf.Known:
		t := asOf.At.Time().UTC()
		if !r.AskedAsOf.Known {
			t = t.Truncate(time.Minute) // of a poll; nobody asked for its seconds
		}
		return "as of " + t.Format("2 Jan 2006, "+clockLayout(t)+" MST")
	case r.State == models.Complete:
		return "no polls yet"
	default:
		return "as of the newest poll"
	}
}

// clockLayout is the layout of a time of day: seconds are shown where there are any.
func clockLayout(t time.Time) string {
	if t.Equal(t.Truncate(time.Minute)) {
		return bareClock
	}
	return exactClock
}

// rangeText names a range in a few words, in UTC: "10–24 Jan 2023".
func rangeText(span uptime.Span) string {
	from, to := span.From.Time().UTC(), span.To.Time().UTC()
	midnight := func(t time.Time) bool { return t.Equal(t.Truncate(24 * time.Hour)) }
	if !midnight(from) || !midnight(to) {
		layout := func(t time.Time) string { return t.Format("2 Jan 2006, " + clockLayout(t)) }
		if from.Truncate(24 * time.Hour).Equal(to.Truncate(24 * time.Hour)) {
			return layout(from) + "–" + to.Format(clockLayout(to)) + " UTC"
		}
		return layout(from) + " – " + layout(to) + " UTC"
	}
	last := to.AddDate(0, 0, -1) // the last whole day of the range
	switch {
	case last.Equal(from):
		return from.Format("2 Jan 2006")
	case from.Year() != last.Year():
		return from.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
	case from.Month() != last.Month():
		return from.Format("2 Jan") + " – " + last.Format("2 Jan 2006")
	default:
		return from.Format("2") + "–" + last.Format("2 Jan 2006")
	}
}

// reportTitle is the title of a browser's tab. It says the state until the report is
// complete; what a tab says at the moment when it is complete is up to its script.
func reportTitle(r models.Report) string {
	if r.State == models.Complete {
		return reportName(r)
	}
	return upperFirst(string(r.State)) + " · " + reportName(r)
}

// reportFileName names a file of a report; kind tells its files apart.
func reportFileName(r models.Report, kind string) string {
	return savedName(reportName(r)) + kind + ".csv"
}
