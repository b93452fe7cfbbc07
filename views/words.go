package views

import (
	"strconv"
	"strings"
)

// orDash is the text, or a dash where there is none.
func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

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
