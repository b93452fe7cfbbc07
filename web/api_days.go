package web

import (
	"errors"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiDays struct {
	AsOf        *apiTime `json:"as_of"`
	DataVersion int64    `json:"data_version"`
	Store       string   `json:"store"`
	Zone        string   `json:"zone"`
	Days        []apiDay `json:"days"` // oldest first
}

// apiDay is a date in the store's zone. The last one ends with the data.
type apiDay struct {
	Date string `json:"date"`
	apiSpan
	Figures apiWindow `json:"figures"`
}

// mostDays is the most days that can be asked for at once: a leap year.
const mostDays = 366

// apiListDays serves GET /api/v1/stores/:id/days?from=2023-01-01&to=2023-01-31.
func (s *Server) apiListDays(c echo.Context) error {
	ctx := c.Request().Context()
	for {
		snapshot, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		n, err := findStore(snapshot, c.Param("id"))
		if err != nil {
			return err
		}
		list := apiDays{
			AsOf: optionalTime(snapshot.KnownAsOf()), DataVersion: snapshot.Version,
			Store: snapshot.Stores[n].Code, Zone: snapshot.Stores[n].ZoneName(), Days: []apiDay{},
		}
		first, last, some, err := parseDates(c, snapshot, n)
		if err != nil {
			return err
		}
		if !some {
			return sendAPIList(c, list, list.Days, nil)
		}
		past, err := s.data.StoreDays(ctx, snapshot, n, first, last)
		if errors.Is(err, models.ErrDataMoved) {
			continue // an import was merged meanwhile: begin again
		}
		if err != nil {
			return err
		}
		list.Days = newAPIDays(past, first, last)
		return sendAPIList(c, list, list.Days, nil)
	}
}

// historyDays is how many days are listed if no dates are asked for.
const historyDays = 28

// parseDates reads the dates that are asked for, by default the last historyDays.
// A store that was never polled has none.
func parseDates(c echo.Context, s *figures.Snapshot, n int) (first, last uptime.Date, some bool, err error) {
	oldest, last, some := s.Dates(n)
	first = max(oldest, last-historyDays+1)
	for _, end := range []struct {
		name string
		date *uptime.Date
	}{{"from", &first}, {"to", &last}} {
		text := c.QueryParam(end.name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return first, last, some, badInput(words.Said(fmt.Sprintf("%s: expected a date such as 2023-01-25, found %s", end.name, text)))
		}
		*end.date = uptime.DateOf(day.Date())
	}
	if first > last || last-first >= mostDays {
		return first, last, some, badInput(words.Said(fmt.Sprintf("to: expected a date from %s to %s, found %s",
			dateText(first, time.DateOnly), dateText(first+mostDays-1, time.DateOnly), dateText(last, time.DateOnly))))
	}
	return max(first, oldest), last, some && last >= oldest, nil
}

func newAPIDays(past figures.StoreDays, first, last uptime.Date) []apiDay {
	days := []apiDay{}
	for _, day := range past.Days(first, min(last, past.Today())) {
		days = append(days, apiDay{
			Date: dateText(day.Date, time.DateOnly), apiSpan: apiSpan{apiTime(day.From), apiTime(min(day.To, past.AsOf))},
			Figures: newAPIWindow(past.Measure(day.Span)[0]).with(past.MeasureCorrected(day.Span)[0]),
		})
	}
	return days
}
