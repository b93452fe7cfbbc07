package recurring

import (
	"cmp"

	"lightson/models/words"
)

// A Problem says what is wrong with times, for whoever enters them.
type Problem struct {
	Where    string // every, day, time, cron, zone
	Expected string
	Found    string

	Words  words.Text // they tell people what to do
	Values []any      // those of Words
}

func problem(where, expected, found string, text words.Text, values ...any) error {
	return Problem{where, expected, cmp.Or(found, "nothing"), text, values}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// Sentence says it to people.
func (p Problem) Sentence() words.Message { return words.Later(p.Words, p.Values...) }
