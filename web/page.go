package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/views"
)

// staleAfter is twice the usual interval of polls.
const staleAfter = 2 * time.Hour

// A liveEpoch stands for everything that a page can show: the whole database, and
// the minute, since pages say how old the data are.
type liveEpoch struct {
	mark   models.ChangeMark
	minute int64
}

func (s *Server) minute() int64 { return s.now().Unix() / 60 }

// A frame is what all pages of a moment have in common: the header around them,
// and the sales rates, from which lost sales are estimated.
type frame struct {
	page  views.Page
	sales models.Sales
}

// page is the header of the page of a request.
func (s *Server) page(c echo.Context, title, active string) (views.Page, error) {
	f, err := s.frame(c.Request().Context(), audienceOf(c))
	f.page.Title, f.page.Active = title, active
	return f.page, err
}

// sales are the sales rates that were entered.
func (s *Server) sales(ctx context.Context, a audience) (models.Sales, error) {
	f, err := s.frame(ctx, a)
	return f.sales, err
}

func (s *Server) frame(ctx context.Context, a audience) (frame, error) {
	mark, err := s.db.ChangeMark(ctx)
	if err != nil {
		return frame{}, err
	}
	return s.frames.get(ctx, a, liveEpoch{mark, s.minute()}, struct{}{}, s.newFrame)
}

func (s *Server) newFrame(ctx context.Context) (f frame, err error) {
	if f.page, err = s.newPage(ctx); err != nil {
		return f, err
	}
	f.sales, err = s.db.Sales(ctx)
	return f, err
}

func (s *Server) newPage(ctx context.Context) (views.Page, error) {
	p := views.Page{Version: s.settings.Version}
	version, err := s.db.DataVersion(ctx)
	if err != nil || !version.NewestPollAt.Known {
		return p, err
	}
	p.AsOf = timeText(version.NewestPollAt.At, time.UTC, dayAndClock)
	p.AsOfAge = agoText(version.NewestPollAt.At, s.now())
	p.Stale = s.now().Sub(version.NewestPollAt.At.Time()) > staleAfter
	if !p.Stale {
		return p, nil
	}
	latest, err := s.db.Imports(ctx, 0, 1)
	if err != nil {
		return p, err
	}
	if len(latest) == 1 && latest[0].State == models.Failed {
		p.StaleReason = "The last import failed: " + latest[0].Error
		p.StaleURL = importURL(latest[0].ID)
	}
	return p, nil
}
