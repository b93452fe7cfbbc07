package names

import (
	"cmp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"lightson/models/feed"
)

// Visible is a name as it is shown: as feeds are read now, and in one form of Unicode.
// Databases hold names that were read before files were cleaned in this way.
func Visible(name string) string {
	if feed.IsPlain(name) {
		return name
	}
	return norm.NFC.String(string(feed.CleanName([]byte(name))))
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
