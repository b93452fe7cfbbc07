package web

import (
	"context"
	"net/url"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// addExplanation adds how the figures of the day that is asked for were computed,
// and links to other days.
func (s *Server) addExplanation(ctx context.Context, store *views.Store, t *figures.Trend, n int, q storePage) error {
	w := spokenOf(ctx)
	recent, err := t.StoreDays(n)
	if err != nil {
		return err
	}
	dates := datesToExplain(t.Snapshot, n, recent)
	for date := dates.strip; date <= dates.today; date++ {
		store.ExplainDays = append(store.ExplainDays, views.Filter{
			Text: w.date(date, dayName), Active: dateText(date, time.DateOnly) == q.Day, URL: q.explaining(date),
		})
	}
	store.DayForm = newDayForm(q, dates)
	if q.Day == "" {
		return nil
	}
	date, err := dates.parse("day", q.Day)
	if err != nil {
		return err
	}
	past := recent
	if date < dates.strip {
		if past, err = s.data.StoreDays(ctx, t.Snapshot, n, date, date); err != nil {
			return err
		}
	}
	store.Explain = newExplanation(w, past, past.Day(date))
	store.Explain.Special = specialSentence(w, t.Snapshot, n, date)
	store.Explain.Corrections = newDayCorrections(w, t.Snapshot, n, past.Day(date).Span)
	if date < dates.strip { // later ones are drawn above
		day := past.Day(date)
		strip := newTimelineDay(w, past, day, day.Span)
		describeSpecial(w, &strip, t.Snapshot, n, date)
		store.Explain.Strip = &strip
	}
	if date > dates.first {
		store.Explain.Prev = views.Link{Text: w.date(date-1, dayName), URL: q.explaining(date - 1)}
	}
	if date < dates.today {
		store.Explain.Next = views.Link{Text: w.date(date+1, dayName), URL: q.explaining(date + 1)}
	}
	return nil
}

// explainable are the dates of a store that can be explained.
type explainable struct {
	first uptime.Date
	strip uptime.Date // the first of those that the strip shows
	today uptime.Date
}

func datesToExplain(s *figures.Snapshot, n int, recent figures.StoreDays) explainable {
	dates := explainable{today: recent.Today()}
	dates.strip = dates.today - daysOnStrip + 1
	dates.first = dates.strip
	if oldest, _, some := s.Dates(n); some {
		dates.first = min(oldest, dates.strip)
	}
	return dates
}

// parse reads the date that a parameter asks for.
func (e explainable) parse(param, text string) (uptime.Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	date := uptime.DateOf(day.Date())
	if err != nil || date < e.first || date > e.today {
		return 0, badParam(param, words.Later("one from {first} to {last}", "first", uptime.DateText(e.first), "last", uptime.DateText(e.today)), text)
	}
	return date, nil
}

func newDayForm(q storePage, dates explainable) views.DayForm {
	form := views.DayForm{
		Action: storeURL(q.code), Day: q.Day,
		Min: dateText(dates.first, time.DateOnly), Max: dateText(dates.today, time.DateOnly),
	}
	v := url.Values{}
	addPage(v, q.Page)
	q.Period.addTo(v)
	form.Keep = hiddenParams(v)
	return form
}
