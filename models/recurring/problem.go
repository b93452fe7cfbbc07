package recurring

import (
	"cmp"
	"strings"
)

// A Problem says what is wrong with times, for whoever enters them.
type Problem struct {
	Where    string // every, day, time, cron, zone
	Expected string
	Found    string
}

func problem(where, expected, found string) error {
	return Problem{where, expected, cmp.Or(found, "nothing")}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// Sentence says it to people.
func (p Problem) Sentence() string {
	return strings.ToUpper(p.Where[:1]) + p.Error()[1:] + "."
}
