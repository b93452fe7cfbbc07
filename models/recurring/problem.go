package recurring

import (
	"cmp"
	"strings"

	"lightson/models/words"
)

// A Problem says what is wrong with times, for whoever enters them.
type Problem struct {
	Where    string // every, day, time, cron, zone
	Expected string
	Found    string
}

func problem(where string, expected words.Text, found string) error {
	return Problem{where, string(expected), cmp.Or(found, "nothing")}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// Sentence says it to people in English.
func (p Problem) Sentence() string { return p.ForPeople().String() }

// ForPeople is a sentence that says it to people.
func (p Problem) ForPeople() words.Message {
	return words.Later("{field}: expected {expected}, found {found}.",
		"field", p.field(), "expected", words.Again(p.Expected), "found", p.Found)
}

var fields = map[string]words.Text{"every": "Every|how often", "day": "Day", "time": "Time|of the day", "zone": "Zone|of time"}

func (p Problem) field() words.Message {
	if text := fields[p.Where]; text != "" {
		return words.Later(text)
	}
	return words.Said(strings.ToUpper(p.Where[:1]) + p.Where[1:])
}
