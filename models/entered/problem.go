package entered

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Problem says what is wrong with something that was to be entered, for who enters it.
// Nothing of it was written.
type Problem struct {
	Where    string // the field: name, date, times, note, …
	Expected string
	Found    string

	// Words tell people what to do. They may be empty where only programs can make the mistake.
	Words words.Message
}

func problem(where, expected, found string, text words.Text, values ...any) error {
	return Problem{where, expected, cmp.Or(found, "nothing"), words.Later(text, values...)}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// ForPeople says it to people.
func (p Problem) ForPeople() words.Message {
	if !p.Words.Empty() {
		return p.Words
	}
	return words.Said(strings.ToUpper(p.Where[:1]) + p.Error()[1:] + ".")
}

// odd is text that is not stored.
const odd words.Text = "This text has characters that cannot be stored."

// LongestNote is how many characters a note may have.
const LongestNote = 500

// cleanNote is a note without what nobody sees, or a Problem.
func cleanNote(note string) (string, error) {
	if !utf8.ValidString(note) {
		return "", problem("note", "text in UTF-8", strings.ToValidUTF8(note, "?"), odd)
	}
	note = string(feed.CleanName([]byte(note)))
	if n := utf8.RuneCountInString(note); n > LongestNote {
		return "", problem("note", "at most 500 characters", uptime.CountText(int64(n)), "Use at most 500 characters. This note has {n}.", "n", n)
	}
	return strings.ReplaceAll(note, "\x00", ""), nil
}
