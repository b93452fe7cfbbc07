package feed_test

import (
	"testing"

	"lightson/models/feed"
)

func TestNoCellIsRunAsAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"8419537941919820732":   "8419537941919820732",
		"+1":                    "+1",
		"-5":                    "-5",
		"-5.25":                 "-5.25",
		"=x":                    "'=x",
		"=1+1":                  "'=1+1",
		"+1+1":                  "'+1+1",
		"-5-":                   "'-5-",
		"--5":                   "'--5",
		"-":                     "'-",
		"-1e3":                  "'-1e3",
		"@a":                    "'@a",
		"\ta":                   "'\ta",
		"\ra":                   "'\ra",
		"+1\n=x":                "'+1\n=x",
		"'=x":                   "'=x",
		"a=x":                   "a=x",
		"—":                     "—",
		"=HYPERLINK(\"//a\",1)": "'=HYPERLINK(\"//a\",1)",
	} {
		if got := feed.SafeCell(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
