package fetch

import (
	"strings"
	"unicode"
)

// plainText makes a text that another server may have worded fit for one line, and for a
// database.
func plainText(text string) string {
	const maxLength = 250
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxLength {
		text = string(runes[:maxLength-1]) + "…"
	}
	return text
}
