package web

import (
	"context"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/views"
)

// pageCache keeps pages for as long as what they were made from is the same, so
// that a hundred people who look at a page cost what one does.
type pageCache struct {
	mu    sync.Mutex
	epoch any // comparable: equal for two instants means equal pages
	pages map[pageKey]*rendered
	bytes int
}

type pageKey struct {
	url     string
	partial string // the part of the page that htmx asks for; empty for all of it
}

// A page that shows imports or reports on their way is made from the whole
// database, and from the minute in which it says how old the data are.
type liveEpoch struct {
	mark   models.ChangeMark
	minute int64
}

// A page that shows figures alone is made from the data, which change far less
// often, and from the frame around it.
type figuresEpoch struct {
	data, sales int64
	frame       views.Page
}

// cachedBytes bounds what a cache holds: a few hundred pages.
const cachedBytes = 32 << 20

// keepPages answers a GET with the page as it was made before, if that is still
// what it would be.
func (s *Server) keepPages(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		mark, err := s.db.ChangeMark(ctx)
		if err != nil {
			return err
		}
		frame, err := s.page(ctx, "", "")
		if err != nil {
			return err
		}
		key := pageKey{url: c.Request().URL.RequestURI()}
		if wantsPartial(c.Request()) {
			key.partial = "#" + c.Request().Header.Get("HX-Target")
		}
		keep := &keeper{server: s, key: key, live: liveEpoch{mark, s.minute()}, figures: figuresEpoch{mark.Data, mark.Sales, frame}}
		page := s.figurePages.find(keep.figures, key)
		if page == nil {
			page = s.livePages.find(keep.live, key)
		}
		if page != nil {
			return sendKept(c, page)
		}
		way := flightKey{keep.live, key}
		own, first := s.flights.join(way)
		if !first {
			if page := own.wait(ctx); page != nil {
				return sendKept(c, page)
			}
			return next(c) // what came of the other was no page: make our own
		}
		defer s.flights.land(way, own)
		keep.flight = own
		c.SetRequest(c.Request().WithContext(context.WithValue(ctx, keeperKey{}, keep)))
		return next(c)
	}
}

func sendKept(c echo.Context, page *rendered) error {
	c.Response().Header().Add(echo.HeaderVary, "HX-Request, HX-Target")
	return page.send(c, http.StatusOK)
}

func (s *Server) minute() int64 { return s.now().Unix() / 60 }

// A keeper keeps the page of one request, as of the instant it was asked for.
type keeper struct {
	server  *Server
	key     pageKey
	live    liveEpoch
	figures figuresEpoch

	flight      *flight
	onlyFigures bool
}

// keeperKey is where keepPages leaves word for render to keep what it sends.
type keeperKey struct{}

// showsOnlyFigures says that the page of a request is made from the data of a
// version, and from nothing else in the database.
func showsOnlyFigures(c echo.Context, version int64) {
	k, _ := c.Request().Context().Value(keeperKey{}).(*keeper)
	if k != nil {
		k.onlyFigures = version >= k.figures.data // else it is from before, shown while the new ones are computed
	}
}

// keepPage keeps what is being sent, if its route wants that.
func keepPage(c echo.Context, page rendered) {
	k, _ := c.Request().Context().Value(keeperKey{}).(*keeper)
	if k == nil {
		return
	}
	k.flight.page = page.clone()
	if k.onlyFigures {
		k.server.figurePages.keep(k.figures, k.key, k.flight.page)
	} else {
		k.server.livePages.keep(k.live, k.key, k.flight.page)
	}
}

// find is the page, or nil if it is not there.
func (p *pageCache) find(epoch any, key pageKey) *rendered {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch != epoch {
		return nil
	}
	return p.pages[key]
}

func (p *pageCache) keep(epoch any, key pageKey, page *rendered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// A full cache starts anew: someone who leafs through all stores must not
	// leave it full of pages that nobody else asks for.
	if p.epoch != epoch || p.bytes+len(page.body) > cachedBytes {
		p.epoch, p.pages, p.bytes = epoch, map[pageKey]*rendered{}, 0
	}
	p.pages[key] = page
	p.bytes += len(page.body)
}
