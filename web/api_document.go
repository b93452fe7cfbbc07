package web

import (
	"github.com/labstack/echo/v4"

	"lightson/static"
)

// apiDocument serves GET /api/v1/openapi.yaml, the description of the API.
func (s *Server) apiDocument(c echo.Context) error {
	static.ServeOpenAPI(c.Response(), c.Request(), takesGzip(c.Request()))
	return nil
}
