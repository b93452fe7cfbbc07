package web

import (
	"context"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

// pageCache keeps pages for as long as nothing was written to the database since
// they were made, so that a hundred people who look at the same page cost what
// one does. It may be wrong about nothing: a page is a function of its URL, of
// the database, and of the minute in which it says how old the data are.
type pageCache struct {
	mu    sync.Mutex
	epoch pageEpoch
	pages map[pageKey][]byte
	bytes int
}

// pageEpoch is what all pages of the cache are made from.
type pageEpoch struct {
	mark   models.Mark
	minute int64
}

type pageKey struct {
	url     string
	partial bool
}

// cachedBytes bounds what the cache holds: a few hundred pages.
const cachedBytes = 32 << 20

// keepPages answers a GET with the page as it was made before, if that is still
// what it would be.
func (s *Server) keepPages(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		mark, err := s.db.Mark(c.Request().Context())
		if err != nil {
			return err
		}
		epoch := pageEpoch{mark, s.now().Unix() / 60}
		key := pageKey{c.Request().URL.RequestURI(), wantsPartial(c.Request())}
		if page, found := s.pages.find(epoch, key); found {
			c.Response().Header().Add(echo.HeaderVary, "HX-Request")
			return sendPage(c, http.StatusOK, page)
		}
		keep := func(page []byte) { s.pages.keep(epoch, key, page) }
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), keeperKey{}, keep)))
		return next(c)
	}
}

// keeperKey is where keepPages leaves word for render to keep what it sends.
type keeperKey struct{}

func keeperOf(c echo.Context) func(page []byte) {
	keep, _ := c.Request().Context().Value(keeperKey{}).(func([]byte))
	return keep
}

func (p *pageCache) find(epoch pageEpoch, key pageKey) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch != epoch {
		return nil, false
	}
	page, found := p.pages[key]
	return page, found
}

func (p *pageCache) keep(epoch pageEpoch, key pageKey, page []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch != epoch {
		p.epoch, p.pages, p.bytes = epoch, map[pageKey][]byte{}, 0
	}
	if p.bytes+len(page) > cachedBytes {
		return
	}
	p.pages[key] = page
	p.bytes += len(page)
}
