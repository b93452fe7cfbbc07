package names

import (
	"bytes"
	"encoding/hex"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Ranks are the places of names in the order in which people sort them: é with e, and
// without regard to case. Names that differ in nothing else have the same rank, so that
// the caller says which of them comes first. It takes a microsecond or two for each
// name; keep the result.
func Ranks(names []string) []int {
	collator := collate.New(language.Und, collate.IgnoreCase)
	var buffer collate.Buffer
	keys, order := make([][]byte, len(names)), make([]int, len(names))
	for n, name := range names {
		keys[n], order[n] = collator.KeyFromString(&buffer, name), n
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(keys[a], keys[b]) })
	ranks := make([]int, len(names))
	for place, n := range order {
		ranks[n] = place
		if place > 0 && bytes.Equal(keys[n], keys[order[place-1]]) {
			ranks[n] = ranks[order[place-1]]
		}
	}
	return ranks
}

// SortKey is a text whose bytes sort as the name does in the order of Ranks.
func SortKey(name string) string {
	var buffer collate.Buffer
	return hex.EncodeToString(collate.New(language.Und, collate.IgnoreCase).KeyFromString(&buffer, name))
}
