package web

import "github.com/labstack/echo/v4"

// passkeysWork reports whether passkeys can be used at the address of a request: browsers
// want https, or localhost.
func (s *Server) passkeysWork(c echo.Context) bool {
	return s.isSecure(c) || hostName(c.Request().Host) == "localhost"
}
