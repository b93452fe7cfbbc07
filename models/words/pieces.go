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
func (w *Words) Pieces(text Text, values ...any) []Piece {
	return w.pieces(w.Say(text), values)
}

// CountPieces is [Words.Pieces] about a number of things, which is the value {n}.
func (w *Words) CountPieces(n int64, of Plural, values ...any) []Piece {
	return w.pieces(w.Count(n, of), values)
}

// pieces takes a text apart before its values are put in.
func (w *Words) pieces(said string, values []any) (pieces []Piece) {
	add := func(text string, marked bool) {
		if text != "" {
			pieces = append(pieces, Piece{w.fill(text, values), marked})
		}
	}
	for said != "" {
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
