package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/scheduled"
)

type apiScheduledReports struct {
	Reports    []apiScheduled `json:"scheduled_reports"` // the oldest first
	NextCursor *string        `json:"next_cursor"`
}

// apiListScheduled serves GET /api/v1/scheduled-reports?limit=&cursor=.
func (s *Server) apiListScheduled(c echo.Context) error {
	all, _, err := s.data.ScheduledReports(c.Request().Context())
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "scheduled-reports", all, func(r scheduled.Report) place { return olderFirst(r.CreatedAt, r.ID) })
	if err != nil {
		return err
	}
	list := apiScheduledReports{Reports: make([]apiScheduled, len(piece)), NextCursor: next}
	for n, r := range piece {
		list.Reports[n] = newAPIScheduled(r)
	}
	return sendAPIList(c, list, list.Reports, next)
}

// apiScheduledWithRuns is a scheduled report with what became of it.
type apiScheduledWithRuns struct {
	apiScheduled
	Runs []apiRun `json:"runs"` // the latest first
}

// A run is a time that a report was due.
type apiRun struct {
	DueAt       apiTime   `json:"due_at"`
	AskedAt     apiTime   `json:"asked_at"` // later where the server was down or busy
	ByHand      bool      `json:"by_hand"`
	ReportID    *string   `json:"report_id"` // none where none was made, it was deleted, or it is out of reach
	ReportState *string   `json:"report_state"`
	Deleted     bool      `json:"report_deleted"`
	Problem     *string   `json:"problem"` // what was not done, and why
	Filed       []string  `json:"filed"`   // names of the files in the folder
	Sent        []apiSent `json:"sent"`
}

type apiSent struct {
	DeliveryID string `json:"delivery_id"`
	ChannelID  string `json:"channel_id"`
	State      string `json:"state"`
}

func newAPIRun(run scheduled.PastRun) apiRun {
	shown := apiRun{
		DueAt: apiTime(run.DueAt), AskedAt: apiTime(run.AskedAt), ByHand: run.ByHand, ReportID: orNull(run.Report.ID), Deleted: run.Deleted,
		Problem: orNull(run.Why.In(inEnglish.Words)), Filed: append([]string{}, run.Filed...), Sent: []apiSent{},
	}
	if run.Report.ID != "" {
		shown.ReportState = orNull(string(run.Report.State))
	}
	for _, d := range run.Deliveries {
		shown.Sent = append(shown.Sent, apiSent{d.ID, d.ChannelID, deliveryStateWord(d.State)})
	}
	return shown
}

// apiShowScheduled serves GET /api/v1/scheduled-reports/:id, with the latest runs.
func (s *Server) apiShowScheduled(c echo.Context) error {
	r, err := s.ownScheduled(c)
	if err != nil {
		return err
	}
	runs, err := s.data.ScheduledRuns(c.Request().Context(), r.ID, runsShown)
	if err != nil {
		return err
	}
	shown := apiScheduledWithRuns{newAPIScheduled(r), make([]apiRun, len(runs))}
	for n, run := range runs {
		shown.Runs[n] = newAPIRun(run)
	}
	return c.JSON(http.StatusOK, shown)
}

// apiAddScheduled serves POST /api/v1/scheduled-reports.
func (s *Server) apiAddScheduled(c echo.Context) error {
	if err := mustMakeReports(c); err != nil {
		return err
	}
	noteOf(c).about("scheduled-report", "")
	var form apiScheduledForm
	if err := readAPIBody(c, &form, scheduledExample); err != nil {
		return err
	}
	r, err := s.saveAPIScheduled(c, form, "")
	if err != nil {
		return err
	}
	noteOf(c).about("scheduled-report", r.ID)
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/scheduled-reports/"+r.ID)
	return c.JSON(http.StatusCreated, newAPIScheduled(r))
}

// apiChangeScheduled serves PATCH /api/v1/scheduled-reports/:id.
func (s *Server) apiChangeScheduled(c echo.Context) error {
	if err := mustMakeReports(c); err != nil {
		return err
	}
	own, err := s.ownScheduled(c)
	if err != nil {
		return err
	}
	form := newAPIScheduledForm(own)
	if err := readAPIChange(c, &form, scheduledExample); err != nil {
		return err
	}
	r, err := s.saveAPIScheduled(c, form, own.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIScheduled(r))
}

// mustMakeReports refuses those who are told things and make no reports. The route asks for
// being told, so that the keys for reports, which are told nothing, have no part in it.
func mustMakeReports(c echo.Context) error {
	p, err := access.Of(c.Request().Context())
	if err == nil && !p.May(access.MakeReports) {
		err = forbidden(p, access.MakeReports)
	}
	return err
}

// saveAPIScheduled adds a scheduled report, or with an id changes one, and reads it as it is
// then.
func (s *Server) saveAPIScheduled(c echo.Context, form apiScheduledForm, id string) (r scheduled.Report, err error) {
	ctx := c.Request().Context()
	if r, err = form.report(); err == nil {
		r.ID, r.CreatedBy = id, whoAsks(c)
		err = s.data.SaveScheduledReport(ctx, &r, s.now())
	}
	if err != nil {
		return r, apiRefusal(err, nil)
	}
	noteOf(c).detail = shortened(r.Name+", "+r.Times.Words().String(), 200)
	return s.data.ScheduledReport(ctx, r.ID)
}

// onAPIScheduled serves POST /api/v1/scheduled-reports/:id/… and answers with the scheduled
// report as it is then.
func (s *Server) onAPIScheduled(done string, do func(c echo.Context, id string) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := s.ownScheduled(c)
		if err != nil {
			return err
		}
		noteOf(c).about("scheduled-report", r.ID)
		noteOf(c).detail = done
		if err := do(c, r.ID); err != nil {
			return err
		}
		if r, err = s.ownScheduled(c); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, newAPIScheduled(r))
	}
}

// apiRunScheduled serves POST /api/v1/scheduled-reports/:id/run.
func (s *Server) apiRunScheduled(c echo.Context) error {
	if err := mustMakeReports(c); err != nil {
		return err
	}
	return s.onAPIScheduled("asked", s.runScheduled)(c)
}

// apiRemoveScheduled serves DELETE /api/v1/scheduled-reports/:id.
func (s *Server) apiRemoveScheduled(c echo.Context) error {
	r, err := s.ownScheduled(c)
	if err != nil {
		return err
	}
	noteOf(c).about("scheduled-report", r.ID)
	noteOf(c).detail = "removed"
	if err := s.removeScheduled(c, r.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
