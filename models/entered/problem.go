package entered

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"lightson/models/feed"
	"lightson/models/uptime"
)

// A Problem says what is wrong with something that was to be entered, for who enters it.
// Nothing of it was written.
type Problem struct {
	Where    string // the field: name, date, times, note, …
	Expected string
	Found    string

	// Words are the whole sentence for people, where what was expected and found does not
	// tell them what to do; may be empty.
	Words string
}

func problem(where, expected, found string) error {
	return Problem{Where: where, Expected: expected, Found: cmp.Or(found, "nothing")}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// Sentence says it to people.
func (p Problem) Sentence() string {
	if p.Words != "" {
		return p.Words
	}
	return strings.ToUpper(p.Where[:1]) + p.Error()[1:] + "."
}

// LongestNote is how many characters a note may have.
const LongestNote = 500

// cleanNote is a note without what nobody sees, or a Problem.
func cleanNote(note string) (string, error) {
	if !utf8.ValidString(note) {
		return "", problem("note", "text in UTF-8", strings.ToValidUTF8(note, "?"))
	}
	note = string(feed.CleanName([]byte(note)))
	if n := utf8.RuneCountInString(note); n > LongestNote {
		return "", problem("note", "at most 500 characters", uptime.CountText(int64(n)))
	}
	return strings.ReplaceAll(note, "\x00", ""), nil
}
