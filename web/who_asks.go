package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// whoAsks is what an import says of who brought it in: the name of the person or key, or
// the address where there are no accounts. The audit log has both.
func whoAsks(c echo.Context) string {
	if p, err := access.Of(c.Request().Context()); err == nil && p.Name != "" {
		return p.Name
	}
	return clientAddress(c)
}
