package web

import (
	"time"

	"lightson/models"
	"lightson/views"
)

// newReportWindows are the range of a report, if there is one, and its three windows.
func newReportWindows(r models.Report, finished *finishedReport) []views.Window {
	windows := newWindows(finished.sum, r.AsOf.At, time.UTC)
	addCorrected(windows, finished.correctedSum[:])
	if !r.Ranged() {
		return windows
	}
	span := r.Scope().Range
	w := withCorrected(newWindow(rangeText(span), finished.ranged), finished.correctedRanged)
	w.From, w.To = timeText(span.From, time.UTC, dayAndClock), timeText(span.To, time.UTC, dayAndClock)
	return append([]views.Window{w}, windows...)
}

// newScopeFacts say the range and the group of a report, if it has any.
func newScopeFacts(r models.Report) []views.Fact {
	var facts []views.Fact
	if r.Ranged() {
		span := r.Scope().Range
		facts = append(facts,
			views.Fact{Name: "Range from", At: timeText(span.From, time.UTC, dayAndClock)},
			views.Fact{Name: "Range to", At: timeText(span.To, time.UTC, dayAndClock)})
	}
	if r.Group != "" {
		facts = append(facts, views.Fact{Name: "Group", Value: r.Group})
	}
	return facts
}
