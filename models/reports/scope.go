package reports

import (
	"cmp"
	"context"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
)

// ScopeText is what a report is to be about, as people and scripts write it. Every
// field may be empty.
type ScopeText struct{ AsOf, Group, From, To string }

// A ScopeError says what is wrong with a field of a scope.
type ScopeError struct {
	Field      string // as_of, group, from or to
	Expected   words.Text
	Found      string
	Unreadable bool // the field is no instant at all
	Problem    ScopeProblem
}

// A ScopeProblem is what is wrong with the two ends of a range.
type ScopeProblem int

// The problems of a range.
const (
	OtherProblem ScopeProblem = iota // with a field by itself
	MissingTime                      // one end is given without the other
	EndsBefore                       // the end is not after the beginning
	TooLong
)

// Error implements error. It is in English.
func (e ScopeError) Error() string {
	return e.Field + ": expected " + words.Later(e.Expected).String() + ", found " + cmp.Or(e.Found, "nothing")
}

// rangeAhead is how far a range may end after the clock, as at the end of the day.
const rangeAhead = 24 * time.Hour

// Groups know which groups have stores, as those within a reach do.
type Groups interface {
	GroupExists(ctx context.Context, name string) (bool, error)
}

// ParseScope reads a scope, at the time now. What cannot be a report is a
// ScopeError; so is a group that has no stores among groups.
func ParseScope(ctx context.Context, groups Groups, text ScopeText, now time.Time) (scope models.ReportScope, err error) {
	// The newest poll may be ahead of the clock, and a report can be as of that poll.
	if scope.AsOf, err = parseInstant("as_of", text.AsOf, now.Add(feed.MostAhead)); err != nil {
		return scope, err
	}
	if scope.Range, err = parseRange(text.From, text.To, now.Add(rangeAhead)); err != nil {
		return scope, err
	}
	if scope.Group = names.Asked(text.Group); scope.Group == "" {
		return scope, nil
	}
	exists, err := groups.GroupExists(ctx, scope.Group)
	if err == nil && !exists {
		err = ScopeError{Field: "group", Expected: "the name of a group that has stores", Found: scope.Group}
	}
	return scope, err
}

// parseRange reads a range. Both of its ends are given, or neither.
func parseRange(fromText, toText string, latest time.Time) (uptime.Span, error) {
	from, err := parseInstant("from", fromText, latest)
	if err != nil {
		return uptime.Span{}, err
	}
	to, err := parseInstant("to", toText, latest)
	span := uptime.Span{From: from.At, To: to.At}
	switch {
	case err != nil:
		return uptime.Span{}, err
	case !from.Known && !to.Known:
		return uptime.Span{}, nil
	case !from.Known:
		return uptime.Span{}, ScopeError{Field: "from", Expected: "a time, because to is given", Problem: MissingTime}
	case !to.Known:
		return uptime.Span{}, ScopeError{Field: "to", Expected: "a time, because from is given", Problem: MissingTime}
	case span.Empty():
		return uptime.Span{}, ScopeError{Field: "to", Expected: "a time after from", Found: toText, Problem: EndsBefore}
	case span.Length() > models.LongestRange:
		return uptime.Span{}, ScopeError{Field: "to", Expected: "at most 366 days after from", Found: toText, Problem: TooLong}
	}
	return span, nil
}

// instantLayouts are the ways to write an instant in a form, a request or a
// command. Without a zone, it is UTC. The second is what a browser's field sends.
var instantLayouts = []string{
	time.RFC3339, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", time.DateOnly,
}

// parseInstant reads the instant in a field, which may be empty.
func parseInstant(field, text string, latest time.Time) (at models.OptionalInstant, err error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), " UTC")
	if text == "" {
		return at, nil
	}
	for _, layout := range instantLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if uptime.At(t) < uptime.Beginning || t.After(latest) {
			return at, ScopeError{Field: field, Expected: "a time after year 0 and not in the future", Found: text}
		}
		return models.InstantAt(uptime.At(t)), nil
	}
	return at, ScopeError{Field: field, Expected: "2023-01-25 18:00 or 2023-01-25T18:00:00Z", Found: text, Unreadable: true}
}
