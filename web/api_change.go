package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/recurring"
	"lightson/models/words"
)

// readAPIChange reads a change by the rules of RFC 7396, JSON Merge Patch, into the struct that
// form points to, which has what is so far: what is not sent stays, and null takes away what
// may be missing. Null for anything else is refused, since nothing would change by it.
func readAPIChange(c echo.Context, form any, example string) error {
	content, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return unreadBody(err)
	}
	c.Request().Body = io.NopCloser(bytes.NewReader(content))
	var sent map[string]json.RawMessage
	if json.Unmarshal(content, &sent) == nil {
		if field := nullOf(reflect.TypeOf(form).Elem(), sent); field != "" {
			return badParam(field, words.Said("something other than null, or to be left out"), "null")
		}
	}
	return readAPIBody(c, form, example)
}

// nullOf is the first field that was sent as null and has to be something.
func nullOf(form reflect.Type, sent map[string]json.RawMessage) string {
	for _, field := range reflect.VisibleFields(form) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if value, given := sent[name]; given && string(value) == "null" && field.Type.Kind() != reflect.Pointer {
			return name
		}
	}
	return ""
}

// apiRefusal is the problem of a field of a body that a model did not take. fields are the names
// of those that the body calls otherwise than the model. Any other error stays what it is.
func apiRefusal(err error, fields map[string]string) error {
	called := func(field string) string { return cmp.Or(fields[field], field) }
	var wrong entered.Problem
	var times recurring.Problem
	var input access.InputError
	switch {
	case errors.As(err, &wrong):
		return badParam(called(wrong.Where), words.Said(wrong.Expected), wrong.Found)
	case errors.As(err, &times):
		return badParam(called(times.Where), words.Said(times.Expected), times.Found)
	case errors.As(err, &input):
		field := cmp.Or(fields[string(input.Field)], strings.ToLower(string(input.Field)))
		return badInput(words.Said(strings.TrimPrefix(field+": ", ": ") + input.String()))
	default:
		return err
	}
}

// deref is what a pointer points to, or the zero value.
func deref[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

// conflictOf is the problem of what cannot be done as things are. Any other error stays what it
// is.
func conflictOf(err error) error {
	var wrong entered.Problem
	if !errors.As(err, &wrong) {
		return err
	}
	return problem{http.StatusConflict, words.Said("That cannot be done now"), words.Said(wrong.ForPeople().String()), err}
}
