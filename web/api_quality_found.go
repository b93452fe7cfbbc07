package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// apiFound is a piece of what a check found. The type of an item depends on the
// check.
type apiFound struct {
	AsOf        *apiTime      `json:"as_of"`
	DataVersion int64         `json:"data_version"`
	Check       figures.Check `json:"check"`
	Total       int64         `json:"total"` // items in all pieces of the list
	Found       any           `json:"found"` // a list
	NextCursor  *string       `json:"next_cursor"`
}

type apiFoundStore struct {
	ID    string  `json:"id"`
	Name  *string `json:"name"`
	Group *string `json:"group"`
	City  *string `json:"city"`
}

type apiNeverPolled struct {
	apiFoundStore
	KnownFrom []string `json:"known_from"`
}

type apiSilence struct {
	apiFoundStore
	LastPollAt *apiTime      `json:"last_poll_at"` // none if it was before the days that are looked at
	Silent     uptime.Micros `json:"silent_us"`
	OpenSince  *apiTime      `json:"open_since"`
	Open       uptime.Micros `json:"open_us"`
}

type apiOutside struct {
	apiFoundStore
	Polls   int `json:"polls"`
	Outside int `json:"outside"`
}

type apiOddStore struct {
	apiFoundStore
	HoursTotal int         `json:"hours_total"`
	Hours      []apiOddRow `json:"hours"` // the first of them
}

type apiOddRow struct {
	apiHours
	Length uptime.Micros    `json:"length_us"`
	Faults []figures.Oddity `json:"faults"`
}

type apiOddID struct {
	apiFoundStore
	Fault     feed.IDFault `json:"fault"`
	Meaning   string       `json:"meaning"`
	Invisible string       `json:"invisible"`  // the characters: U+200B; empty where there are none
	LooksLike *string      `json:"looks_like"` // another id
}

type apiConflicts struct {
	Import      string        `json:"import"`
	CreatedAt   apiTime       `json:"created_at"`
	Conflicting int64         `json:"conflicting"`
	Conflicts   []apiConflict `json:"conflicts"` // the first of them
}

// sendFound sends a piece of what a check of stores found.
func (l apiFound) sendFound(c echo.Context, q *figures.Quality, query qualityQuery, from cursor, limit int) error {
	of := func(n int) placePart { return byText(q.Stores[n].Code) }
	switch query.Check {
	case figures.CheckSilent:
		return sendPiece(c, l, from, limit, q.SilentFor(query.long()), func(s figures.Silence) place {
			return place{byNumber(s.Open).falling(true), byNumber(s.For).falling(true), of(s.Store)}
		}, func(s figures.Silence) apiSilence {
			return apiSilence{newAPIFoundStore(q, s.Store), optionalTime(s.LastPollAt), s.For, optionalTime(s.Since), s.Open}
		})
	case figures.CheckOutsideHours:
		return sendPiece(c, l, from, limit, q.Outside, func(o figures.OutsidePolls) place {
			return place{byNumber(o.Outside).falling(true), byNumber(o.Polls), of(o.Store)}
		}, func(o figures.OutsidePolls) apiOutside {
			return apiOutside{newAPIFoundStore(q, o.Store), o.Polls, o.Outside}
		})
	case figures.CheckOddHours:
		return sendPiece(c, l, from, limit, q.Odd, func(o figures.OddStore) place { return place{of(o.Store)} }, func(o figures.OddStore) apiOddStore {
			return apiOddStore{newAPIFoundStore(q, o.Store), len(o.Rows), newAPIOddRows(o.Rows[:min(len(o.Rows), largestLimit)])}
		})
	case figures.CheckOddIDs:
		return sendPiece(c, l, from, limit, q.OddIDs, func(o feed.OddID) place { return place{of(o.Index)} }, func(o feed.OddID) apiOddID { return newAPIOddID(q, o) })
	case figures.CheckNeverPolled:
		return sendPiece(c, l, from, limit, q.NeverPolled, func(n int) place { return place{of(n)} }, func(n int) apiNeverPolled {
			return apiNeverPolled{newAPIFoundStore(q, n), append([]string{}, q.KnownFrom(n)...)}
		})
	default:
		return sendPiece(c, l, from, limit, storesOf(q, query.Check), func(n int) place { return place{of(n)} }, func(n int) apiFoundStore { return newAPIFoundStore(q, n) })
	}
}

// sendPiece sends a piece of what was found, which is sorted by its places, as items of one type.
func sendPiece[T, I any](c echo.Context, l apiFound, from cursor, limit int, found []T, placeOf func(T) place, item func(T) I) error {
	piece, more := cutAfter(found, from, limit, placeOf)
	items := make([]I, len(piece))
	for n, f := range piece {
		items[n] = item(f)
	}
	l.Total, l.Found = int64(len(found)), items
	l.NextCursor = nextAfter(from, piece, more, placeOf)
	return sendAPIList(c, l, items, l.NextCursor)
}

func newAPIFoundStore(q *figures.Quality, n int) apiFoundStore {
	s := q.Stores[n]
	return apiFoundStore{s.Code, orNull(s.Name), orNull(s.Group), orNull(s.City)}
}

func newAPIOddID(q *figures.Quality, o feed.OddID) apiOddID {
	code := q.Stores[o.Index].Code
	odd := apiOddID{apiFoundStore: newAPIFoundStore(q, o.Index), Fault: o.Fault, Meaning: o.Fault.String(), Invisible: feed.InvisibleIn(code)}
	if o.Like >= 0 {
		odd.LooksLike = &q.Stores[o.Like].Code
	}
	return odd
}

func newAPIOddRows(rows []figures.OddRow) []apiOddRow {
	list := make([]apiOddRow, len(rows))
	for n, r := range rows {
		list[n] = apiOddRow{newAPIHours([]uptime.Hours{r.Hours})[0], r.Length, r.Oddities}
	}
	return list
}

// sendConflicts sends a piece of the imports that have conflicts.
func (s *Server) sendConflicts(c echo.Context, l apiFound, from cursor, limit int) error {
	ctx := c.Request().Context()
	sum, err := s.data.ConflictSum(ctx)
	if err != nil {
		return err
	}
	imports, err := s.data.ConflictingImports(ctx, from.Below, 0, limit+1)
	if err != nil {
		return err
	}
	piece, more := cut(imports, limit)
	items := make([]apiConflicts, len(piece))
	for n, i := range piece {
		items[n] = apiConflicts{i.ID, apiTime(i.CreatedAt), i.Conflicting, newAPIConflicts(i.Conflicts)}
	}
	l.Total, l.Found = sum.Imports, items
	if more {
		l.NextCursor = cursor{List: from.List, Below: piece[limit-1].ListPlace()}.next(more)
	}
	return sendAPIList(c, l, items, l.NextCursor)
}
