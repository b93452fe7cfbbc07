package web

import "time"

// SetClock gives the server another clock.
func (s *Server) SetClock(now func() time.Time) { s.now = now }
