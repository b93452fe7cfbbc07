package words

import "golang.org/x/text/language"

// A Language is named as in BCP 47, which is what browsers send and HTML has.
type Language string

const (
	English Language = "en"
	Spanish Language = "es"
	German  Language = "de"
)

// Languages are all that are spoken, the one first that is spoken where nobody said.
var Languages = []Language{English, Spanish, German}

// Name is what those who speak it call a language.
func (l Language) Name() string {
	switch l {
	case Spanish:
		return "Español"
	case German:
		return "Deutsch"
	default:
		return "English"
	}
}

var matcher = newMatcher()

// newMatcher knows Languages, in their order.
func newMatcher() language.Matcher {
	var tags []language.Tag
	for _, l := range Languages {
		tags = append(tags, language.Make(string(l)))
	}
	return language.NewMatcher(tags)
}

// Preferred is the language that a browser wants, by its header Accept-Language (RFC 9110,
// section 12.5.4). It is English where none of those that it wants is spoken.
func Preferred(accept string) Language {
	_, n := language.MatchStrings(matcher, accept)
	return Languages[n]
}
