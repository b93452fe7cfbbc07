package feed_test

import (
	"cmp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightson/models/feed"
	"lightson/models/words"
)

// sayAgain checks that what the reader wrote of rejects in English is known again: it stays
// what it is in English but for separators, and is something else in every other language.
func sayAgain(t *testing.T, rejects []feed.Reject) {
	t.Helper()
	for _, r := range rejects {
		for _, l := range words.Languages {
			expected, found := feed.ExpectedWords(r.Expected).In(words.In(l)), feed.FoundWords(r.Expected, r.Found).In(words.In(l))
			if l == words.English {
				if unseparated(expected) != unseparated(r.Expected) || unseparated(found) != unseparated(cmp.Or(r.Found, "nothing")) {
					t.Errorf("%v is said as expected %q, found %q", r, expected, found)
				}
				continue
			}
			if expected == r.Expected && expected != "2023-01-22 12:09:39 UTC" {
				t.Errorf("%v is expected in English in %s", r, l)
			}
			if found == r.Found && ours(r) {
				t.Errorf("%v is found in English in %s", r, l)
			}
		}
	}
}

func unseparated(text string) string { return strings.ReplaceAll(text, ",", "") }

// ours reports whether the reader itself worded some of what it found.
func ours(r feed.Reject) bool {
	return r.Column == "" && (strings.HasPrefix(r.Found, "fields beyond") || strings.HasSuffix(r.Expected, " fields")) ||
		strings.HasSuffix(r.Found, " ahead") || strings.Contains(r.Found, ": write ")
}

func TestWhatTheReaderFoundIsSaidInGermanAndTextOfTheFileIsNot(t *testing.T) {
	polls := read(pollsHeader + "1,active,2023-01-28 18:00:00 UTC\n1,active,2023-01-25 18:10:00.5 UTC\n1\n1,,2023-01-25 18:00:00 UTC\n" +
		"1,January,2023-01-25 18:00:00 UTC\n1,3 fields,2023-01-25 18:00:00 UTC\n1,a: write b,2023-01-25 18:00:00 UTC\n")
	hours := read(hoursHeader + "1,0,09:00,26:00\n")
	var got []string
	for _, r := range append(polls.Rejects, hours.Rejects...) {
		got = append(got, feed.FoundWords(r.Expected, r.Found).In(words.In(words.German)))
	}
	want := []string{
		"2023-01-28 18:00:00 UTC, das ist 3 Tage voraus", "2023-01-25 18:10:00.5 UTC, das ist 10 min 1 s voraus", "1 Feld", "nichts",
		"January", "3 fields", "a: write b",
		"26:00: schreiben Sie 02:00",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}
