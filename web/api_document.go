package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/static"
)

// apiDocument serves GET /api/v1/openapi.yaml, the description of the API.
func (s *Server) apiDocument(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/yaml", static.OpenAPI)
}
