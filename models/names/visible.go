package names

import (
	"golang.org/x/text/unicode/norm"

	"lightson/models/feed"
)

// Visible is a name as it is shown: as feeds are read now, and in one form of Unicode.
// Databases hold names that were read before files were cleaned in this way.
func Visible(name string) string {
	return norm.NFC.String(string(feed.CleanName([]byte(name))))
}
