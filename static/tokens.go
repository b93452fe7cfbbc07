package static

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	tokenSet  = regexp.MustCompile(`(--[a-z][\w-]*):([^;{}]*)`)
	tokenUsed = regexp.MustCompile(`--[a-z][\w-]*`)
	tokenAsk  = regexp.MustCompile(`var\((--[a-z][\w-]*)\)`)
)

// withoutTokens takes out of a style sheet what only its readers need: a token that is set once, to
// a plain length, becomes that length where it is asked for, and every other one gets a short name.
// Pages and scripts know no tokens.
func withoutTokens(css []byte) []byte {
	values := map[string][]string{}
	for _, set := range tokenSet.FindAllSubmatch(css, -1) {
		values[string(set[1])] = append(values[string(set[1])], string(set[2]))
	}
	plain := func(name string) bool {
		set := values[name]
		return len(set) == 1 && !strings.ContainsAny(set[0], "(, #\"")
	}
	css = tokenSet.ReplaceAllFunc(css, func(set []byte) []byte {
		if name, _, _ := bytes.Cut(set, []byte(":")); plain(string(name)) {
			return nil
		}
		return set
	})
	css = withValues(css, func(name string) (value string, ok bool) {
		if !plain(name) {
			return "", false
		}
		return values[name][0], true
	})
	short := shortNames(css)
	css = tokenUsed.ReplaceAllFunc(css, func(name []byte) []byte { return []byte(cmp.Or(short[string(name)], string(name))) })
	return emptyDeclarations.ReplaceAll(css, []byte("$1"))
}

// withValues puts values in place of tokens that are asked for. A bracket parts its token
// from what follows without a space; a value needs one.
func withValues(css []byte, valueOf func(name string) (value string, ok bool)) []byte {
	var out []byte
	done := 0
	for _, ask := range tokenAsk.FindAllSubmatchIndex(css, -1) {
		value, ok := valueOf(string(css[ask[2]:ask[3]]))
		if !ok {
			continue
		}
		out = append(append(out, css[done:ask[0]]...), value...)
		if done = ask[1]; done < len(css) && !bytes.ContainsRune([]byte(" ;,)}!/"), rune(css[done])) {
			out = append(out, ' ')
		}
	}
	return append(out, css[done:]...)
}

// emptyDeclarations are what is left of declarations that were taken out.
var emptyDeclarations = regexp.MustCompile(`([;{]);+`)

// shortNames gives the tokens of a style sheet other names, the shortest to the most frequent.
func shortNames(css []byte) map[string]string {
	times := map[string]int{}
	for _, set := range tokenSet.FindAllSubmatch(css, -1) {
		times[string(set[1])] = 0
	}
	for _, name := range tokenUsed.FindAll(css, -1) {
		if _, set := times[string(name)]; set { // else it is part of another word
			times[string(name)]++
		}
	}
	names := make([]string, 0, len(times))
	for name := range times {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if times[a] != times[b] {
			return times[b] - times[a]
		}
		return strings.Compare(a, b)
	})
	const letters = "abcdefghijklmnopqrstuvwxyz"
	short := map[string]string{}
	for n, name := range names {
		word := letters[n%len(letters) : n%len(letters)+1]
		if n >= len(letters) {
			word = letters[n/len(letters)-1:n/len(letters)] + word
		}
		short[name] = "--" + word
	}
	return short
}
