package web

import (
	"fmt"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// factWeeks is of how many weeks the outages are counted.
const factWeeks = 4

// newOutageFacts say how often the store goes offline in a week, and how long its
// longest outage was.
func newOutageFacts(t *figures.Trend, n int, past figures.StoreDays, at moment) []views.Fact {
	week, before := t.Figures[n][uptime.LastWeek], t.Before(n)[uptime.LastWeek]
	if week.Confidence() <= uptime.NothingSeen {
		return nil
	}
	w := at.w
	fact := views.Fact{Name: at.weekTitle(past.Location), Value: w.outages(week.Outages), Note: outagesBefore(w, week, before)}
	if week.Confidence() < uptime.Firm {
		fact.Value = w.Count(int64(week.Outages), words.Plural{One: "{n} outage seen", Other: "{n} outages seen"})
	}
	facts := []views.Fact{fact}
	if week.Outages > 0 {
		facts = append(facts, views.Fact{Name: w.Say("Longest|outage"), Value: w.length(week.Longest), Note: at.week(past.Location)})
	}
	sum, weeks := 0, 0
	for _, f := range past.Measure(wholeWeeks(t.Snapshot, n)...) {
		if f.Confidence() == uptime.NeverOpen || f.Confidence() >= uptime.Fair {
			sum, weeks = sum+f.Outages, weeks+1
		}
	}
	if weeks > 1 {
		facts = append(facts, views.Fact{
			Name: w.Say("Per week"), Value: w.Figure(fmt.Sprintf("%.1f", float64(sum)/float64(weeks))),
			Note: w.Say("average of {n} weeks", "n", weeks),
		})
	}
	return facts
}

// outagesBefore says how many outages the week before had, if that can be compared.
func outagesBefore(w spoken, week, before uptime.Figures) string {
	if why := w.incomparable(week.Obstacle(before), weekBefore); why != "" {
		return why
	}
	return w.Say("{n} the week before|outages", "n", before.Outages)
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
