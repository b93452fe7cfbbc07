package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	daysOnStrip = 7
	spansOnPage = 12 // of one weekday
)

// showStore serves GET /stores/:id?day=2023-01-23&page=2&period=last-month.
func (s *Server) showStore(c echo.Context) error { return s.sendStore(c, http.StatusOK, nil) }

// sendStore sends the page of a store. wrong, if any, is the problem with what was
// typed into one of its forms.
func (s *Server) sendStore(c echo.Context, status int, wrong *fieldProblem) error {
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	for err == nil {
		err = s.renderStore(c, status, trend, wrong)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
		trend, err = s.trend(ctx) // of the data as they are now
	}
	return err
}

func (s *Server) renderStore(c echo.Context, status int, trend *figures.Trend, wrong *fieldProblem) error {
	ctx := c.Request().Context()
	n, err := findStore(trend.Snapshot, c.Param("id"))
	if err != nil {
		return err
	}
	query, err := parseStorePage(c, trend.Stores[n].Code)
	if err != nil {
		return err
	}
	page, at, err := s.pageOf(c, trend.Snapshot, storeTitle(spokenOf(ctx), trend.Snapshot, n), views.NavStores)
	if err != nil {
		return err
	}
	if err := s.watch(c, &page, trend.Snapshot, ofFigures); err != nil {
		return err
	}
	store, err := s.newStore(ctx, trend, n, query, at)
	if err != nil {
		return err
	}
	if trend.AsOfKnown {
		page.Period = query.Period.query()
	}
	if err := s.addPause(c, &store, trend.Snapshot, n, wrong); err != nil {
		return err
	}
	store.Target.All = true
	if !page.Can.KeepSales {
		store.Sales = nil
	}
	if !page.Can.SetTargets {
		store.Target.Form = nil
	}
	if form := store.Target.Form; wrong != nil && wrong.field == "percent" && form != nil {
		form.Percent, form.Problem = c.FormValue("percent"), wrong.said.In(words.Of(ctx))
	} else if wrong != nil && wrong.field != "until" && store.Sales != nil {
		store.Sales.PerHour, store.Sales.Problem = c.FormValue("per_hour"), wrong.said.In(words.Of(ctx))
	}
	varies(c, variesByPart)
	switch {
	case !wantsPartial(c.Request()), c.Request().Header.Get("HX-Target") == "timeline":
		return render(c, status, views.StorePage(page, store))
	default:
		return render(c, status, views.StoreExplanation(store))
	}
}

// recentStore is the store in the address, in the snapshot that pages show.
func (s *Server) recentStore(c echo.Context) (snapshot *figures.Snapshot, n int, err error) {
	if snapshot, err = s.recentSnapshot(c.Request().Context()); err == nil {
		n, err = findStore(snapshot, c.Param("id"))
	}
	return snapshot, n, err
}

// findStore finds a store by the id that the feeds use.
func findStore(s *figures.Snapshot, code string) (int, error) {
	n, found := s.Find(code)
	if !found {
		return 0, problem{http.StatusNotFound, words.Later("There is no such store"), words.Later("No file that was imported names a store {id}.", "id", code), models.ErrNotFound}
	}
	return n, nil
}

// newHours is the table of business hours, as the feed gave them.
func newHours(w spoken, hours []uptime.Hours) []views.HoursDay {
	days := make([]views.HoursDay, 7)
	for n := range days {
		days[n].Name = w.Weekday(time.Weekday((n + 1) % 7))
	}
	var rows [7]int
	for _, h := range hours {
		if h.Closed() {
			continue // as is every day without a row, where there are some
		}
		if rows[h.Day]++; rows[h.Day] > spansOnPage {
			continue
		}
		days[h.Day].Spans = append(days[h.Day].Spans, hoursLine(w, h))
	}
	for day, count := range rows {
		if more := count - spansOnPage; more > 0 {
			days[day].Spans = append(days[day].Spans, w.Say("and {n} more", "n", more))
		}
	}
	return days
}
