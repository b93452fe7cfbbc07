package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
	"lightson/views"
)

// A lifetime says until what changes a page is kept. Each route declares its own.
type lifetime int

const (
	// live pages show rows that can change or be deleted, such as reports and
	// imports. They are kept until anything is written, or the minute ends.
	live lifetime = iota
	// onlyFigures pages show nothing but figures, sales rates, targets and their frame.
	// They are kept while the data stay the same, whatever else is written.
	onlyFigures
)

// A figuresEpoch stands for everything that a page of figures can show.
type figuresEpoch struct {
	data, entered int64
	frame         views.Page // in English
}

type pageKey struct {
	url     string
	partial string // the part of the page that htmx asks for; empty for all of it
}

// keptParams are the parameters of the pages that are kept. A page whose address has
// another one is made anew each time.
var keptParams = []string{
	"assumed", "at_least", "bin", "day", "down", "ended", "excused", "from", "group", "hours", "name", "order", "page", "period", "q", "size", "sort", "state", "store", "target", "to", "zone",
}

// longestKey bounds what is kept beside a page: an id of 128 bytes can be escaped, and
// a search is a few words.
const longestKey = 1 << 10

// newPageKey is the key of a page that may be kept. Different spellings of the same
// parameters have one key.
func newPageKey(r *http.Request) (key pageKey, keeps bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return key, false
	}
	for name, values := range query {
		if len(values) != 1 || !slices.Contains(keptParams, name) {
			return key, false
		}
	}
	key.url = withQuery(r.URL.EscapedPath(), query)
	if wantsPartial(r) {
		key.partial = "#" + r.Header.Get("HX-Target")
	}
	key = pageKey{strings.Clone(key.url), strings.Clone(key.partial)} // not parts of a longer request
	return key, len(key.url)+len(key.partial) <= longestKey
}

const (
	// cachedBytes bounds each cache of pages to about a thousand of them, compressed. People
	// of many reaches look at pages of their own, and what those take must not grow with them.
	cachedBytes = 8 << 20
	// entryBytes is about what a page takes beside its body and its key.
	entryBytes = 512
)

func newPageCache[E comparable]() cache[E, pageKey, *packed] {
	return cache[E, pageKey, *packed]{most: func(E) int { return cachedBytes }, keepsPrevious: true, size: func(k pageKey, p *packed) int {
		return len(k.url) + len(k.partial) + p.kept() + entryBytes
	}}
}

// errNoPage says that a request was answered, but not with a page to share.
var errNoPage = errors.New("no page to share")

// keep answers with the page as it was made before, if it still would be the
// same. A crowd that asks for a page at once waits for the first of them to make
// it, but not for it to be sent. Where the answer was anything else, each makes its
// own.
func (s *Server) keep(until lifetime) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			varies(c, variesByPart)
			varies(c, variesByLanguage)
			key, keeps := newPageKey(c.Request())
			if !keeps {
				return s.tagged(next)(c)
			}
			ctx := c.Request().Context()
			a := audienceOf(ctx)
			now, figures, err := s.epochs(ctx)
			if err != nil {
				return err
			}
			if until == onlyFigures {
				if page, found := s.figurePages.find(a, figures, key); found {
					return s.sendPage(c, page)
				}
			}
			own := false // whether this request makes the page
			page, missing := s.livePages.get(ctx, a, now, key, func(ctx context.Context) (*packed, error) {
				own = true
				made := &recording{turns: s.turns}
				if err = made.record(ctx, c, next); err != nil || made.page == nil {
					return nil, errNoPage
				}
				if until == onlyFigures && made.isOf(figures.data) {
					s.figurePages.put(a, figures, key, made.page)
				}
				return made.page, nil
			})
			switch {
			case own && missing != nil:
				return err
			case missing != nil:
				return s.tagged(next)(c)
			default:
				return s.sendPage(c, page)
			}
		}
	}
}

// withOneMark has all of a request made from one state, which is asked for once.
func withOneMark(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.SetRequest(c.Request().WithContext(models.WithOneMark(c.Request().Context())))
		return next(c)
	}
}

// epochs are what a page that is made now can show. They are the same in every language, or
// readers of one would have the pages of another forgotten.
func (s *Server) epochs(ctx context.Context) (liveEpoch, figuresEpoch, error) {
	mark, err := s.data.ChangeMark(ctx)
	if err != nil {
		return liveEpoch{}, figuresEpoch{}, err
	}
	frame, err := s.frame(words.With(ctx, words.In(words.English)))
	return liveEpoch{mark, s.minute()}, figuresEpoch{mark.Data, mark.Entered, frame.page}, err
}
