package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// refusal says why a form about an account was refused, and with which status. The status
// is 0 where the error is not for the one who sent it.
func refusal(c echo.Context, err error) (wrong views.Refusal, status int) {
	w := spokenOf(c.Request().Context())
	var (
		input access.InputError
		tries access.TooManyTries
	)
	switch {
	case errors.As(err, &input):
		return inputRefusal(w, input), http.StatusUnprocessableEntity
	case errors.As(err, &tries):
		why, status := refusedSignIn(c, err)
		return views.Refusal{Text: why}, status
	case errors.Is(err, access.ErrSignIn):
		return views.Refusal{Field: "current_password", Text: w.Say("This is not your password.")}, http.StatusUnprocessableEntity
	}
	if said := sentenceOf(err); said != "" && !errors.Is(err, access.ErrEmailTaken) {
		return views.Refusal{Text: w.Say(said)}, http.StatusUnprocessableEntity
	}
	return views.Refusal{}, 0
}

// accountFaults say to people what the accounts refuse.
var accountFaults = []struct {
	err  error
	said words.Text
}{
	{access.ErrCode, "This code is wrong: check the clock of your device, then enter its next code."},
	{access.ErrLastWayIn, "You would have no way left to sign in: set a password first."},
	{access.ErrLastOperator, "This is the last operator who can sign in: make someone else an operator first."},
	{access.ErrEmailTaken, "Another account has this e-mail."},
	{errSignInAgain, "You signed in more than ten minutes ago: sign out, sign in again, then do this."},
	{errCeremony, "This took too long, or it was already done: try again."},
	{errCredential, "This passkey could not be checked: try again."},
}

// sentenceOf is what people are told of an error of the accounts; empty for any other.
func sentenceOf(err error) words.Text {
	for _, fault := range accountFaults {
		if errors.Is(err, fault.err) {
			return fault.said
		}
	}
	return ""
}

// inputFields are the fields of forms by what input errors call them.
var inputFields = map[access.Field]string{
	"E-mail": "email", "Name": "name", "Role": "role", "Reach": "reach", "Password": "password", "Scope": "scope", "Expiry": "expires", "Days": "days",
}

// inputRefusal is an input error at its field.
func inputRefusal(w spoken, e access.InputError) views.Refusal {
	return views.Refusal{Field: inputFields[e.Field], Text: upperFirst(e.In(w.Words)) + "."}
}
