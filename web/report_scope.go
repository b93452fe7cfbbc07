package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// scopeInput is what a report is asked to be about, as people and scripts write
// it. All of it may be missing.
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

// Unwrap gives the problem to those who do not care for the field.
func (p fieldProblem) Unwrap() error { return p.problem }

// parseScope reads what a report is to be about, by a fieldProblem if it cannot.
func (s *Server) parseScope(ctx context.Context, in scopeInput) (about models.ReportScope, err error) {
	if about.AsOf, err = s.parseInstant("as_of", in.AsOf); err != nil {
		return about, err
	}
	if about.Range, err = s.parseRange(in.From, in.To); err != nil {
		return about, err
	}
	if about.Group = strings.TrimSpace(in.Group); about.Group == "" {
		return about, nil
	}
	snapshot, err := s.figures.RecentSnapshot(ctx)
	if err != nil {
		return about, err
	}
	if len(reports.About(snapshot, about.Group).Stores) == 0 {
		return about, badField("group", "the name of a group that has stores", about.Group)
	}
	return about, nil
}

// parseRange reads a range, whose ends are given both or not at all.
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

// instantLayouts are the ways to write an instant in a form or a request, all
// UTC unless they say otherwise. The second is what a browser's field sends.
var instantLayouts = []string{
	time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02",
}

// parseInstant reads the instant in a field; 0 where there is none.
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
