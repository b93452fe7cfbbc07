package feed

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// IsInvisible reports whether a character shows nothing by itself: blanks, controls,
// format characters such as the zero-width space and the byte order mark, variation
// selectors, and fillers and the empty Braille pattern, which count as letters and
// symbols.
func IsInvisible(r rune) bool {
	const emptyBraille = '\u2800'
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == emptyBraille ||
		unicode.In(r, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// isUnseen reports whether a character is invisible and no plain blank, which people
// notice between others.
func isUnseen(r rune) bool { return r != ' ' && IsInvisible(r) }

// meansNothing are characters that say nothing wherever they stand in a name.
func meansNothing(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff', '\u00ad': // zero-width space, word joiner, byte order mark, soft hyphen
		return true
	default:
		return false
	}
}

// CleanName is a name without what nobody sees: names that look alike are the same,
// and one of which nothing is seen is none. Characters that shape their neighbours,
// such as those within an emoji, stay.
func CleanName(text []byte) []byte {
	if IsPlain(text) {
		return text
	}
	if !bytes.ContainsFunc(text, func(r rune) bool { return !IsInvisible(r) }) {
		return nil
	}
	if bytes.ContainsFunc(text, meansNothing) {
		text = bytes.Map(func(r rune) rune {
			if meansNothing(r) {
				return -1
			}
			return r
		}, text)
	}
	text = bytes.TrimLeftFunc(text, IsInvisible)
	for len(text) > 0 {
		last, size := utf8.DecodeLastRune(text)
		before, _ := utf8.DecodeLastRune(text[:len(text)-size])
		if !IsInvisible(last) || shapes(last) && !unicode.In(before, unicode.Latin, unicode.Nd, unicode.Zs) {
			break
		}
		text = text[:len(text)-size]
	}
	return text
}

// IsPlain reports whether a name is of letters, digits and signs of ASCII, with no
// blanks around them.
func IsPlain[Text string | []byte](name Text) bool {
	for n := range len(name) {
		if b := name[n]; b < ' ' || b >= 0x7f {
			return false
		}
	}
	return len(name) == 0 || name[0] != ' ' && name[len(name)-1] != ' '
}

// shapes reports whether a character may change how the one before it looks.
func shapes(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || r == '\u200c' || r == '\u200d' || r >= 0xe0000 && r <= 0xe007f
}
