package web

import (
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/static"
)

// apiDocument serves GET /api/v1/openapi.yaml, the description of the API.
func (s *Server) apiDocument() echo.HandlerFunc {
	document := sync.OnceValue(func() static.File { return static.OpenAPIBelow(s.prefix()) })
	return func(c echo.Context) error {
		document().ServeDocument(c.Response(), c.Request(), takesGzip(c.Request()))
		return nil
	}
}
