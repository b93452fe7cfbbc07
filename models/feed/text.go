package feed

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// cleanText is free text as CleanName makes it, on one line. Its characters that are
// none, such as line breaks, become blanks: nobody should lose a row for them.
func cleanText(text []byte) []byte {
	if bytes.ContainsFunc(text, breaks) {
		text = bytes.Join(bytes.FieldsFunc(text, func(r rune) bool { return r == ' ' || breaks(r) }), []byte{' '})
	}
	return CleanName(text)
}

// breaks reports whether a character controls how a text is shown or ends its line.
func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// cutText is the text, or what of it fits into most bytes. It is cut between two
// characters as people see them, unless one alone is longer.
func cutText(text []byte, most int) []byte {
	if len(text) <= most {
		return text
	}
	to := most
	for !utf8.RuneStart(text[to]) {
		to--
	}
	whole := to
	for whole > 0 && joinsOn(text, whole) {
		_, size := utf8.DecodeLastRune(text[:whole])
		whole -= size
	}
	if whole > 0 {
		to = whole
	}
	return CleanName(text[:to])
}

// joinsOn reports whether the characters before and behind a place of the text are shown
// as one.
func joinsOn(text []byte, at int) bool {
	const joiner = '\u200d'
	before, _ := utf8.DecodeLastRune(text[:at])
	behind, _ := utf8.DecodeRune(text[at:])
	isSkin := behind >= 0x1f3fb && behind <= 0x1f3ff
	return before == joiner || shapes(behind) || unicode.IsMark(behind) || isSkin
}
