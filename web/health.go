package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// What probes are told is read by load balancers and by whoever runs the server.
const (
	stopping probeText = "The server is about to stop."
	silent   probeText = "The database does not answer."
)

// health serves GET /healthz, which says that the process answers.
func (s *Server) health(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready serves GET /readyz, which says that the database answers too, that the disk is
// not full, and that the server is not about to stop. Load balancers read the status,
// operators the reason.
func (s *Server) ready(c echo.Context) error {
	s.drain.probed.Store(s.now().Unix())
	if s.drain.begun.Load() {
		return c.String(http.StatusServiceUnavailable, string(stopping)+"\n")
	}
	err := s.data.Ready(c.Request().Context())
	if err == nil {
		err = s.imports.Ready()
	}
	if err == nil {
		return c.String(http.StatusOK, "ready\n")
	}
	s.log.WarnContext(c.Request().Context(), "not ready", "error", err)
	reason := string(silent)
	if fault, is := models.FaultOf(err); is {
		reason = fault.ForPeople().String()
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
	return c.String(http.StatusServiceUnavailable, reason+"\n")
}
