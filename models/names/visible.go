package names

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Visible is a name as it is shown: names that look alike are the same, and one of
// which nothing is seen is none. Databases hold names that were read before files were
// cleaned in this way.
func Visible(name string) string {
	if isPlain(name) {
		return name
	}
	if !strings.ContainsFunc(name, func(r rune) bool { return !isInvisible(r) }) {
		return ""
	}
	name = strings.Map(func(r rune) rune {
		if meansNothing(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeftFunc(name, isInvisible)
	for name != "" {
		last, size := utf8.DecodeLastRuneInString(name)
		before, _ := utf8.DecodeLastRuneInString(name[:len(name)-size])
		if !isInvisible(last) || shapes(last) && !unicode.In(before, unicode.Latin, unicode.Nd, unicode.Zs) {
			break
		}
		name = name[:len(name)-size]
	}
	return norm.NFC.String(name)
}

// Asked is a name that somebody asks for, as Visible shows it. An empty field or blanks
// ask for none. Other characters that nobody sees are returned as they are, so that
// they find no name instead of every one.
func Asked(typed string) string {
	if strings.TrimSpace(typed) == "" {
		return ""
	}
	return cmp.Or(Visible(typed), typed)
}

// isPlain reports whether a name is of letters, digits and signs of ASCII, with no
// blanks around them.
func isPlain(name string) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return name == "" || name[0] != ' ' && name[len(name)-1] != ' '
}

// isInvisible reports whether a character shows nothing by itself: blanks, controls,
// format characters such as the zero-width space, variation selectors, and the fillers
// of Hangul and Braille, which count as letters and symbols.
func isInvisible(r rune) bool {
	const emptyBraille = '\u2800'
	return r == emptyBraille || unicode.IsSpace(r) || unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Z, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// meansNothing reports whether a character says nothing wherever it stands in a name:
// zero-width space, word joiner, byte order mark, soft hyphen.
func meansNothing(r rune) bool {
	return r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u00ad'
}

// shapes reports whether an invisible character may change how the one before it looks,
// as those within an emoji do.
func shapes(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || r == '\u200c' || r == '\u200d' || r >= 0xe0000 && r <= 0xe007f
}
