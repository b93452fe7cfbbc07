package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	daysOnStrip   = 7
	outagesOnPage = 20
)

// showStore serves GET /stores/:id?day=2023-01-23.
func (s *Server) showStore(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, err := s.db.RecentSnapshot(ctx)
	if err != nil {
		return err
	}
	n, err := findStore(snapshot, c.Param("id"))
	if err != nil {
		return err
	}
	showsOnlyFigures(c, snapshot.Version)
	page, err := s.page(ctx, "Store "+snapshot.Stores[n].Code, views.NavStores)
	if err != nil {
		return err
	}
	store, err := newStore(snapshot, n, c.QueryParam("day"))
	if err != nil {
		return err
	}
	return renderEither(c, views.StorePage(page, store), views.StoreExplanation(store))
}

// findStore finds the store with the id that the feeds use.
func findStore(s *models.Snapshot, code string) (int, error) {
	n, found := s.Find(code)
	if !found {
		return 0, problem{http.StatusNotFound, "There is no such store", "No file that was imported names a store " + code + ".", models.ErrNotFound}
	}
	return n, nil
}

func newStore(s *models.Snapshot, n int, day string) (views.Store, error) {
	past, err := s.Past(n)
	if err != nil {
		return views.Store{}, err
	}
	stored, zone := s.Stores[n], past.Location
	store := views.Store{
		ID:    stored.Code,
		State: newStoreState(s.Now[n], s.AsOf, zone),
		Zone:  stored.ZoneName(), ZoneNow: s.AsOf.Time().In(zone).Format("MST, UTC-07:00"),
		ZoneAssumed: stored.Zone == "", HoursAssumed: len(s.Hours[n]) == 0,
		Windows: newWindows(s.Figures[n], s.AsOf, zone),
		Hours:   newHours(s.Hours[n]),
	}
	if s.AsOf == 0 {
		return store, nil // nobody was ever polled: there is no week to show
	}
	store.Outages, store.OutagesMore = newOutages(s, n, past)
	today := past.Today()
	days := past.Days(today-daysOnStrip+1, today)
	for _, d := range days {
		store.Days = append(store.Days, newTimelineDay(past, d))
		store.ExplainDays = append(store.ExplainDays, views.Filter{
			Text: dateText(d.Date, dayName), Active: dateText(d.Date, time.DateOnly) == day,
			URL: storeURL(stored.Code) + "?day=" + dateText(d.Date, time.DateOnly) + "#explain",
		})
	}
	if day != "" {
		i := slices.IndexFunc(days, func(d models.LocalDay) bool { return dateText(d.Date, time.DateOnly) == day })
		if i < 0 {
			return store, badInput(fmt.Sprintf("day: expected one from %s to %s, found %s",
				dateText(days[0].Date, time.DateOnly), dateText(days[len(days)-1].Date, time.DateOnly), day))
		}
		store.Explain = newExplanation(past, days[i])
	}
	return store, nil
}

// dateText is a calendar date.
func dateText(d uptime.Date, layout string) string {
	return time.Unix(int64(d)*24*60*60, 0).UTC().Format(layout)
}

// newOutages lists the outages of the last week, newest first.
func newOutages(s *models.Snapshot, n int, past models.Past) (list []views.Outage, more string) {
	outages := past.Outages(uptime.Windows(s.AsOf)[models.LastWeek])
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
		if !ongoing(s, n, o) {
			outage.To = timeText(o.To, past.Location, "Mon 2 Jan, "+clock)
		}
		list = append(list, outage)
	}
	return list, more
}

// ongoing reports whether an outage of store n has not ended yet.
func ongoing(s *models.Snapshot, n int, outage uptime.Span) bool {
	return outage.To == s.AsOf && s.Now[n].State == uptime.Down
}

// newHours is the table of business hours, as the feed gave them.
func newHours(hours []uptime.Hours) []views.HoursDay {
	days := make([]views.HoursDay, 7)
	for n := range days {
		days[n].Name = time.Weekday((n + 1) % 7).String()
	}
	for _, h := range hours {
		text := clockText(h.Start) + "–" + clockText(h.End)
		if h.End <= h.Start {
			text += " (next day)"
		}
		days[h.Day].Spans = append(days[h.Day].Spans, text)
	}
	return days
}
