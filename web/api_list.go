package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"
)

// sendAPIList sends a piece of a list. Where more follows, next is the cursor of it, which the
// header Link has too, as RFC 8288 says.
func sendAPIList[T any](c echo.Context, list any, items []T, next *string) error {
	if next != nil {
		c.Response().Header().Set("Link", "<"+nextPiece(c.Request().URL, *next)+`>; rel="next"`)
	}
	return c.JSON(http.StatusOK, list)
}

// nextPiece is the address of a list from a cursor on.
func nextPiece(list *url.URL, cursor string) string {
	query := list.Query()
	query.Set("cursor", cursor)
	return withQuery(list.EscapedPath(), query)
}
