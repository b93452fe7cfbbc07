package web

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/reports"
)

// scopeInput is the scope of a report as people and scripts write it. Every field
// may be empty.
type scopeInput struct {
	AsOf  string `form:"as_of" json:"as_of"`
	Group string `form:"group" json:"group"`
	From  string `form:"from" json:"from"`
	To    string `form:"to" json:"to"`
}

// A fieldProblem is a problem with one field of a form.
type fieldProblem struct {
	problem
	field string
}

func badField(field, expected, found string) fieldProblem {
	return fieldProblem{badInput(fmt.Sprintf("%s: expected %s, found %s", field, expected, found)), field}
}

// Unwrap implements errors.Unwrap's interface.
func (p fieldProblem) Unwrap() error { return p.problem }

// parseScope reads the scope of a report. A field that is wrong is a fieldProblem.
func (s *Server) parseScope(ctx context.Context, in scopeInput) (models.ReportScope, error) {
	scope, err := reports.ParseScope(ctx, s.db, reports.ScopeText(in), s.now())
	var wrong reports.ScopeError
	if errors.As(err, &wrong) {
		return scope, fieldProblem{badInput(wrong.Error()), wrong.Field}
	}
	return scope, err
}
