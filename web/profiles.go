package web

import (
	"net/http/pprof"

	"github.com/labstack/echo/v4"
)

// showProfile serves GET /debug/pprof/, in development only: where a process
// spends its time and memory, as go tool pprof reads it. A profile or a trace
// ends after answerWithin, however long it was asked for.
func (s *Server) showProfile(c echo.Context) error {
	serve := pprof.Index // also of the profiles that have a name
	switch c.Param("*") {
	case "/cmdline":
		serve = pprof.Cmdline
	case "/profile":
		serve = pprof.Profile
	case "/symbol":
		serve = pprof.Symbol
	case "/trace":
		serve = pprof.Trace
	}
	serve(c.Response(), c.Request())
	return nil
}
