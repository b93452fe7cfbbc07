package web

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// reportStatus answers GET /get_report unless the answer is the CSV.
type reportStatus struct {
	Status      contractText `json:"status"` // Running, Complete or Failed
	ReportID    string       `json:"report_id"`
	State       string       `json:"state"` // one of the five, with a capital letter
	Error       string       `json:"error,omitempty"`
	DownloadURL string       `json:"download_url,omitempty"`
	DetailsURL  string       `json:"details_url,omitempty"`
	RangeURL    string       `json:"range_url,omitempty"` // if the report was asked for one
	AsOf        string       `json:"as_of,omitempty"`
	Stores      int64        `json:"stores,omitempty"`
	NoData      int64        `json:"stores_without_data,omitempty"`
	Progress    *progress    `json:"progress,omitempty"`
	Corrected   bool         `json:"corrected"` // whether the CSV has corrected figures
}

const reportCancelled contractText = "The report was cancelled."

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
		return contractProblem(http.StatusBadRequest, "No report_id", "Expected GET /get_report?report_id=ID or GET /get_report/ID.", nil)
	}
	r, err := s.report(c, id)
	if err != nil {
		return err
	}
	varies(c, echo.HeaderAccept)
	c.Response().Header().Set("X-Report-Status", stateName(r.State))
	switch {
	case r.State == models.Complete && !wantsJSONReport(c):
		return s.sendContract(c, r, r.ID+".csv")
	case !r.State.Final():
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	status := s.newReportStatus(r)
	if status.Corrected, err = wantsCorrected(c, r); err != nil {
		return err
	}
	if status.DownloadURL != "" && status.Corrected != r.Corrected {
		status.DownloadURL += "?corrected=" + strconv.FormatBool(status.Corrected)
	}
	return c.JSON(http.StatusOK, status)
}

func (s *Server) newReportStatus(r models.Report) reportStatus {
	status := reportStatus{ReportID: r.ID, State: stateName(r.State)}
	switch r.State {
	case models.Complete:
		status.Status = "Complete"
		status.DownloadURL, status.DetailsURL = s.publicURL(reportURL(r.ID)+"/report.csv"), s.publicURL(reportURL(r.ID)+"/details.csv")
		if r.Ranged() {
			status.RangeURL = s.publicURL(reportURL(r.ID) + "/range.csv")
		}
		status.Stores, status.NoData = r.Stores, r.NoData
		if r.AsOf.Known {
			status.AsOf = instantText(r.AsOf.At)
		}
	case models.Failed, models.Cancelled:
		status.Status = "Failed"
		status.Error = cmp.Or(r.Error.String(), string(reportCancelled))
	default:
		status.Status = "Running"
		status.Progress = &progress{r.Done, r.Total}
	}
	return status
}
