package web

import (
	"strings"

	"lightson/views"
)

// newSentence is a whole sentence with links in the places that {} marks, in their order.
func newSentence(words string, links ...views.Link) views.Sentence {
	var s views.Sentence
	for n, part := range strings.Split(words, "{}") {
		if n > 0 {
			s = append(s, links[n-1])
		}
		if part != "" {
			s = append(s, views.Link{Text: part})
		}
	}
	return s
}
