package web

import "github.com/labstack/echo/v4"

func (s *Server) isSecure(c echo.Context) bool {
	return s.settings.URL != nil && s.settings.URL.Scheme == "https"
}
func (s *Server) proxyUser(c echo.Context) (string, bool) { return "", false }
