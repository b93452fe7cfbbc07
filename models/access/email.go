package access

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lightson/models/feed"
)

// maxEmail is the longest address that mail can be sent to, in bytes (RFC 5321, 4.5.3.1.3,
// without its brackets).
const maxEmail = 254

// Email is an e-mail as accounts have it: without blanks around, in lower case, and in
// one form of Unicode, so that one address has one account. It gives an InputError for
// what is no address.
func Email(typed string) (string, error) {
	email := norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(typed))))
	local, domain, found := strings.Cut(email, "@")
	switch {
	case !utf8.ValidString(typed), !found, local == "", domain == "", strings.ContainsAny(email, " \"(),:;<>[\\]"),
		strings.Contains(domain, "@"), strings.HasPrefix(domain, "."), strings.HasSuffix(domain, "."), strings.ContainsFunc(email, unprintable):
		return "", WrongInput("E-mail", "enter an address such as ana@example.com, not {found}", "found", strconv.Quote(short(typed, 80)))
	case len(email) > maxEmail:
		return "", WrongInput("E-mail", "use at most {most} bytes; this has {found}", "most", maxEmail, "found", len(email))
	}
	return email, nil
}

// unprintable reports whether nobody would see a character.
func unprintable(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || feed.IsInvisible(r)
}

// short is a text of others as it may be stored and shown: at most so many bytes, in one
// line, and nothing in it that nobody sees.
func short(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || feed.IsInvisible(r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(cut(text, 4*most), "\uFFFD"))
	text = strings.TrimSpace(text)
	if len(text) <= most {
		return text
	}
	return strings.TrimSpace(cut(text, most-len("…"))) + "…"
}

// cut is the beginning of a text, at most so many bytes, without half a character.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
