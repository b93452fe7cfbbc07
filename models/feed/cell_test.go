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
		"+1\n=x":                "'+1\n'=x",
		"'=x":                   "'=x",
		"a=x":                   "a=x",
		"—":                     "—",
		"=HYPERLINK(\"//a\",1)": "'=HYPERLINK(\"//a\",1)",

		// Behind what divides cells elsewhere.
		"a;=1+1":     "a;'=1+1",
		"a;b;@x;+1":  "a;b;'@x;+1",
		"a;-5;=1":    "a;'-5;'=1",
		"a\t=1":      "a\t'=1",
		"a\n=1\r+b":  "a\n'=1\r'+b",
		"a;'=1":      "a;'=1",
		"a; =1":      "a;' =1",
		"a;\"=1\"":   "a;'\"=1\"",
		"Café; Bar":  "Café; Bar",
		"-5;b":       "'-5;b",
		"a;8.4E+18":  "a;8.4E+18",
		";=1":        ";'=1",
		"\t\t=1":     "'\t\t'=1",
		"a, =1":      "a, =1", // quoted, wherever a comma divides
		"Mo-Fr;9-17": "Mo-Fr;9-17",

		// Full-width signs, and what some pass over.
		"＝1+1":      "'＝1+1",
		"＋1":        "'＋1",
		"－5":        "'－5",
		"＠sum":      "'＠sum",
		"a;＝1":      "a;'＝1",
		" =1":       "' =1",
		"\u00a0=1":  "'\u00a0=1",
		"\u200b=1":  "'\u200b=1",
		"\ufeff=1":  "'\ufeff=1",
		"\u3000＝1":  "'\u3000＝1",
		"\n=1":      "'\n'=1",
		"\x00=1":    "'\x00=1",
		"\"=1":      "'\"=1",
		" -5":       " -5",
		"日本＝橋":      "日本＝橋",
		"\xff=1":    "\xff=1",
		"\xef\xbc=": "\xef\xbc=",
	} {
		if got := feed.SafeCell(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
