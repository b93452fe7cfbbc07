package feed_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lightson/models/feed"
)

func TestAFileNameIsKeptWithoutWhatIsNoText(t *testing.T) {
	for sent, want := range map[string]string{
		"polls.csv":       "polls.csv",
		"Öffnung 2023 €":  "Öffnung 2023 €",
		"a\x00\xff\xfe\n": "a\ufffd\ufffd\ufffd",
		"a\u0085\u200b":   "a\ufffd\u200b",
		"":                "",
		"a\u202egpj.csv":  "a\ufffdgpj.csv",

		strings.Repeat("a", 251) + ".csv":           strings.Repeat("a", 251) + ".csv",
		strings.Repeat("a", 252) + ".csv":           strings.Repeat("a", 220) + "…" + strings.Repeat("a", 28) + ".csv",
		strings.Repeat("a", 9_000_000) + ".csv":     strings.Repeat("a", 220) + "…" + strings.Repeat("a", 28) + ".csv",
		strings.Repeat("é", 200) + ".csv":           strings.Repeat("é", 110) + "…" + strings.Repeat("é", 14) + ".csv",
		strings.Repeat("\xff\x00", 200) + "€€€.csv": strings.Repeat("\ufffd", 73) + "…" + strings.Repeat("\ufffd", 6) + "€€€.csv",
	} {
		if got := feed.FileName(sent); got != want || len(got) > feed.MaxFileName || !utf8.ValidString(got) {
			t.Errorf("%.300q: %q, want %q", sent, got, want)
		}
	}
}
