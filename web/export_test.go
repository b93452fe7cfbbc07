package web

import "time"

// SetClock gives the server another clock.
func (s *Server) SetClock(now func() time.Time) { s.now = now }

// HurryPushes makes pushes wait so long for their turn.
func (s *Server) HurryPushes(patience time.Duration) { s.pushPatience = patience }
