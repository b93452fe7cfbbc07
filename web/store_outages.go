package web

import (
	"fmt"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

const outagesOnPage = 20

// newOutages lists the outages of the last week, newest first.
func newOutages(s *figures.Snapshot, n int, past figures.StoreDays, mayExcuse bool) (list []views.Outage, more string) {
	outages := past.Outages(uptime.Windows(s.AsOf)[uptime.LastWeek])
	slices.Reverse(outages)
	if len(outages) > outagesOnPage {
		more = fmt.Sprintf("and %d more", len(outages)-outagesOnPage)
		outages = outages[:outagesOnPage]
	}
	for _, o := range outages {
		outage := views.Outage{
			From:   timeText(o.From, past.Location, "Mon 2 Jan, "+clock),
			Length: lengthText(o.Length()),
		}
		excused := excusedIn(past.Excused, o.Span)
		switch {
		case excused == o.Length():
			outage.Excused = "all of it"
		case excused > 0:
			outage.Excused = lengthText(excused) + " of it"
		}
		if mayExcuse && excused < o.Length() {
			outage.ExcuseURL = excuseURL(s.Stores[n].Code, o.Span)
		}
		if !ongoing(s, n, o.Span) {
			outage.To = timeText(o.To, past.Location, "Mon 2 Jan, "+clock)
		}
		list = append(list, outage)
	}
	return list, more
}

// noOutage says what is known of a week in which no outage was seen.
func noOutage(week uptime.Figures, when string) views.Empty {
	switch confidenceIn(week) {
	case neverOpen:
		return views.Empty{Title: "Closed " + when, Text: "The store was not open, so nothing could be missed."}
	case unseen:
		return views.Empty{Title: "No data " + when, Text: "No poll speaks for the time that the store was open, so nobody knows."}
	case thin:
		return views.Empty{Title: upperFirst(findingText(week)), Text: "Nobody knows about the rest of the time that the store was open."}
	case fair:
		return views.Empty{
			Title: "No downtime seen " + when,
			Text:  "Polls speak for " + checkedText(week) + " of the time that the store was open. Nobody knows about the rest.",
		}
	default:
		return views.Empty{Title: "No downtime " + when + ". Great news", Text: "Every poll made during business hours found the store online."}
	}
}

// ongoing reports whether an outage of store n lasts until now.
func ongoing(s *figures.Snapshot, n int, outage uptime.Span) bool {
	return outage.To == s.AsOf && s.Now[n].State == uptime.Down
}
