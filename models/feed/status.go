package feed

import (
	"bytes"

	"lightson/models/words"
)

// statusWords are the words for a status. The first of each list is the usual one.
var statusWords = [...]struct {
	text   string
	active bool
}{
	{"active", true}, {"inactive", false},
	{"online", true}, {"open", true}, {"up", true}, {"available", true}, {"true", true}, {"1", true},
	{"offline", false}, {"closed", false}, {"down", false}, {"paused", false}, {"unavailable", false}, {"false", false}, {"0", false},
}

// usualWords are how many of them need no mention.
const usualWords = 2

// A StatusWord is a word that was read as a status, and how often.
type StatusWord struct {
	Word   string
	Active bool
	Count  int64
}

// statusWordOf is the index of a word, or -1.
func statusWordOf(text []byte) int {
	for n := range statusWords {
		if bytes.EqualFold(text, []byte(statusWords[n].text)) {
			return n
		}
	}
	return -1
}

func parseStatus(text []byte) (active bool, expected words.Text) {
	if n := statusWordOf(text); n >= 0 {
		return statusWords[n].active, ""
	}
	return false, "active or inactive"
}

// isUsualStatus reports whether a text is the usual word for a status.
func isUsualStatus(text []byte) bool {
	n := statusWordOf(text)
	return n >= 0 && n < usualWords
}

// countStatus counts an unusual word of the row that was taken.
func (r *reader) countStatus() {
	if n := statusWordOf(r.value(status)); n >= usualWords {
		r.statuses[n]++
	}
}

// statusesRead are the unusual words of the file.
func (r *reader) statusesRead() (words []StatusWord) {
	for n, count := range r.statuses {
		if count > 0 {
			words = append(words, StatusWord{statusWords[n].text, statusWords[n].active, count})
		}
	}
	return words
}
