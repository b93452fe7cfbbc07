package words

import (
	"strings"
	"time"
)

// A Moment is a value of a message: a time in its own zone, see [Words.Time].
type Moment struct {
	At     time.Time
	Layout Text
}

// A List is a value of a message: other values, with commas between them.
type List []any

// Sentences are two messages, one after the other; either may be empty.
func Sentences(first, next Message) Message {
	switch {
	case first.Empty():
		return next
	case next.Empty():
		return first
	default:
		return Later("{first} {next}", "first", first, "next", next)
	}
}

func (l List) in(w *Words) string {
	said := make([]string, len(l))
	for n, v := range l {
		said[n] = w.value(v)
	}
	return strings.Join(said, ", ")
}
