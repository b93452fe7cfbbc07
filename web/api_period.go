package web

import (
	"cmp"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/reports"
	"lightson/models/words"
)

// apiPeriod is the figures of the dates of a period, each store's own local ones.
type apiPeriod struct {
	Name string `json:"name"`
	apiPeriodDates
	SoFar  bool           `json:"so_far"` // it is not over
	Lost   *int64         `json:"lost_sales_cents,omitempty"`
	Before apiPeriodDates `json:"before"`
}

type apiPeriodDates struct {
	From    string     `json:"from"`
	To      string     `json:"to"`      // the last date
	Figures *apiWindow `json:"figures"` // null where polls of these dates are no longer kept
}

// measureAPIPeriod measures a period of some stores. A script is not asked to come again while
// that takes only seconds.
func (s *Server) measureAPIPeriod(c echo.Context, t *figures.Trend, stores []int, p period) (*periodFigures, error) {
	f, err := s.measurePeriod(c.Request().Context(), t, stores, p, "", max(s.stripPatience, filePatience))
	if err == nil && (f.now.Pending || f.before.Pending) {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
		err = problem{http.StatusServiceUnavailable, words.Said("The period is still being added up"),
			words.Said("Please ask again in some seconds."), cmp.Or(f.now.Err, f.before.Err)}
	}
	return f, err
}

func newAPIPeriodDates(d history.Dates) apiPeriodDates {
	return apiPeriodDates{From: dateText(d.First, time.DateOnly), To: dateText(d.Last, time.DateOnly)}
}

// ofAll are the figures of all the stores together.
func (f *periodFigures) ofAll() *apiPeriod {
	shown := &apiPeriod{
		Name: f.name, SoFar: f.soFar, apiPeriodDates: newAPIPeriodDates(f.usual),
		Before: newAPIPeriodDates(f.period.before(f.usualToday)),
	}
	if f.known() {
		figures := newAPIWindow(f.sum).with(f.corrected)
		shown.Figures = &figures
	}
	if f.incomparable == "" {
		before := newAPIWindow(f.sumBefore)
		shown.Before.Figures = &before
	}
	return shown
}

// of are the figures of the store at a place.
func (f *periodFigures) of(place int) *apiPeriod {
	today := f.today(f.stores[place])
	shown := &apiPeriod{
		Name: f.name, SoFar: f.dates(today).Last >= today, apiPeriodDates: newAPIPeriodDates(f.dates(today)),
		Before: newAPIPeriodDates(f.period.before(today)),
	}
	if f.now.States[place] == history.Known {
		figures := newAPIWindow(f.now.Figures[place]).with(f.now.Corrected[place])
		shown.Figures = &figures
	}
	if f.before.States[place] == history.Known {
		before := newAPIWindow(f.before.Figures[place])
		shown.Before.Figures = &before
	}
	return shown
}

// worstOfAll are the stores that lost most in the period.
func (f *periodFigures) worstOfAll(t *figures.Trend, group string) []apiWorstStore {
	list := []apiWorstStore{}
	for _, place := range f.worstPlaces(group) {
		n := f.stores[place]
		list = append(list, apiWorstStore{
			newAPINamedStore(t.Snapshot, n), reports.StateName(t.Now[n].State),
			newAPIWindow(f.now.Figures[place]).with(f.now.Corrected[place]),
		})
	}
	return list
}
