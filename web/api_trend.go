package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/history"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiTrend is the last days of some stores together, each beside the same day a week before.
type apiTrend struct {
	AsOf        *apiTime      `json:"as_of"`
	DataVersion int64         `json:"data_version"`
	Group       *string       `json:"group"`
	Days        []apiTrendDay `json:"days"` // oldest first
}

// apiTrendDay is the local day of each store.
type apiTrendDay struct {
	Date    string    `json:"date"`
	SoFar   bool      `json:"so_far"` // it has not ended everywhere
	Figures apiWindow `json:"figures"`
	Before  apiWindow `json:"week_before"`
}

// apiShowTrend serves GET /api/v1/trend?group=.
func (s *Server) apiShowTrend(c echo.Context) error {
	group := names.Asked(c.QueryParam("group"))
	t, g, err := s.apiFiguresOf(c.Request().Context(), group)
	if err != nil {
		return err
	}
	trend := apiTrend{AsOf: optionalTime(t.KnownAsOf()), DataVersion: t.Version, Group: orNull(group), Days: []apiTrendDay{}}
	last := g.trendEnd(t)
	for n := max(last-daysShown, 0); n < last; n++ {
		before := newAPIWindow(g.days[n-daysShown])
		trend.Days = append(trend.Days, apiTrendDay{
			Date: dateText(t.Dates[n], time.DateOnly), SoFar: t.Dates[n] >= g.earliest, Figures: newAPIWindow(g.days[n]), Before: before,
		})
	}
	return sendAPIList(c, trend, trend.Days, nil)
}

// apiPast is the last days of some stores together.
type apiPast struct {
	AsOf        *apiTime     `json:"as_of"`
	DataVersion int64        `json:"data_version"`
	Group       *string      `json:"group"`
	Days        []apiPastDay `json:"days"` // oldest first
}

type apiPastDay struct {
	Date    string     `json:"date"`
	SoFar   bool       `json:"so_far"`
	Kept    bool       `json:"kept"`    // polls of it are
	Figures *apiWindow `json:"figures"` // null where they are not
}

// apiListPast serves GET /api/v1/days?group=.
func (s *Server) apiListPast(c echo.Context) error {
	for {
		err := s.sendAPIPast(c, names.Asked(c.QueryParam("group")))
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIPast(c echo.Context, group string) error {
	ctx := c.Request().Context()
	t, g, err := s.apiFiguresOf(ctx, group)
	if err != nil {
		return err
	}
	days, err := s.data.Days(ctx, t, g.stores, g.days, g.usual, max(s.stripPatience, filePatience))
	if err != nil {
		return err
	}
	if days.Pending {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
		return problem{http.StatusServiceUnavailable, words.Said("The days are still being added up"), words.Said("Please ask again in some seconds."), days.Err}
	}
	past := apiPast{AsOf: optionalTime(t.KnownAsOf()), DataVersion: t.Version, Group: orNull(group), Days: []apiPastDay{}}
	for _, day := range days.Days {
		past.Days = append(past.Days, newAPIPastDay(day, g.earliest))
	}
	return sendAPIList(c, past, past.Days, nil)
}

func newAPIPastDay(day history.Day, earliest uptime.Date) apiPastDay {
	shown := apiPastDay{Date: dateText(day.Date, time.DateOnly), SoFar: day.Date >= earliest, Kept: day.State == history.Known}
	if shown.Kept {
		figures := newAPIWindow(day.Figures)
		shown.Figures = &figures
	}
	return shown
}
