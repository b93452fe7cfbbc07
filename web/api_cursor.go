package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// A cursor is where a list goes on. It is opaque to scripts, and says which list
// it is of, so that it is not taken for a place in another.
type cursor struct {
	List    string           `json:"list"`              // what was listed, filters and order included
	Version int64            `json:"version,omitempty"` // of the data that it was made from
	Offset  int              `json:"offset,omitempty"`
	Below   models.ListPlace `json:"below,omitzero"`
}

// String is the cursor as scripts get it.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // it holds nothing that could fail
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// isOf reports whether the cursor is one that the list can have given.
func (c cursor) isOf(list string) bool {
	return c.List == list && c.Offset >= 0 && (c.Below.ID == "" || checkID(c.Below.ID) == nil)
}

// checkVersion refuses to go on in other data than the list began in.
func (c cursor) checkVersion(present int64) error {
	if c.Offset == 0 || c.Version == present {
		return nil
	}
	return problem{http.StatusConflict, "The data changed", fmt.Sprintf(
		"The cursor is from version %d of the data, which are at version %d now. Please begin again, without a cursor.",
		c.Version, present), nil}
}

// next is the cursor as an answer has it: null where the list ends.
func (c cursor) next(more bool) *string {
	if !more {
		return nil
	}
	text := c.String()
	return &text
}

// Lists are sent in pieces of usualLimit, or of what is asked for up to
// largestLimit.
const (
	usualLimit   = 100
	largestLimit = 1000
)

// parseCursor reads how much of a list is asked for, and from where on.
func parseCursor(c echo.Context, list string) (from cursor, limit int, err error) {
	limit = usualLimit
	if err := echo.QueryParamsBinder(c).Int("limit", &limit).BindError(); err != nil {
		return from, limit, err
	}
	if limit < 1 || limit > largestLimit {
		return from, limit, badInput(fmt.Sprintf("limit: expected 1 to %d, found %d", largestLimit, limit))
	}
	text := c.QueryParam("cursor")
	if text == "" {
		return cursor{List: list}, limit, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(decoded, &from)
	}
	if err != nil || !from.isOf(list) {
		return from, limit, badInput("cursor: expected the next_cursor of this list, with the same filters and order as before, found " + text)
	}
	return from, limit, nil
}

// cut takes a piece out of a list, and reports whether there is more.
func cut[T any](list []T, offset, limit int) (piece []T, more bool) {
	list = list[min(offset, len(list)):]
	if len(list) > limit {
		return list[:limit], true
	}
	return list, false
}
