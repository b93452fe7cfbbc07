package feed

import (
	"strconv"
	"unicode/utf8"
)

// maxShown is how many runes of a file are shown in a sentence.
const maxShown = 80

// Shown makes a name from outside fit to be shown, as all that we show of files.
func Shown(name string) string { return shorten([]byte(name)) }

// shorten makes what stands in a file fit to be shown: at most 80 runes, with
// control and other invisible characters and broken UTF-8 escaped as in Go.
func shorten(text []byte) string {
	var shown []byte
	runes, fits := 0, 0 // fits: the size of shown while an ellipsis had room behind it
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		before := len(shown)
		switch {
		case r == utf8.RuneError && size == 1:
			shown = append(shown, `\x`...)
			shown = append(shown, "0123456789abcdef"[text[0]>>4], "0123456789abcdef"[text[0]&15])
		case strconv.IsPrint(r):
			shown = append(shown, text[:size]...)
		default:
			quoted := strconv.QuoteRune(r)
			shown = append(shown, quoted[1:len(quoted)-1]...)
		}
		runes += utf8.RuneCount(shown[before:])
		if runes > maxShown {
			return string(shown[:fits]) + "…"
		}
		if runes < maxShown {
			fits = len(shown)
		}
		text = text[size:]
	}
	return string(shown)
}
