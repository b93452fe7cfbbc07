package web

import (
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// A leaving is the time between the wish to stop and the last request: whoever
// balances the load is told by /readyz, and sends no more.
type leaving struct {
	begun atomic.Bool
	asked atomic.Int64 // when /readyz was asked last, in seconds since 1970
}

// balanced is how recently someone must have asked whether we are ready to be
// taken for one who sends requests by the answer.
const balanced = time.Minute

// Leave says by /readyz that this server is about to stop, and ends each
// connection after its next answer. It reports whether anyone asks.
func (s *Server) Leave() bool {
	s.leaving.begun.Store(true)
	return time.Unix(s.leaving.asked.Load(), 0).After(s.now().Add(-balanced))
}

// endConnections lets no connection be idle while the server leaves: a request
// that is sent just when it is closed would be lost.
func (s *Server) endConnections(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.leaving.begun.Load() {
			c.Response().Header().Set(echo.HeaderConnection, "close")
		}
		return next(c)
	}
}
