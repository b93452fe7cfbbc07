package names

import (
	"slices"
	"strings"
	"unicode"

	"lightson/models/feed"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is a text as it is searched: without regard to case, accents, width, quotes and
// what nobody sees. Words are separated by one blank each.
func Fold(text string) string {
	if !isASCII(text) {
		text = foldLetters(text)
	}
	text = strings.Map(func(r rune) rune {
		if isQuote(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// foldLetters takes letters apart and drops the marks on them.
func foldLetters(text string) string {
	text = cases.Fold().String(norm.NFKD.String(text))
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.Is(unicode.Pd, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case feed.IsInvisible(r):
			return -1
		default:
			return r
		}
	}, text)
	return unmarked.Replace(text)
}

// unmarked are letters that are not a letter and a mark to Unicode, as people type them.
var unmarked = strings.NewReplacer(
	"ø", "o", "đ", "d", "ð", "d", "ł", "l", "ħ", "h", "ŧ", "t", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th", "⁄", "/",
)

// isQuote reports whether a character is a quotation mark or an apostrophe, however it
// is written: people search for "joes" and "joe's" and mean Joe’s.
func isQuote(r rune) bool {
	switch r {
	case '\'', '"', '`', '´', '‘', '’', '‚', '‛', '“', '”', '„', '‟', '«', '»', '‹', '›', 'ʼ', 'ʻ', 'ʹ', 'ˈ', '′', '″':
		return true
	default:
		return false
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// A Search is the words that somebody looks for, in any order. The zero Search finds
// everything.
type Search struct {
	words []string
	pairs pairs
}

// NewSearch reads what was typed.
func NewSearch(typed string) (s Search) {
	s.words = strings.Fields(Fold(typed))
	slices.Sort(s.words)
	s.words = slices.Compact(s.words) // looking for a word a thousand times takes a thousand times as long
	for _, word := range s.words {
		s.pairs.add(word)
	}
	return s
}

// Finds reports whether a folded text has all words of the search.
func (s Search) Finds(folded string) bool {
	for _, word := range s.words {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

// A Searchable is texts that are folded once and searched often.
type Searchable struct {
	folded string
	pairs  pairs
}

// NewSearchable folds texts. No word is found across two of them.
func NewSearchable(texts ...string) (s Searchable) {
	folded := make([]string, len(texts))
	for n, text := range texts {
		folded[n] = Fold(text)
	}
	s.folded = strings.Join(folded, "\n")
	s.pairs.add(s.folded)
	return s
}

// FindsIn is Finds. It passes over most texts that have not all words without reading them.
func (s Search) FindsIn(t Searchable) bool {
	return t.pairs.has(s.pairs) && s.Finds(t.folded)
}

// pairs are which pairs of neighbouring bytes there are in a text, as a Bloom filter. About 50
// pairs of an id and a name set a third of its bits, so that of texts without a word of five
// letters one in a hundred is left.
type pairs [2]uint64

func (p *pairs) add(text string) {
	for i := 1; i < len(text); i++ {
		bit := (uint32(text[i-1])<<8 | uint32(text[i])) * 2654435769 >> 25
		p[bit>>6] |= 1 << (bit & 63)
	}
}

func (p *pairs) has(all pairs) bool {
	return p[0]&all[0] == all[0] && p[1]&all[1] == all[1]
}
