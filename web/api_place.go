package web

import (
	"cmp"
	"sort"

	"github.com/labstack/echo/v4"

	"lightson/models/entered"
	"lightson/models/uptime"
)

// A place is where an item stands in its list: what the list is sorted by, and then what tells
// the item from all others. A list goes on behind it whatever came or went before it, so a
// walk survives an import between two pieces: no item that kept its place is missed or sent
// twice.
type place []placePart

// A placePart is a number or a text by which a list is sorted.
type placePart struct {
	Number  int64  `json:"n,omitempty"`
	Text    string `json:"t,omitempty"`
	Falling bool   `json:"d,omitempty"` // the largest comes first
}

// The parts of places, by what the list is sorted by.
func byNumber[N ~int | ~int64](n N) placePart { return placePart{Number: int64(n)} }
func byText(text string) placePart            { return placePart{Text: text} }

func falsesFirst(b bool) placePart {
	if b {
		return placePart{Number: 1}
	}
	return placePart{}
}

// falling is the part where the largest comes first, if that is so.
func (p placePart) falling(is bool) placePart {
	p.Falling = is
	return p
}

func (p place) compare(q place) int {
	for n := range min(len(p), len(q)) {
		order := cmp.Or(cmp.Compare(p[n].Number, q[n].Number), cmp.Compare(p[n].Text, q[n].Text))
		if q[n].Falling {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(p), len(q))
}

// cutAfter returns the piece of a list behind the place of a cursor, and whether more follows.
// The list is sorted by the places of its items.
func cutAfter[T any](list []T, from cursor, limit int, placeOf func(T) place) (piece []T, more bool) {
	if len(from.After) == 0 {
		return cut(list, limit)
	}
	behind := sort.Search(len(list), func(n int) bool { return from.After.compare(placeOf(list[n])) < 0 })
	return cut(list[behind:], limit)
}

// nextAfter is the field next_cursor of a list that goes on behind a piece.
func nextAfter[T any](from cursor, piece []T, more bool, placeOf func(T) place) *string {
	if !more {
		return nil
	}
	return cursor{List: from.List, After: placeOf(piece[len(piece)-1])}.next(true)
}

// bySubject is how subjects are sorted: from the widest to the narrowest, then by name.
func bySubject(s entered.Subject) (rank, name placePart) {
	ranks := map[entered.Scope]int{entered.OfGroup: 1, entered.OfStore: 2}
	return byNumber(ranks[s.Scope]), byText(s.Name)
}

// pieceOf is the piece of a list that a request asks for, where the whole list is at hand,
// sorted by the places of its items.
func pieceOf[T any](c echo.Context, list string, all []T, placeOf func(T) place) (piece []T, next *string, err error) {
	from, limit, err := parseCursor(c, list)
	if err != nil {
		return nil, nil, err
	}
	piece, more := cutAfter(all, from, limit, placeOf)
	return piece, nextAfter(from, piece, more, placeOf), nil
}

// olderFirst and newerFirst are the places of what is listed by when it was made.
func olderFirst(at uptime.Instant, id string) place { return place{byNumber(at), byText(id)} }

func newerFirst(at uptime.Instant, id string) place {
	return place{byNumber(at).falling(true), byText(id).falling(true)}
}
