package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/words"
	"lightson/views"
)

// A fieldProblem is a problem with one field of a form.
type fieldProblem struct {
	problem
	field string
	said  words.Message // a sentence for the page with the form
}

// badField is a field with something else in it than was expected: found is what was typed, or a
// text or a message about it. The empty string is nothing.
func badField(field string, expected words.Message, found any) fieldProblem {
	found = orNothing(found)
	return fieldProblem{
		badInput(words.Later("{field}: expected {expected}, found {found}", "field", field, "expected", expected, "found", found)),
		field, words.Later("Expected {expected}, found {found}.", "expected", expected, "found", found),
	}
}

// orNothing is what was found, or that it was nothing.
func orNothing(found any) any {
	if found == "" {
		return words.Text("nothing|was found")
	}
	return found
}

// badParam is badField for a part of an address that no form shows.
func badParam(name string, expected words.Message, found string) problem {
	return badField(name, expected, found).problem
}

// saying gives the problem a sentence of its own on a page.
func (p fieldProblem) saying(text words.Message) fieldProblem {
	p.said = text
	return p
}

// refusal is the problem as its form shows it, beside the field, whose name is the one of the
// form and no word for people.
func (p fieldProblem) refusal(w spoken) views.Refusal {
	return views.Refusal{Field: p.field, Text: p.said.In(w.Words)}
}

// Unwrap implements errors.Unwrap's interface.
func (p fieldProblem) Unwrap() error { return p.problem }

// sayField is a field that is wrong, with a sentence that tells people what to do.
func sayField(field string, sentence words.Message) fieldProblem {
	return fieldProblem{badInput(sentence), field, sentence}
}

// formRefusal says why a form is refused, in the language of who sent it, for the form to be
// shown again. An error that is not the matter of the form is given back.
func formRefusal(w spoken, err error) (views.Refusal, error) {
	var field fieldProblem
	var input access.InputError
	var kept entered.Problem
	switch {
	case err == nil:
		return views.Refusal{}, nil
	case errors.As(err, &field):
		return field.refusal(w), nil
	case errors.As(err, &input):
		return inputRefusal(w, input), nil
	case errors.As(err, &kept):
		return views.Refusal{Field: kept.Where, Text: kept.ForPeople().In(w.Words)}, nil
	case errors.Is(err, access.ErrEmailTaken):
		return views.Refusal{Field: "email", Text: w.Say(sentenceOf(access.ErrEmailTaken))}, nil
	default:
		return views.Refusal{}, err
	}
}

// sendForm sends a page with a form, or the part of it that htmx asks for. Where the
// form was refused it says so by its status.
func sendForm(c echo.Context, wrong views.Refusal, page, partial templ.Component) error {
	if wrong.Text == "" {
		return renderEither(c, page, partial)
	}
	status := http.StatusUnprocessableEntity
	if c.Request().Method == http.MethodGet {
		status = http.StatusBadRequest
	}
	return render(c, status, page)
}

// isGone reports whether what was looked for is not there, or not for the visitor.
func isGone(err error) bool {
	return errors.Is(err, models.ErrNotFound) || errors.Is(err, access.ErrForbidden)
}
