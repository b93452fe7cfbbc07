package web

import (
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// newReportWindows are the three windows of a report, and its range if there is one.
func newReportWindows(r models.Report, finished *finishedReport) []views.Window {
	windows := newWindows(finished.sum, r.AsOf.At, time.UTC)
	if !r.Ranged() {
		return windows
	}
	span := r.Scope().Range
	w := newWindow(rangeText(span), finished.ranged)
	w.From, w.To = timeText(span.From, time.UTC, dayAndClock), timeText(span.To, time.UTC, dayAndClock)
	return append(windows, w)
}

// newScopeFacts say the group and the range of a report, if it has any.
func newScopeFacts(r models.Report) []views.Fact {
	var facts []views.Fact
	if r.Group != "" {
		facts = append(facts, views.Fact{Name: "Group", Value: r.Group})
	}
	if r.Ranged() {
		span := r.Scope().Range
		facts = append(facts,
			views.Fact{Name: "Range from", At: timeText(span.From, time.UTC, dayAndClock)},
			views.Fact{Name: "Range to", At: timeText(span.To, time.UTC, dayAndClock)})
	}
	return facts
}

// rangeText names a range in a few words, in UTC: "10 to 24 Jan 2023".
func rangeText(span uptime.Span) string {
	from, to := span.From.Time().UTC(), span.To.Time().UTC()
	midnight := func(t time.Time) bool { return t.Equal(t.Truncate(24 * time.Hour)) }
	if !midnight(from) || !midnight(to) {
		return from.Format("2 Jan 2006 15:04") + " to " + to.Format("2 Jan 2006 15:04")
	}
	last := to.AddDate(0, 0, -1) // the last whole day of the range
	switch {
	case last.Equal(from):
		return from.Format("2 Jan 2006")
	case from.Year() != last.Year():
		return from.Format("2 Jan 2006") + " to " + last.Format("2 Jan 2006")
	case from.Month() != last.Month():
		return from.Format("2 Jan") + " to " + last.Format("2 Jan 2006")
	default:
		return from.Format("2") + " to " + last.Format("2 Jan 2006")
	}
}
