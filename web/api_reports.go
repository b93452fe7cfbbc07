package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
)

type apiReports struct {
	Reports    []apiReport `json:"reports"` // newest first
	NextCursor *string     `json:"next_cursor"`
}

type apiReport struct {
	ID         string           `json:"id"`
	State      models.State     `json:"state"`
	Error      *string          `json:"error"`
	Source     models.Source    `json:"source"`
	AskedBy    *string          `json:"asked_by"`    // none where there were no accounts
	AskedAsOf  *apiTime         `json:"asked_as_of"` // none for the newest poll
	Group      *string          `json:"group"`       // none for all stores
	Range      *apiSpan         `json:"range"`       // none unless one was asked for
	Corrected  bool             `json:"corrected"`   // whether its CSV has corrected figures
	CreatedAt  apiTime          `json:"created_at"`
	StartedAt  *apiTime         `json:"started_at"`
	FinishedAt *apiTime         `json:"finished_at"`
	Progress   progress         `json:"progress"` // in stores
	Result     *apiReportResult `json:"result"`   // once it is complete
}

type apiReportResult struct {
	AsOf        *apiTime `json:"as_of"`
	DataVersion int64    `json:"data_version"`
	Stores      int64    `json:"stores"`
	NoData      int64    `json:"stores_without_data"`
	Polls       int64    `json:"polls"`
	ZoneData    *string  `json:"zone_data"` // none where it is not known
	RowsURL     string   `json:"rows_url"`
	DetailsURL  string   `json:"details_url"`
	WorkbookURL string   `json:"workbook_url"`
	RangeURL    *string  `json:"range_url"` // none unless the report has a range
}

// apiListReports serves GET /api/v1/reports?limit=&cursor=.
func (s *Server) apiListReports(c echo.Context) error {
	from, limit, err := parseCursor(c, "reports")
	if err != nil {
		return err
	}
	reports, err := s.data.ReportsAfter(c.Request().Context(), from.Below, limit+1)
	if err != nil {
		return err
	}
	piece, more := cut(reports, limit)
	list := apiReports{Reports: make([]apiReport, len(piece))}
	for n, r := range piece {
		list.Reports[n] = newAPIReport(r)
	}
	if more {
		list.NextCursor = cursor{List: from.List, Below: piece[limit-1].ListPlace()}.next(more)
	}
	return sendAPIList(c, list, list.Reports, list.NextCursor)
}

// apiAskReport serves POST /api/v1/reports.
func (s *Server) apiAskReport(c echo.Context) error {
	r, err := s.askReport(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiReportURL(r.ID))
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return c.JSON(http.StatusAccepted, newAPIReport(*r))
}

// apiShowReport serves GET /api/v1/reports/:id.
func (s *Server) apiShowReport(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	if !r.State.Final() {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	return c.JSON(http.StatusOK, newAPIReport(r))
}

// apiCancelReport serves POST /api/v1/reports/:id/cancel. Cancelling a cancelled
// report succeeds.
func (s *Server) apiCancelReport(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	if _, err := s.work.Cancel(ctx, models.ReportWork, r.ID); err != nil {
		return err
	}
	if r, err = s.data.Report(ctx, r.ID); err != nil {
		return err
	}
	if r.State != models.Cancelled {
		return problem{http.StatusConflict, words.Said("This report can no longer be cancelled"), words.Said("It is " + string(r.State) + "."), nil}
	}
	return c.JSON(http.StatusOK, newAPIReport(r))
}

func apiReportURL(id string) string { return "/api/v1/reports/" + id }

func newAPIReport(r models.Report) apiReport {
	report := apiReport{
		ID: r.ID, State: r.State, Error: orNull(r.Error.String()), Source: r.Source, AskedBy: orNull(r.AskedByName), AskedAsOf: optionalTime(r.AskedAsOf), Group: orNull(r.Group),
		CreatedAt: apiTime(r.CreatedAt), StartedAt: workTime(r.StartedAt), FinishedAt: workTime(r.FinishedAt),
		Progress: progress{r.Done, r.Total}, Corrected: r.Corrected,
	}
	if r.Ranged() {
		report.Range = &apiSpan{apiTime(r.RangeFrom), apiTime(r.RangeTo)}
	}
	if r.State == models.Complete {
		report.Result = &apiReportResult{
			AsOf: optionalTime(r.AsOf), DataVersion: r.DataVersion, Stores: r.Stores, NoData: r.NoData, Polls: r.Polls, ZoneData: orNull(r.ZoneData),
			RowsURL: apiReportURL(r.ID) + "/rows", DetailsURL: apiReportURL(r.ID) + "/details", WorkbookURL: apiReportURL(r.ID) + "/workbook",
		}
		if r.Ranged() {
			report.Result.RangeURL = orNull(apiReportURL(r.ID) + "/range")
		}
	}
	return report
}
