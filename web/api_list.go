package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strconv"

	"github.com/labstack/echo/v4"
)

// listForms are the forms in which a list can be sent, the usual one first.
var listForms = []offer{offerJSON, offerLines, offerCSV}

// listForm is the form in which a list is to be sent. Where several do as well, it is the
// first of them, and JSON where none does: scripts say little about what they accept.
func listForm(c echo.Context) offer {
	asked := acceptsOf(c.Request().Header)
	best := listForms[0]
	for _, o := range listForms[1:] {
		if asked.prefers(o, best) {
			best = o
		}
	}
	return best
}

// sendAPIList sends a piece of a list: as JSON list, which has items in it, as NDJSON or CSV
// the items alone. Where more follows, next is the cursor of it, which the header Link has
// too, as RFC 8288 says. What else a list says of itself are headers in every form.
func sendAPIList[T any](c echo.Context, list any, items []T, next *string) error {
	varies(c, echo.HeaderAccept)
	if next != nil {
		c.Response().Header().Set("Link", "<"+nextPiece(c.Request().URL, *next)+`>; rel="next"`)
	}
	sayOfList(c.Response().Header(), list)
	switch form := listForm(c); form.subtype {
	case offerLines.subtype:
		return sendLines(c, items)
	case offerCSV.subtype:
		return sendTable(c, items)
	default:
		return c.JSON(http.StatusOK, list)
	}
}

// The headers that say what the items of a list do not: of which version of the data they
// are, and how many all pieces of the list have.
const (
	headerVersion = "X-Data-Version"
	headerTotal   = "X-Total-Count"
)

// sayOfList sets these headers for a list that knows it.
func sayOfList(h http.Header, list any) {
	of := reflect.Indirect(reflect.ValueOf(list))
	for field, name := range map[string]string{"DataVersion": headerVersion, "Total": headerTotal} {
		if value := of.FieldByName(field); value.IsValid() && value.CanInt() {
			h.Set(name, strconv.FormatInt(value.Int(), 10))
		}
	}
}

// sendLines sends items as NDJSON, one on each line.
func sendLines[T any](c echo.Context, items []T) error {
	var lines bytes.Buffer
	for _, item := range items {
		line, err := json.Marshal(item)
		if err != nil {
			return err
		}
		lines.Write(append(line, '\n'))
	}
	return c.Blob(http.StatusOK, offerLines.String(), lines.Bytes())
}

// sendTable sends items as CSV, a row for each.
func sendTable[T any](c echo.Context, items []T) error {
	var table bytes.Buffer
	if err := writeTable(&table, items); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, disposition(path.Base(c.Request().URL.Path)+".csv"))
	return c.Blob(http.StatusOK, offerCSV.String()+"; charset=utf-8", table.Bytes())
}

// nextPiece is the address of a list from a cursor on.
func nextPiece(list *url.URL, cursor string) string {
	query := list.Query()
	query.Set("cursor", cursor)
	return withQuery(list.EscapedPath(), query)
}
