package feed

import "fmt"

// A RefusedError says why a file as a whole is not a feed.
type RefusedError struct {
	Line            int // physical line, 1 = the first; 0 = the file as a whole
	Found, Expected string
	Sentence        string // the whole of it in words of its own; empty for the usual ones
}

// Error is one sentence for the person who handed the file in.
func (e *RefusedError) Error() string {
	if e.Sentence != "" {
		return e.Sentence
	}
	if e.Line == 0 {
		return fmt.Sprintf("this is %s; expected %s", e.Found, e.Expected)
	}
	return fmt.Sprintf("line %d: found %s; expected %s", e.Line, e.Found, e.Expected)
}

// NotCSV refuses a file that is something else: what is "a PNG image".
func NotCSV(what string) *RefusedError {
	return &RefusedError{Found: what, Expected: "a CSV file with a header line such as " + Polls.header()}
}
