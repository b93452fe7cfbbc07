package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
)

// A cursor is the place from which a list goes on. It is opaque to scripts. It
// names its list, so that it is refused by any other.
type cursor struct {
	List   string           `json:"list"`            // what was listed, filters and order included
	After  place            `json:"after,omitempty"` // the last item that was sent
	Below  models.ListPlace `json:"below,omitzero"`
	Before int64            `json:"before,omitempty"` // the last record of the audit log that was sent

	Outage outageCursor `json:"outage,omitzero"` // the last outage that was sent
}

// String encodes the cursor for scripts.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // none of its fields can fail to be encoded
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// readCursor reads a cursor that String wrote. A field that is not known is an error: the
// cursor is of an earlier version, and its place cannot be found.
func readCursor(text string) (from cursor, err error) {
	written, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return from, err
	}
	fields := json.NewDecoder(bytes.NewReader(written))
	fields.DisallowUnknownFields()
	return from, fields.Decode(&from)
}

// isOf reports whether the list can have given out the cursor.
func (c cursor) isOf(list string) bool {
	return c.List == list && c.Before >= 0 && c.Outage.Length >= 0 && (c.Below.ID == "" || checkID(c.Below.ID) == nil)
}

// next is the field next_cursor of an answer: null where the list ends.
func (c cursor) next(more bool) *string {
	if !more {
		return nil
	}
	text := c.String()
	return &text
}

// Lists are sent in pieces of usualLimit items. A request can ask for another
// size, up to largestLimit. NDJSON and CSV are for programs that want all there is: they are
// sent in pieces of fileLimit, so that the stores of a large chain come in one answer.
const (
	usualLimit   = 100
	largestLimit = 1000
	fileLimit    = 20000
)

// parseCursor reads how many items of a list are asked for, and from which place.
func parseCursor(c echo.Context, list string) (from cursor, limit int, err error) {
	limit, largest := usualLimit, largestLimit
	if listForm(c).subtype != offerJSON.subtype {
		limit, largest = fileLimit, fileLimit
	}
	if err := echo.QueryParamsBinder(c).Int("limit", &limit).BindError(); err != nil {
		return from, limit, err
	}
	if limit < 1 || limit > largest {
		return from, limit, badInput(words.Said(fmt.Sprintf("limit: expected 1 to %d, found %d", largest, limit)))
	}
	text := c.QueryParam("cursor")
	if text == "" {
		return cursor{List: list}, limit, nil
	}
	if from, err = readCursor(text); err != nil || !from.isOf(list) {
		return from, limit, badInput(words.Said("cursor: expected the next_cursor of this list, with the same filters and order as before, found " + text))
	}
	return from, limit, nil
}

// cut returns the beginning of a list, and whether more follows.
func cut[T any](list []T, limit int) (piece []T, more bool) {
	if len(list) > limit {
		return list[:limit], true
	}
	return list, false
}
