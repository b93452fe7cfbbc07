package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/views"
)

// awaitReport serves POST /reports/:id/await: the visitor is told once the report is ready.
func (s *Server) awaitReport(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	noteOf(c).about("report", r.ID)
	if _, err := s.data.AwaitReport(c.Request().Context(), r.ID, s.now()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, reportURL(r.ID))
}

// addAwait offers to tell the visitor of a report that is not ready yet.
func (s *Server) addAwait(c echo.Context, shown *views.Report, r models.Report) error {
	ctx := c.Request().Context()
	if r.State.Final() || !may(ctx, access.KeepAlerts) {
		return nil
	}
	awaited, reachable, err := s.data.Awaiting(ctx, r.ID)
	switch {
	case err != nil:
		return err
	case awaited:
		shown.Awaited = true
	case reachable:
		shown.AwaitURL = reportURL(r.ID) + "/await"
	}
	return nil
}
