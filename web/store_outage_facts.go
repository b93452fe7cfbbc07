package web

import (
	"fmt"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// factWeeks is of how many weeks the outages are counted.
const factWeeks = 4

// newOutageFacts say how often the store goes offline in a week, and how long its
// longest outage was.
func newOutageFacts(t *figures.Trend, n int, past figures.StoreDays, at moment) []views.Fact {
	week, before := t.Figures[n][uptime.LastWeek], t.Before[n][uptime.LastWeek]
	if week.Confidence() <= uptime.NothingSeen {
		return nil
	}
	fact := views.Fact{Name: at.weekTitle(past.Location), Value: plural(week.Outages, "outage"), Note: outagesBefore(week, before)}
	if week.Confidence() < uptime.Firm {
		fact.Value += " seen"
	}
	facts := []views.Fact{fact}
	if week.Outages > 0 {
		facts = append(facts, views.Fact{Name: "Longest", Value: week.Longest.LengthText(), Note: at.week(past.Location)})
	}
	sum, weeks := 0, 0
	for _, f := range past.Measure(wholeWeeks(t.Snapshot, n)...) {
		if f.Confidence() == uptime.NeverOpen || f.Confidence() >= uptime.Fair {
			sum, weeks = sum+f.Outages, weeks+1
		}
	}
	if weeks > 1 {
		facts = append(facts, views.Fact{
			Name: "Per week", Value: fmt.Sprintf("%.1f", float64(sum)/float64(weeks)),
			Note: fmt.Sprintf("average of %d weeks", weeks),
		})
	}
	return facts
}

// outagesBefore says how many outages the week before had, if that can be compared.
func outagesBefore(week, before uptime.Figures) string {
	if why := week.WhyIncomparable(before, beforeNames[uptime.LastWeek]); why != "" {
		return why
	}
	return fmt.Sprintf("%d the week before", before.Outages)
}

// wholeWeeks are the latest weeks of elapsed time of which everything is known
// about the store, newest first.
func wholeWeeks(s *figures.Snapshot, n int) []uptime.Span {
	var weeks []uptime.Span
	for to := s.AsOf; len(weeks) < factWeeks; to = to.Add(-uptime.Week) {
		from := to.Add(-uptime.Week)
		if from < s.KnownSince(n).At {
			break
		}
		weeks = append(weeks, uptime.Span{From: from, To: to})
	}
	return weeks
}
