package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// apiReportSummary is what a report says of all its stores together.
type apiReportSummary struct {
	Report       string     `json:"report"`
	AsOf         *apiTime   `json:"as_of"`
	Stores       int        `json:"stores"`
	Windows      apiWindows `json:"windows"`
	Range        *apiWindow `json:"range"` // null where it has none
	Distribution []apiBin   `json:"distribution"`
}

// apiBin is how many stores have an availability in a range, in what the report is about: its
// range or the last week.
type apiBin struct {
	ID     string   `json:"id"`
	Least  *float64 `json:"at_least"` // availability; null where it is not known
	Below  *float64 `json:"below"`
	Stores int      `json:"stores"`
}

// apiShowReportSummary serves GET /api/v1/reports/:id/summary.
func (s *Server) apiShowReportSummary(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	finished, err := s.finishedReport(c, r)
	if err != nil {
		return err
	}
	summary := apiReportSummary{
		Report: r.ID, AsOf: optionalTime(r.AsOf), Stores: len(finished.rows),
		Windows: newAPIWindows(finished.sum).with(finished.correctedSum), Distribution: newAPIDistribution(finished),
	}
	if r.Ranged() {
		ranged := newAPIWindow(finished.ranged).with(finished.correctedRanged)
		summary.Range = &ranged
	}
	for n := range finished.rows {
		if !finished.rows[n].Sure { // it was made before bounds were kept
			summary.leaveOutBounds()
			break
		}
	}
	return c.JSON(http.StatusOK, summary)
}

func (r *apiReportSummary) leaveOutBounds() {
	row := apiReportRow{Windows: r.Windows, Range: r.Range}
	row.leaveOutBounds()
	r.Windows = row.Windows
}

func newAPIDistribution(r *finishedReport) []apiBin {
	list := make([]apiBin, len(bins)+2)
	for n, id := range binIDs {
		list[n].ID = id
	}
	for n, bin := range bins {
		least := float64(bin.least) / 1000
		list[n].Least = &least
		if n > 0 {
			below := float64(bins[n-1].least) / 1000
			list[n].Below = &below
		}
	}
	last := len(bins) - 1
	bottom := 0.0
	list[last].Least = &bottom
	for n := range r.rows {
		list[binOf(r.rows[n].Main())].Stores++
	}
	return list
}

// binIDs are the bins of the availability as the API names them, by their numbers: the best
// first, then no data, then too little.
var binIDs = []string{"100", "99.9-100", "99-99.9", "95-99", "90-95", "50-90", "under-50", "no_data", "thin"}

// apiRetryReport serves POST /api/v1/reports/:id/retry.
func (s *Server) apiRetryReport(c echo.Context) error {
	again, err := s.askAgain(c, models.FromAPI)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiReportURL(again.ID))
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return c.JSON(http.StatusAccepted, newAPIReport(*again))
}

// apiAwaitReport serves POST /api/v1/reports/:id/await: whoever asks is told once the report
// is ready.
func (s *Server) apiAwaitReport(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	noteOf(c).about("report", r.ID)
	if _, err := s.data.AwaitReport(c.Request().Context(), r.ID, s.now()); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
