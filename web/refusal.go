package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/views"
)

// refusal says why a form about an account was refused, and with which status. The status
// is 0 where the error is not for the one who sent it.
func refusal(c echo.Context, err error) (wrong views.Refusal, status int) {
	var (
		input access.InputError
		tries access.TooManyTries
	)
	switch {
	case errors.As(err, &input):
		return inputRefusal(input), http.StatusUnprocessableEntity
	case errors.As(err, &tries):
		words, status := refusedSignIn(c, err)
		return views.Refusal{Text: words}, status
	case errors.Is(err, access.ErrSignIn):
		return views.Refusal{Field: "current_password", Text: "This is not your password."}, http.StatusUnprocessableEntity
	}
	for _, said := range []error{access.ErrCode, access.ErrLastWayIn, access.ErrLastOperator, errSignInAgain, errCeremony, errCredential} {
		if errors.Is(err, said) {
			return views.Refusal{Text: upperFirst(said.Error()) + "."}, http.StatusUnprocessableEntity
		}
	}
	return views.Refusal{}, 0
}

// inputFields are the fields of forms by what input errors call them.
var inputFields = map[string]string{
	"E-mail": "email", "Name": "name", "Role": "role", "Reach": "reach", "Password": "password", "Scope": "scope", "Expiry": "expires", "Days": "days",
}

// inputRefusal is an input error at the field that it begins with.
func inputRefusal(e access.InputError) views.Refusal {
	if name, text, found := strings.Cut(e.Error(), ": "); found && inputFields[name] != "" {
		return views.Refusal{Field: inputFields[name], Text: upperFirst(text) + "."}
	}
	return views.Refusal{Text: upperFirst(e.Error()) + "."}
}
