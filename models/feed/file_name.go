package feed

import (
	"strings"
	"unicode"
)

// FileName is the name that a sender gave a file, fit to be kept: text without
// control characters, in whose place U+FFFD stands. It is not shortened.
func FileName(sent string) string {
	const replacement = string(unicode.ReplacementChar)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(sent, replacement))
}
