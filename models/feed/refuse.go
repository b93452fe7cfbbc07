package feed

import (
	"strconv"

	"lightson/models/words"
)

// A RefusedError says why a file as a whole is not a feed.
type RefusedError struct {
	Line            int // physical line, 1 = the first; 0 = the file as a whole
	Found, Expected words.Message
	Sentence        words.Message // the whole of it in words of its own; empty for the usual ones
}

func (e *RefusedError) Error() string { return e.ForPeople().String() }

// ForPeople is one sentence for the person who handed the file in, without its capital and
// its full stop.
func (e *RefusedError) ForPeople() words.Message {
	if !e.Sentence.Empty() {
		return e.Sentence
	}
	if e.Line == 0 {
		return words.Later("this is {found}; expected {expected}", "found", e.Found, "expected", e.Expected)
	}
	return words.Later("line {line}: found {found}; expected {expected}", "line", strconv.Itoa(e.Line), "found", e.Found, "expected", e.Expected)
}

// NotCSV refuses a file that is something else: what is "a PNG image".
func NotCSV(what words.Text) *RefusedError {
	return &RefusedError{Found: words.Later(what), Expected: words.Later("a CSV file with a header line such as {header}", "header", Polls.header())}
}
