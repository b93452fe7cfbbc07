package web

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// storePage is the state of the page of a store, as its URL carries it.
type storePage struct {
	code string
	Day  string // to explain, as 2023-01-23; empty for none
	Page int    // of the days of the period, from 1

	Period period // that the page is about; none is the last hour, day and week
}

func parseStorePage(c echo.Context, code string) (storePage, error) {
	q := storePage{code: code}
	err := echo.QueryParamsBinder(c).String("day", &q.Day).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Page = max(q.Page, 1)
	q.Period, err = parsePagePeriod(c)
	return q, err
}

func (q storePage) url() string {
	v := url.Values{}
	if q.Day != "" {
		v.Set("day", q.Day)
	}
	addPage(v, q.Page)
	q.Period.addTo(v)
	return withQuery(storeURL(q.code), v)
}

// explaining is the address at which a day is explained.
func (q storePage) explaining(date uptime.Date) string {
	q.Day = dateText(date, time.DateOnly)
	return q.url() + "#explain"
}

// newStore is everything on the page of a store.
func (s *Server) newStore(ctx context.Context, t *figures.Trend, n int, q storePage, at moment) (views.Store, error) {
	past, err := t.StoreDays(n)
	if err != nil {
		return views.Store{}, err
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return views.Store{}, err
	}
	stored, zone := t.Stores[n], past.Location
	week := uptime.Windows(t.AsOf)[uptime.LastWeek]
	store := views.Store{
		ID: stored.Code, Name: stored.Name, City: stored.City,
		State: newStoreState(t.Snapshot, n, at), Week: at.week(zone),
		Zone: stored.ZoneName(), ZoneNow: t.AsOf.Time().In(zone).Format("MST, UTC-07:00"),
		ZoneAssumed: !stored.ZoneKnown(), HoursAssumed: len(t.Hours(n)) == 0,
		Windows:  newWindows(at.w, t.Figures[n], t.AsOf, zone),
		Calendar: newStoreHours(at.w, t.Snapshot, n),
		Sales:    s.newStoreSales(at.w, sales, stored),

		OutagesURL: outagesURL("", stored.Code, ""),
		NoOutage:   noOutage(at.w, t.Figures[n][uptime.LastWeek], at.week(zone)),
	}
	if at.old() {
		store.AsOf = at.word(zone)
	}
	if anyBounds(store.Windows) {
		store.BoundsNote = boundsNote(at.w, t.PollEvery)
	}
	if stored.Group != "" {
		store.Group = views.Link{Text: stored.Group, URL: groupURL(stored.Group)}
	}
	addCorrected(at.w, store.Windows, t.Corrected(n)[:])
	s.addLostSales(at.w, store.Windows, sales, t.Snapshot, []int{n})
	if !t.AsOfKnown {
		return store, nil // no store was ever polled, so there is no week to show
	}
	addFar(store.Windows, past)
	addChanges(at.w, store.Windows, t.Figures[n], t.Before(n))
	if err := s.addStoreTarget(ctx, &store, t, n, at); err != nil {
		return store, err
	}
	addOutageLinks(at.w, store.Windows, t.Figures[n], stored.Code, "")
	if err := s.addOutages(ctx, &store, t.Snapshot, n, week); err != nil {
		return store, err
	}
	if err := s.addStoreCorrections(ctx, &store, t.Snapshot, n); err != nil {
		return store, err
	}
	explained := datesToExplain(t.Snapshot, n, past)
	for _, d := range daysOf(week, past) {
		day := newTimelineDay(at.w, past, d, week)
		describeSpecial(at.w, &day, t.Snapshot, n, d.Date)
		if d.Date >= explained.first {
			day.URL = q.explaining(d.Date)
		}
		store.Days = append(store.Days, day)
	}
	slices.Reverse(store.Days)
	ninety, err := s.stripDays(ctx, t, n)
	if err != nil {
		return store, err
	}
	store.Strip = newStoreStrip(at.w, t, n, ninety, q.explaining)
	if err := s.addDayTargets(ctx, t, n, ninety, store.Strip.Days); err != nil {
		return store, err
	}
	if _, _, some := t.Snapshot.Dates(n); some {
		store.OutageFacts = newOutageFacts(t, n, ninety, at)
	}
	if err := s.addStorePeriod(ctx, &store, t, n, q); err != nil {
		return store, err
	}
	return store, s.addExplanation(ctx, &store, t, n, q)
}

// daysOf are the local days that a span of time touches.
func daysOf(span uptime.Span, past figures.StoreDays) []figures.LocalDay {
	date := func(at uptime.Instant) uptime.Date { return uptime.DateOf(at.Time().In(past.Location).Date()) }
	return past.Days(date(span.From), date(span.To-1))
}

// dateText formats a calendar date.
func dateText(d uptime.Date, layout string) string {
	return d.Time().Format(layout)
}
