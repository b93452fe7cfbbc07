package static

import (
	"regexp"
	"strings"
	"testing"
)

func TestTokensAreServedAsTheirValuesOrUnderShortNames(t *testing.T) {
	const sheet = ":root{--gap:.5rem;--paper:light-dark(#fff,#000);--line:1px;--word:a, b;--hatch:repeat(var(--paper) 0 var(--gap))}" +
		".a{margin:calc(-1 * var(--gap)) var(--gap);color:var(--paper);background:var(--hatch)}" +
		".d{padding:var(--gap)var(--gap)1rem;margin:var(--gap)calc(1px + var(--gap))}" +
		"@media print{:root{--line:2px;--paper:#fff}}.b{border:var(--line) solid;color:var(--paper)}.c{font:var(--word)}"
	const want = ":root{--a:light-dark(#fff,#000);--b:1px;--d:a, b;--c:repeat(var(--a) 0 .5rem)}" +
		".a{margin:calc(-1 * .5rem) .5rem;color:var(--a);background:var(--c)}" +
		".d{padding:.5rem .5rem 1rem;margin:.5rem calc(1px + .5rem)}" +
		"@media print{:root{--b:2px;--a:#fff}}.b{border:var(--b) solid;color:var(--a)}.c{font:var(--d)}"
	if got := string(withoutTokens([]byte(sheet))); got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

// Every token that is asked for is set, in the sheet that is served as in the one that is written.
func TestEveryTokenOfTheStyleSheetIsSet(t *testing.T) {
	for name, sheet := range map[string]string{"written": string(read("app.css")), "served": get(URL("app.css")).Body.String()} {
		asked := regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllStringSubmatch(sheet, -1)
		if len(asked) < 100 {
			t.Errorf("%s: only %d tokens are asked for", name, len(asked))
		}
		for _, token := range asked {
			if !regexp.MustCompile(regexp.QuoteMeta(token[1]) + `:`).MatchString(strings.ReplaceAll(sheet, ": ", ":")) {
				t.Errorf("%s: %s is not set", name, token[1])
			}
		}
	}
}

// A length that runs into the next is none: the browser drops the whole declaration.
func TestNoLengthRunsIntoTheNext(t *testing.T) {
	sheet := get(URL("app.css")).Body.String()
	if found := regexp.MustCompile(`[^;{}]*\d(rem|em|px|mm|ch)[\d.][^;{}]*`).FindAllString(sheet, -1); len(found) > 0 {
		t.Errorf("%d declarations are dropped, such as %s", len(found), found[0])
	}
}
