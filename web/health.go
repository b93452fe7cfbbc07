package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// health serves GET /healthz: the process answers.
func (s *Server) health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready serves GET /readyz: so does its database, and it is not about to stop.
func (s *Server) ready(c echo.Context) error {
	s.leaving.asked.Store(s.now().Unix())
	if s.leaving.begun.Load() {
		return c.String(http.StatusServiceUnavailable, "the server is about to stop\n")
	}
	if err := s.db.Ready(c.Request().Context()); err != nil {
		s.log.WarnContext(c.Request().Context(), "not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
