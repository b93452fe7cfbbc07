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

	// Words are the whole sentence for people, where what was expected and found does not
	// tell them what to do; may be empty.
	Words words.Message
}

// problem is one whose words are made of the others. What is expected may have values.
func problem(where string, expected words.Text, found string, values ...any) error {
	found = cmp.Or(found, nothing)
	said := words.Later(expected, values...)
	return Problem{Where: where, Expected: said.String(), Found: found, Words: expectedWords(where, said, found)}
}

// Error is a sentence without its capital and its full stop, as errors are.
func (p Problem) Error() string {
	return p.Where + ": expected " + p.Expected + ", found " + p.Found
}

// Sentence says it to people in English.
func (p Problem) Sentence() string { return p.ForPeople().String() }

// ForPeople is a sentence that says it to people.
func (p Problem) ForPeople() words.Message {
	if !p.Words.Empty() {
		return p.Words
	}
	return expectedWords(p.Where, words.Again(p.Expected), p.Found)
}

func expectedWords(where string, expected words.Message, found string) words.Message {
	return words.Later("{field}: expected {expected}, found {found}.", "field", fieldWords(where), "expected", expected, "found", foundWords(found))
}

// fieldWords name a field.
func fieldWords(where string) words.Message {
	if text := fields[where]; text != "" {
		return words.Later(text)
	}
	if date, is := strings.CutPrefix(where, "times of "); is {
		return words.Later("Times of {date}", "date", date)
	}
	return words.Said(strings.ToUpper(where[:1]) + where[1:])
}

var fields = map[string]words.Text{
	"scope": "Scope|whom something is for", "name": "Name", "date": "Date", "times": "Times|of a day", "note": "Note", "begin": "Begin|of a time",
	"end": "End|of a time", "category": "Category", "target": "Target",
}

func foundWords(found string) words.Message {
	if found == nothing {
		return words.Later("nothing|was found")
	}
	return words.Said(found)
}

const nothing = "nothing"

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
