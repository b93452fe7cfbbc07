package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxFileName is how many bytes a file name has at most, as in most file systems.
const MaxFileName = 255

// FileName is the name that a sender gave a file, fit to be kept and shown: text of at
// most MaxFileName bytes, in which U+FFFD stands for what is unshowable. A longer name
// loses its middle, so that its ending stays.
func FileName(sent string) string {
	const replacement = string(unicode.ReplacementChar)
	return shortName(strings.Map(func(r rune) rune {
		if IsUnshowable(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(sent, replacement)))
}

// IsUnshowable reports whether a character of a file name is not fit to be shown: a
// control character, or one that turns the direction of writing.
func IsUnshowable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// shortName cuts a name of valid UTF-8 to MaxFileName bytes.
func shortName(name string) string {
	const ellipsis, ending = "…", 32
	if len(name) <= MaxFileName {
		return name
	}
	from := len(name) - ending
	for !utf8.RuneStart(name[from]) {
		from++
	}
	to := MaxFileName - len(ellipsis) - (len(name) - from)
	for !utf8.RuneStart(name[to]) {
		to--
	}
	return name[:to] + ellipsis + name[from:]
}
