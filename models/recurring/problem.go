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

	Words words.Message // they tell people what to do
}

func problem(where, expected, found string, text words.Text, values ...any) error {
	return Problem{where, expected, cmp.Or(found, "nothing"), words.Later(text, values...)}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// ForPeople says it to people.
func (p Problem) ForPeople() words.Message { return p.Words }
