package web

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// scopeInput is the scope of a report as people and scripts write it. Every field
// may be empty.
type scopeInput struct {
	AsOf  string `form:"as_of" json:"as_of"`
	Group string `form:"group" json:"group"`
	From  string `form:"from" json:"from"`
	To    string `form:"to" json:"to"`

	Corrected yesOrNo `form:"corrected" json:"corrected"`

	Period string `form:"period" json:"-"` // a range by name, instead of From and To
}

// yesOrNo is true or false as somebody writes it, in a form or in JSON; empty where
// nothing was said.
type yesOrNo string

// UnmarshalJSON takes a boolean. Anything else is kept as it is written, to be refused in
// words.
func (y *yesOrNo) UnmarshalJSON(text []byte) error {
	*y = yesOrNo(text)
	return nil
}

// parse reads it. What is neither true nor false is a fieldProblem.
func (y yesOrNo) parse(field string) (bool, error) {
	switch y {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, badField(field, words.Later("true or false"), feed.Shown(string(y)))
	}
}

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
		return words.Text("nothing|what was found")
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

// parseScope reads the scope of a report. A field that is wrong is a fieldProblem.
func (s *Server) parseScope(ctx context.Context, in scopeInput) (models.ReportScope, error) {
	corrected, err := in.Corrected.parse("corrected")
	if err != nil {
		return models.ReportScope{}, err
	}
	scope, err := s.parseTimes(ctx, in)
	scope.Corrected = corrected
	return scope, err
}

// parseTimes reads the as-of, the range and the group of a report.
func (s *Server) parseTimes(ctx context.Context, in scopeInput) (models.ReportScope, error) {
	scope, err := reports.ParseScope(ctx, s.data, reports.ScopeText{AsOf: in.AsOf, Group: in.Group, From: in.From, To: in.To}, s.now())
	var wrong reports.ScopeError
	if errors.As(err, &wrong) {
		return scope, badScope(wrong)
	}
	if err != nil || in.Period == "" {
		return scope, err
	}
	if in.From != "" || in.To != "" {
		return scope, badField("period", words.Later("a period, or from and to"), words.Text("both|what was found")).saying(words.Later("Choose a period or enter “From” and “To”, not both."))
	}
	end := scope.AsOf
	if !end.Known {
		version, err := s.data.DataVersion(ctx)
		if err != nil {
			return scope, err
		}
		if end = version.NewestPollAt; !end.Known {
			end = models.InstantAt(uptime.At(s.now()))
		}
	}
	scope.Range, err = parsePeriod(in.Period, end.At)
	return scope, err
}

// badScope is a problem with a field of a scope. The page with the form has sentences of its
// own for some.
func badScope(e reports.ScopeError) fieldProblem {
	wrong := badField(e.Field, words.Later(e.Expected), e.Found)
	switch {
	case e.Problem == reports.MissingTime && e.Field == "from":
		return wrong.saying(words.Later("Enter “From” too, or leave both empty."))
	case e.Problem == reports.MissingTime:
		return wrong.saying(words.Later("Enter “To” too, or leave both empty."))
	case e.Problem == reports.EndsBefore:
		return wrong.saying(words.Later("“To” must be later than “From”."))
	case e.Problem == reports.TooLong:
		return wrong.saying(words.Later("“To” must be at most 366 days after “From”."))
	default:
		return wrong
	}
}
