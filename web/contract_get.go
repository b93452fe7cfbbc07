package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// reportStatus answers GET /get_report unless the answer is the CSV.
type reportStatus struct {
	Status      string    `json:"status"` // Running, Complete or Failed
	ReportID    string    `json:"report_id"`
	State       string    `json:"state"` // one of the five, with a capital letter
	Error       string    `json:"error,omitempty"`
	DownloadURL string    `json:"download_url,omitempty"`
	DetailsURL  string    `json:"details_url,omitempty"`
	RangeURL    string    `json:"range_url,omitempty"` // if the report was asked for one
	AsOf        string    `json:"as_of,omitempty"`
	Stores      int64     `json:"stores,omitempty"`
	NoData      int64     `json:"stores_without_data,omitempty"`
	Progress    *progress `json:"progress,omitempty"`
}

type progress struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// getReport serves GET /get_report?report_id=ID and GET /get_report/ID, the
// contract for scripts: the state as JSON until the report is complete, then
// the CSV.
func (s *Server) getReport(c echo.Context) error {
	id := cmp.Or(c.Param("id"), c.QueryParam("report_id"))
	if id == "" {
		return problem{http.StatusBadRequest, "No report_id", "Expected GET /get_report?report_id=ID or GET /get_report/ID.", nil}
	}
	r, err := s.report(c, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Report-Status", stateName(r.State))
	switch {
	case r.State == models.Complete && !acceptsJSON(c):
		return s.sendContract(c, r, r.ID+".csv")
	case !r.State.Final():
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	return c.JSON(http.StatusOK, newReportStatus(c, r))
}

func acceptsJSON(c echo.Context) bool {
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

func newReportStatus(c echo.Context, r models.Report) reportStatus {
	status := reportStatus{ReportID: r.ID, State: stateName(r.State)}
	switch r.State {
	case models.Complete:
		status.Status = "Complete"
		base := c.Scheme() + "://" + c.Request().Host
		status.DownloadURL, status.DetailsURL = base+reportURL(r.ID)+"/report.csv", base+reportURL(r.ID)+"/details.csv"
		if r.Ranged() {
			status.RangeURL = base + reportURL(r.ID) + "/range.csv"
		}
		status.AsOf, status.Stores, status.NoData = instantText(r.AsOf), r.Stores, r.NoData
	case models.Failed, models.Cancelled:
		status.Status = "Failed"
		status.Error = cmp.Or(r.Error, "The report was cancelled.")
	default:
		status.Status = "Running"
		status.Progress = &progress{r.Done, r.Total}
	}
	return status
}
