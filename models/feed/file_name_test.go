package feed_test

import (
	"testing"

	"lightson/models/feed"
)

func TestAFileNameIsKeptWithoutWhatIsNoText(t *testing.T) {
	for sent, want := range map[string]string{
		"polls.csv":       "polls.csv",
		"Öffnung 2023 €":  "Öffnung 2023 €",
		"a\x00\xff\xfe\n": "a\ufffd\ufffd\ufffd",
		"a\u0085\u200b":   "a\ufffd\u200b",
		"":                "",
	} {
		if got := feed.FileName(sent); got != want {
			t.Errorf("%q: %q, want %q", sent, got, want)
		}
	}
}
