package web

import (
	"strings"
	"time"

	"lightson/models"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/models/words"
)

// reportName names a report by what it is about, as in "Joe's · 5–19 Nov 2026" or
// "All stores · as of 25 Jan 2023, 18:13 UTC".
func reportName(w spoken, r models.Report) string {
	parts := []string{storesLabel(w, r)}
	if r.Ranged() {
		parts = append(parts, rangeText(w, r.Scope().Range))
	}
	if !r.Ranged() || r.AskedAsOf.Known {
		parts = append(parts, asOfText(w, r))
	}
	return strings.Join(parts, " · ")
}

// storesLabel names the stores of a report. All stores are those of everybody: a report
// that was made for less names its groups and stores.
func storesLabel(w spoken, r models.Report) string {
	within, err := r.Reach()
	about := within.OfGroup(r.Group)
	switch {
	case err != nil:
		return w.Say("Some stores")
	case about.IsAll():
		return w.Say("All stores")
	case about.HasGroup(r.Group): // all of it
		return r.Group
	case r.Group != "":
		return w.Say("Some stores of {group}", "group", r.Group)
	case len(about.Groups()) == 1 && len(about.Stores()) == 0:
		return about.Groups()[0]
	default:
		return upperFirst(w.reach(about))
	}
}

func asOfText(w spoken, r models.Report) string {
	switch asOf := r.AsOf.Or(r.AskedAsOf); {
	case asOf.Known:
		t := asOf.At.Time().UTC()
		if !r.AskedAsOf.Known {
			t = t.Truncate(time.Minute) // of a poll; nobody asked for its seconds
		}
		return w.Say("as of {time}|of a report", "time", exactly(w, t, "2 Jan 2006, 15:04 MST", "2 Jan 2006, 15:04:05.999999 MST"))
	case r.State == models.Complete:
		return w.Say("no polls yet|of a report")
	default:
		return w.Say("as of the newest poll")
	}
}

// exactly is a time by a layout, or by an exact one where it has seconds.
func exactly(w spoken, t time.Time, layout, exact words.Text) string {
	if t.Equal(t.Truncate(time.Minute)) {
		return w.Time(t, layout)
	}
	return w.Time(t, exact)
}

// rangeText names a range in a few words, in UTC: "10–24 Jan 2023".
func rangeText(w spoken, span uptime.Span) string {
	from, to := span.From.Time().UTC(), span.To.Time().UTC()
	midnight := func(t time.Time) bool { return t.Equal(t.Truncate(24 * time.Hour)) }
	if !midnight(from) || !midnight(to) {
		both := func(t time.Time) string { return exactly(w, t, "2 Jan 2006, 15:04", "2 Jan 2006, 15:04:05.999999") }
		if from.Truncate(24 * time.Hour).Equal(to.Truncate(24 * time.Hour)) {
			return both(from) + "–" + exactly(w, to, bareClock, exactClock) + " UTC"
		}
		return both(from) + " – " + both(to) + " UTC"
	}
	return w.dates(history.Dates{First: uptime.DateOf(from.Date()), Last: uptime.DateOf(to.Date()) - 1})
}

// reportTitle is the title of a browser's tab. It says the state until the report is
// complete; what a tab says at the moment when it is complete is up to its script.
func reportTitle(w spoken, r models.Report) string {
	if r.State == models.Complete {
		return reportName(w, r)
	}
	return w.Say(reportStates[r.State]) + " · " + reportName(w, r)
}

// reportStates are the states of a report that is not complete.
var reportStates = map[models.State]words.Text{
	models.Queued: "Queued|of a report", models.Running: "Running|of a report",
	models.Failed: "Failed|of a report", models.Cancelled: "Cancelled|of a report",
}

// reportFileName names a file of a report.
func reportFileName(r models.Report, kind fileKind) string {
	return savedName(reportName(inEnglish, r)) + string(kind) + ".csv"
}
