package feed

import "unicode/utf8"

// windows1252 is what the bytes from 0x80 to 0x9f stand for; those from 0xa0
// on are the Unicode characters of the same number. Five stand for nothing.
var windows1252 = [0x20]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// appendWindows1252 appends text as UTF-8. A byte that stands for nothing is
// appended as it is: behind whole characters it is no UTF-8, so that the row
// is rejected for it.
func appendWindows1252(to, text []byte) []byte {
	for _, c := range text {
		switch {
		case c < utf8.RuneSelf:
			to = append(to, c)
		case c >= 0xa0:
			to = utf8.AppendRune(to, rune(c))
		case windows1252[c-0x80] == 0:
			to = append(to, c)
		default:
			to = utf8.AppendRune(to, windows1252[c-0x80])
		}
	}
	return to
}

// decode turns a row of Windows-1252 into UTF-8. It was cut well before: in
// both, quotes, delimiters and line ends are the same bytes and no part of any
// other character.
func (r *row) decode() {
	r.decoded = r.decoded[:0]
	decoded := func(text []byte) []byte {
		begin := len(r.decoded)
		r.decoded = appendWindows1252(r.decoded, text)
		return r.decoded[begin:len(r.decoded):len(r.decoded)]
	}
	r.text = decoded(r.text)
	for i, field := range r.fields {
		r.fields[i] = decoded(field)
	}
}
