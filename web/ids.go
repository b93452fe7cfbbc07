package web

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
)

// checkID returns models.ErrNotFound for an id that can be nobody's. A database
// might not even accept its bytes.
func checkID(id string) error {
	if uuid.Validate(id) != nil {
		return models.ErrNotFound
	}
	return nil
}

// idParam is the id in the address of a request. Text that is no id is not looked for,
// since PostgreSQL refuses some texts.
func idParam(c echo.Context, name string) (string, error) {
	id := c.Param(name)
	return id, checkID(id)
}

// maxKey is the most bytes that an idempotency key can have.
const maxKey = 255

// checkKey refuses an idempotency key that cannot be kept.
func checkKey(key string) error {
	if len(key) > maxKey || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return badInput(words.Later("{field}: expected at most {most} bytes of text", "field", "Idempotency-Key", "most", maxKey))
	}
	return nil
}
