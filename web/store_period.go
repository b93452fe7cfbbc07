package web

import (
	"context"

	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// daysDrawn is how many days of a period are drawn on one page.
const daysDrawn = 31

// A storePeriod is what is known of a store in a period and in the one before it.
type storePeriod struct {
	period
	dates           history.Dates // without those that have not begun
	span, before    uptime.Span
	past            figures.StoreDays
	kept, keptUntil bool // polls of the period, and of the one before it, are all kept
	figures         uptime.Figures
}

// newStorePeriod reads a period of store n.
func (s *Server) newStorePeriod(ctx context.Context, t *figures.Trend, n int, p period) (*storePeriod, error) {
	today := t.Today(n)
	f, before := &storePeriod{period: p, dates: p.dates(today)}, p.before(today)
	var err error
	if f.before, err = t.SpanOfDates(n, before.First, before.Last); err != nil {
		return nil, err
	}
	if f.span, err = t.SpanOfDates(n, f.dates.First, f.dates.Last); err != nil {
		return nil, err
	}
	f.dates.Last = min(f.dates.Last, today)
	isKept := func(span uptime.Span) bool { return !t.KeptFrom.Known || span.From >= t.KeptFrom.At }
	f.kept, f.keptUntil = isKept(f.span), isKept(f.before)
	if f.past, err = s.data.StoreDays(ctx, t.Snapshot, n, before.First, max(before.Last, f.dates.Last)); err != nil {
		return nil, err
	}
	if f.kept {
		f.figures = f.past.Measure(f.span)[0]
	}
	return f, nil
}

// addStorePeriod makes the page of a store one of a period: its tiles, its strips and its
// outages.
func (s *Server) addStorePeriod(ctx context.Context, store *views.Store, t *figures.Trend, n int, q storePage) error {
	w := spokenOf(ctx)
	plain := q
	plain.Period, plain.Page, plain.Day = period{}, 1, ""
	store.Period = newPeriodPicker(w, q.Period, plain.url(), daysToPick(t.Snapshot, []int{n}))
	if !q.Period.some() {
		return nil
	}
	f, err := s.newStorePeriod(ctx, t, n, q.Period)
	if err != nil {
		return err
	}
	store.PeriodName, store.Week, store.StoresURL = f.text(w), f.when(w), q.Period.on("/stores")
	if store.Group.URL != "" {
		store.Group.URL = q.Period.on(store.Group.URL)
	}
	store.Strip = marked(store.Strip, t.Today(n)-history.Length+1, f.dates)
	store.Days, store.Outages, store.OutagesMore, store.OutageFacts = nil, nil, "", nil
	name, from, to, about := q.Period.forReport(w, t.Snapshot)
	if t.Stores[n].Group != "" {
		store.Report = views.Link{Text: w.Say("Report of {period} for {group}", "period", about, "group", t.Stores[n].Group), URL: reportFormURL(name, from, to, t.Stores[n].Group)}
	}
	if !f.kept {
		store.PeriodState = views.PeriodState{Text: w.Say("Polls of {dates} are no longer kept, so nothing can be said of these days.", "dates", w.dates(f.dates))}
		store.Windows, store.BoundsNote = nil, ""
		store.NoOutage = views.Empty{Title: w.Say("No longer kept"), Text: w.Say("The polls of these days were deleted.")}
		return nil
	}
	if err := s.addPeriodTiles(ctx, store, t, n, f); err != nil {
		return err
	}
	f.addDays(w, store, t, n, q)
	store.NoOutage = noOutage(w, f.figures, f.when(w))
	store.OutagesURL = outagesURLOf(t.Snapshot, []int{n}, f.dates, outageQuery{Store: t.Stores[n].Code, Sort: newestFirst})
	if f.figures.Outages > 0 {
		store.OutageFacts = []views.Fact{
			{Name: f.text(w), Value: w.outages(f.figures.Outages)},
			{Name: w.Say("Longest|outage"), Value: w.length(f.figures.Longest)},
		}
	}
	return s.addOutages(ctx, store, t.Snapshot, n, f.span.Clip(uptime.Span{From: f.span.From, To: t.AsOf}))
}

// addPeriodTiles shows the period beside the one before it.
func (s *Server) addPeriodTiles(ctx context.Context, store *views.Store, t *figures.Trend, n int, f *storePeriod) error {
	w := spokenOf(ctx)
	tile := func(name string, span uptime.Span) views.Window {
		window := withCorrected(w, newWindow(w, name, f.past.Measure(span)[0]), f.past.MeasureCorrected(span)[0])
		drawFar(&window, f.past.History(), span)
		return window
	}
	name := f.text(w)
	if f.span.To > t.AsOf {
		name = f.textSoFar(w)
	}
	now := tile(name, f.span)
	if f.figures.Outages > 0 {
		now.Outages = views.Link{Text: w.Number(int64(f.figures.Outages)), URL: outagesURLOf(t.Snapshot, []int{n}, f.dates, outageQuery{Store: t.Stores[n].Code, Sort: newestFirst})}
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	s.addLostOf(w, &now, sales, t.Snapshot, []int{n}, []uptime.Figures{f.figures})
	if !f.keptUntil {
		now.Change = w.Say("polls of {before} are no longer kept", "before", f.earlier().name)
		store.Windows = []views.Window{now}
	} else {
		now.Change, now.Trend = w.change(f.figures, f.past.Measure(f.before)[0], f.earlier())
		store.Windows = []views.Window{now, tile(upperFirst(f.earlier().name.In(w.Words)), f.before)}
	}
	store.BoundsNote = ""
	if anyBounds(store.Windows) {
		store.BoundsNote = boundsNote(w, t.PollEvery)
	}
	return nil
}

// addDays draws the days of the period, the newest first, and as many on a page as in a month.
func (f *storePeriod) addDays(w spoken, store *views.Store, t *figures.Trend, n int, q storePage) {
	days := int(f.dates.Last-f.dates.First) + 1
	pages := max(1, (days+daysDrawn-1)/daysDrawn)
	q.Page = min(q.Page, pages)
	newest := f.dates.Last - uptime.Date((q.Page-1)*daysDrawn)
	explained := datesToExplain(t.Snapshot, n, f.past)
	for date := newest; date >= max(f.dates.First, newest-daysDrawn+1); date-- {
		day := newTimelineDay(w, f.past, f.past.Day(date), f.span)
		describeSpecial(w, &day, t.Snapshot, n, date)
		if date >= explained.first {
			day.URL = q.explaining(date)
		}
		store.Days = append(store.Days, day)
	}
	turned := func(page int) string {
		q := q
		q.Page, q.Day = page, ""
		return q.url() + "#timeline-heading"
	}
	if pages > 1 {
		store.DaysPager.Text = w.Count(int64(days), words.Plural{One: "{dates} of {n} day", Other: "{dates} of {n} days"},
			"dates", w.dates(history.Dates{First: max(f.dates.First, newest-daysDrawn+1), Last: newest}))
		store.DaysPager.PrevText, store.DaysPager.NextText = w.Say("Newer|days"), w.Say("Older")
	}
	if q.Page > 1 {
		store.DaysPager.Prev = turned(q.Page - 1)
	}
	if q.Page < pages {
		store.DaysPager.Next = turned(q.Page + 1)
	}
}
