package web

import (
	"time"

	"lightson/models"
	"lightson/views"
)

// newReportWindows are the range of a report, if there is one, and its three windows.
func newReportWindows(w spoken, r models.Report, finished *finishedReport) []views.Window {
	windows := newWindows(w, finished.sum, r.AsOf.At, time.UTC)
	addCorrected(w, windows, finished.correctedSum[:])
	if !r.Ranged() {
		return windows
	}
	span := r.Scope().Range
	ranged := withCorrected(w, newWindow(w, rangeText(w, span), finished.ranged), finished.correctedRanged)
	ranged.From, ranged.To = w.time(span.From, time.UTC, dayAndClock), w.time(span.To, time.UTC, dayAndClock)
	return append([]views.Window{ranged}, windows...)
}

// newScopeFacts say the range and the group of a report, if it has any.
func newScopeFacts(w spoken, r models.Report) []views.Fact {
	var facts []views.Fact
	if r.Ranged() {
		span := r.Scope().Range
		facts = append(facts,
			views.Fact{Name: w.Say("Range from"), At: w.time(span.From, time.UTC, dayAndClock)},
			views.Fact{Name: w.Say("Range to"), At: w.time(span.To, time.UTC, dayAndClock)})
	}
	if r.Group != "" {
		facts = append(facts, views.Fact{Name: w.Say("Group"), Value: r.Group})
	}
	return facts
}
