package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/words"
)

// readAPIBody reads a body of JSON, one object, into the struct that form points to. The
// example says what was expected. A field that form does not have is refused with its name:
// whoever mistyped it would wait for its effect.
func readAPIBody(c echo.Context, form any, example string) error {
	if err := checkJSONType(c.Request().Header.Get(echo.HeaderContentType)); err != nil {
		return err
	}
	content, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return unreadBody(err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	err = d.Decode(form)
	if err == nil && (d.More() || string(bytes.TrimSpace(content)) == "null") {
		err = errors.New("not one object")
	}
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind) && kind.Field != "":
		return badParam(kind.Field, words.Said(jsonKind(kind)), kind.Value)
	case strings.HasPrefix(err.Error(), unknownField):
		name := strings.Trim(strings.TrimPrefix(err.Error(), unknownField), `"`)
		return badInput(words.Said("The body: expected JSON such as " + example + ", found a field that is not known, " + feed.Shown(name)))
	default:
		return badInput(words.Said("The body: expected JSON such as " + example + ", found " + shownBody(content)))
	}
}

// checkJSONType refuses a body that says of itself to be anything but JSON. curl -d declares
// any body to be a form, so that is no objection.
func checkJSONType(sent string) error {
	kind, _, err := mime.ParseMediaType(sent)
	if sent == "" || err == nil && (kind == echo.MIMEApplicationJSON || kind == echo.MIMEApplicationForm) {
		return nil
	}
	return problem{http.StatusUnsupportedMediaType, words.Said("That cannot be read"), words.Said("Expected application/json, found " + sent + "."), err}
}

// unknownField is how an error of encoding/json begins that has no type.
const unknownField = "json: unknown field "

func shownBody(content []byte) string {
	if len(bytes.TrimSpace(content)) == 0 {
		return "nothing"
	}
	return feed.Shown(string(content))
}

// jsonKind is what a field must be, for a person who writes JSON.
func jsonKind(err *json.UnmarshalTypeError) string {
	switch kind := err.Type.Kind().String(); {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	case strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "bool":
		return "true or false"
	case kind == "slice", kind == "array":
		return "a list"
	case kind == "string":
		return "a text"
	default:
		return "an object"
	}
}
