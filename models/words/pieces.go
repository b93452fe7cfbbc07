package words

import "strings"

// A Piece is a part of a sentence.
type Piece struct {
	Text   string
	Marked bool // it stands in brackets in the text: it leads somewhere, or is emphasized
}

// Pieces says a text of which some parts are in brackets: "Read [how uptime is computed]." The
// marked parts of a translation are in the order of the English. Brackets in values are
// nothing but brackets.
func (w *Words) Pieces(text Text, values ...any) (pieces []Piece) {
	add := func(text string, marked bool) {
		if text != "" {
			pieces = append(pieces, Piece{w.fill(text, values), marked})
		}
	}
	for said := w.Say(text); said != ""; {
		before, after, found := strings.Cut(said, "[")
		marked, rest, _ := strings.Cut(after, "]")
		add(before, false)
		if found {
			add(marked, true)
		}
		said = rest
	}
	return pieces
}
