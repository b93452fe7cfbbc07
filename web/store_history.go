package web

import (
	"context"
	"fmt"

	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	historyDays  = 28 // on one page
	historyWeeks = 4  // whose outages are counted
)

// addHistory adds the figures of the store day by day, and how often it goes
// offline. past are its stripDays; older days are read.
func (s *Server) addHistory(ctx context.Context, store *views.Store, t *figures.Trend, n int, past figures.StoreDays, q storePage, at moment) error {
	first, last, some := t.Snapshot.Dates(n)
	if !some {
		return nil
	}
	store.OutageFacts = newOutageFacts(t, n, past, at)

	days := int(last-first) + 1
	pages := (days + historyDays - 1) / historyDays
	q.Page = min(q.Page, pages)
	newest := last - uptime.Date((q.Page-1)*historyDays)
	oldest := max(first, newest-historyDays+1)
	if oldest <= last-history.Length {
		var err error
		if past, err = s.data.StoreDays(ctx, t.Snapshot, n, oldest, newest); err != nil {
			return err
		}
	}
	store.History = views.History{
		Days: newHistoryDays(past, oldest, newest, q),
		Note: fmt.Sprintf("%s, since %s.", plural(days, "day"), dateText(first, "2 Jan 2006")),
	}
	for i := range store.History.Days {
		store.History.Days[i].Special = specialWord(specialOn(t.Snapshot, n, newest-uptime.Date(i)))
	}
	if err := s.addDayTargets(ctx, t, n, past, oldest, newest, store.History.Days); err != nil {
		return err
	}
	if q.Page > 1 {
		store.History.Pager.Prev = q.turned(q.Page - 1)
	}
	if q.Page < pages {
		store.History.Pager.Next = q.turned(q.Page + 1)
	}
	if pages > 1 {
		store.History.Pager.Text = fmt.Sprintf("%s to %s", dateText(oldest, "2 Jan"), dateText(newest, "2 Jan 2006"))
	}
	return nil
}

// newHistoryDays is the figures of the days, newest first.
func newHistoryDays(past figures.StoreDays, oldest, newest uptime.Date, q storePage) []views.HistoryDay {
	var list []views.HistoryDay
	for date := newest; date >= oldest; date-- {
		day := past.Day(date)
		w := withCorrected(newWindow(dateText(date, "Mon 2 Jan 2006"), past.Measure(day.Span)[0]), past.MeasureCorrected(day.Span)[0])
		drawFar(&w, past.History(), day.Span)
		list = append(list, views.HistoryDay{Window: w, URL: q.explaining(date), SoFar: day.To > past.AsOf})
	}
	return list
}

// newOutageFacts say how often the store goes offline in a week, and how long its
// longest outage was.
func newOutageFacts(t *figures.Trend, n int, past figures.StoreDays, at moment) []views.Fact {
	week, before := t.Figures[n][uptime.LastWeek], t.Before[n][uptime.LastWeek]
	if week.Confidence() <= uptime.NothingSeen {
		return nil
	}
	fact := views.Fact{Name: upperFirst(at.week(past.Location)), Value: plural(week.Outages, "outage"), Note: outagesBefore(week, before)}
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
	if why := week.WhyIncomparable(before, periodNames[uptime.LastWeek]); why != "" {
		return why
	}
	return fmt.Sprintf("%d the week before", before.Outages)
}

// wholeWeeks are the latest weeks of elapsed time of which everything is known
// about the store, newest first.
func wholeWeeks(s *figures.Snapshot, n int) []uptime.Span {
	var weeks []uptime.Span
	for to := s.AsOf; len(weeks) < historyWeeks; to = to.Add(-uptime.Week) {
		from := to.Add(-uptime.Week)
		if from < s.KnownSince(n).At {
			break
		}
		weeks = append(weeks, uptime.Span{From: from, To: to})
	}
	return weeks
}
