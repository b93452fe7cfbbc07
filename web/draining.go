package web

import (
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// A drain is the time between the wish to stop and the last request: a load
// balancer learns of it by /readyz and sends no more.
type drain struct {
	begun  atomic.Bool
	probed atomic.Int64 // when /readyz was asked last, in seconds since 1970
}

// probedWithin is how recently someone must have asked /readyz to be taken for a
// load balancer that acts on the answer.
const probedWithin = time.Minute

// Drain says by /readyz that this server is about to stop, and ends each
// connection after its next answer. It reports whether a load balancer asks.
func (s *Server) Drain() bool {
	s.drain.begun.Store(true)
	return time.Unix(s.drain.probed.Load(), 0).After(s.now().Add(-probedWithin))
}

// endConnections leaves no connection idle while the server drains: a request
// that is sent just when it is closed would be lost.
func (s *Server) endConnections(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.drain.begun.Load() {
			c.Response().Header().Set(echo.HeaderConnection, "close")
		}
		return next(c)
	}
}
