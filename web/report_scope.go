package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
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
func (s *Server) parseScope(ctx context.Context, in scopeInput) (scope models.ReportScope, err error) {
	if scope.AsOf, err = s.parseInstant("as_of", in.AsOf); err != nil {
		return scope, err
	}
	if scope.Range, err = s.parseRange(in.From, in.To); err != nil {
		return scope, err
	}
	if scope.Group = names.Visible(in.Group); scope.Group == "" {
		return scope, nil
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return scope, err
	}
	if len(reports.About(snapshot, scope.Group).Stores) == 0 {
		return scope, badField("group", "the name of a group that has stores", scope.Group)
	}
	return scope, nil
}

// parseRange reads a range. Both of its ends are given, or neither.
func (s *Server) parseRange(fromText, toText string) (uptime.Span, error) {
	from, err := s.parseInstant("from", fromText)
	if err != nil {
		return uptime.Span{}, err
	}
	to, err := s.parseInstant("to", toText)
	switch {
	case err != nil:
		return uptime.Span{}, err
	case from == 0 && to == 0:
		return uptime.Span{}, nil
	case from == 0:
		return uptime.Span{}, badField("from", "an instant, because to is given", "nothing")
	case to == 0:
		return uptime.Span{}, badField("to", "an instant, because from is given", "nothing")
	case to <= from:
		return uptime.Span{}, badField("to", "an instant after from", toText)
	case to.Add(-models.LongestRange) > from:
		return uptime.Span{}, badField("to", "at most 366 days after from", toText)
	}
	return uptime.Span{From: from, To: to}, nil
}

// instantLayouts are the ways to write an instant in a form or a request. Without
// a zone, it is UTC. The second is what a browser's field sends.
var instantLayouts = []string{
	time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02",
}

// parseInstant reads the instant in a field; an empty field is 0.
func (s *Server) parseInstant(field, text string) (uptime.Instant, error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), " UTC")
	if text == "" {
		return 0, nil
	}
	for _, layout := range instantLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.Year() < 1971 || t.After(s.now().Add(24*time.Hour)) {
			return 0, badField(field, "an instant after 1970 and not in the future", text)
		}
		return uptime.At(t), nil
	}
	return 0, badField(field, "2023-01-25 18:00 or 2023-01-25T18:00:00Z", text)
}
