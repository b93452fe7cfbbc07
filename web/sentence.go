package web

import (
	"lightson/models/words"
	"lightson/views"
)

// linked are the pieces of a sentence, those that are marked as links to addresses, in their
// order.
func linked(pieces []words.Piece, urls ...string) views.Sentence {
	var s views.Sentence
	for _, p := range pieces {
		link := views.Link{Text: p.Text}
		if p.Marked && len(urls) > 0 {
			link.URL, urls = urls[0], urls[1:]
		}
		s = append(s, link)
	}
	return s
}
