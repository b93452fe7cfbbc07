package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/views"
)

// A lifetime says until what changes a page is kept. Each route declares its own.
type lifetime int

const (
	// live pages show rows that can change or be deleted, such as reports and
	// imports. They are kept until anything is written, or the minute ends.
	live lifetime = iota
	// onlyFigures pages show nothing but figures, sales rates and their frame.
	// They are kept while the data stay the same, whatever else is written.
	onlyFigures
)

// A figuresEpoch stands for everything that a page of figures can show.
type figuresEpoch struct {
	data, sales int64
	frame       views.Page
}

type pageKey struct {
	url     string
	partial string // the part of the page that htmx asks for; empty for all of it
}

func newPageKey(r *http.Request) pageKey {
	key := pageKey{url: r.URL.RequestURI()}
	if wantsPartial(r) {
		key.partial = "#" + r.Header.Get("HX-Target")
	}
	return key
}

// cachedBytes bounds each cache of pages to a few hundred of them.
const cachedBytes = 32 << 20

func newPageCache[E comparable]() cache[E, pageKey, *rendered] {
	return cache[E, pageKey, *rendered]{most: cachedBytes, size: func(k pageKey, p *rendered) int {
		return len(k.url) + len(k.partial) + len(p.body) // visitors choose how long their addresses are
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
			ctx, a, key := c.Request().Context(), audienceOf(c), newPageKey(c.Request())
			now, figures, err := s.epochs(ctx, a)
			if err != nil {
				return err
			}
			if until == onlyFigures {
				if page, found := s.figurePages.find(a, figures, key); found {
					return sendKept(c, page)
				}
			}
			own := false // whether this request makes the page
			page, missing := s.livePages.get(ctx, a, now, key, func(ctx context.Context) (*rendered, error) {
				own = true
				made := &recording{}
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
			case own:
				return page.send(c, http.StatusOK)
			case missing != nil:
				return next(c)
			default:
				return sendKept(c, page)
			}
		}
	}
}

// epochs are what a page that is made now can show.
func (s *Server) epochs(ctx context.Context, a audience) (liveEpoch, figuresEpoch, error) {
	mark, err := s.db.ChangeMark(ctx)
	if err != nil {
		return liveEpoch{}, figuresEpoch{}, err
	}
	frame, err := s.frame(ctx, a)
	return liveEpoch{mark, s.minute()}, figuresEpoch{mark.Data, mark.Sales, frame.page}, err
}

func sendKept(c echo.Context, page *rendered) error {
	c.Response().Header().Add(echo.HeaderVary, "HX-Request, HX-Target")
	return page.send(c, http.StatusOK)
}
