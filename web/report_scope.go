package web

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
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
