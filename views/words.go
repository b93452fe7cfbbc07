package views

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// orDash is the text, or a dash where there is none.
func orDash(text string) string { return cmp.Or(text, "—") }

// slug makes an id of a label: "Last hour" becomes "last-hour".
func slug(label string) string {
	return strings.NewReplacer(" ", "-", ",", "").Replace(strings.ToLower(label))
}

func itoa(i int) string     { return strconv.Itoa(i) }
func itoa64(i int64) string { return strconv.FormatInt(i, 10) }

// thousandths places a share from 0 to 1 on a drawing that is 1000 wide.
func thousandths(share float64) string {
	return strconv.FormatFloat(min(max(share, 0), 1)*1000, 'f', 2, 64)
}

// widthPercent is a share of a drawing whose width is not known. What is more than nothing is
// seen, however little it is.
func widthPercent(share float64) string {
	if share <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(max(100*share, .5), 100), 'f', 2, 64) + "%"
}

// hint is the title of an element, where there is something to say.
func hint(text string) templ.Attributes {
	if text == "" {
		return nil
	}
	return templ.Attributes{"title": text}
}

// inFours breaks a secret into groups of four, which are easier to type.
func inFours(secret string) string {
	var b strings.Builder
	for n, letter := range []rune(secret) {
		if n > 0 && n%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(letter)
	}
	return b.String()
}
