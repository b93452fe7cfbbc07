package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
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
	at    moment // of the newest data
	sales models.Sales
}

// page is the header of a page without figures: it says how old the newest data are.
func (s *Server) page(c echo.Context, title, active string) (views.Page, error) {
	f, err := s.frame(c.Request().Context(), audienceOf(c))
	f.page.Title, f.page.Active, f.page.Can = title, active, canOf(c)
	return f.page, err
}

// pageOf is the header of a page that shows the figures of a snapshot: it says how
// old these are, also while those of newer data are still being computed.
func (s *Server) pageOf(c echo.Context, snapshot *figures.Snapshot, title, active string) (views.Page, moment, error) {
	f, err := s.frame(c.Request().Context(), audienceOf(c))
	at := newMoment(snapshot.KnownAsOf(), f.at.now)
	if at != f.at {
		f.page = s.newPage(at)
		f.page.StaleReason = "Newer figures are being computed."
	}
	f.page.Title, f.page.Active, f.page.Can = title, active, canOf(c)
	return f.page, at, err
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
	version, err := s.db.DataVersion(ctx)
	if err != nil {
		return f, err
	}
	f.at = newMoment(version.NewestPollAt, s.now())
	f.page = s.newPage(f.at)
	if err := s.addStaleReason(ctx, &f.page); err != nil {
		return f, err
	}
	f.sales, err = s.db.Sales(ctx)
	return f, err
}

// newPage is a header that says how old data are.
func (s *Server) newPage(m moment) views.Page {
	p := views.Page{Version: s.settings.Version}
	if !m.known {
		return p
	}
	p.AsOf = timeText(m.asOf, time.UTC, dayAndClock)
	p.AsOfAge = agoText(m.asOf, m.now)
	p.Stale, p.StaleAfter = m.old(), int(staleAfter.Seconds())
	return p
}

// addStaleReason says why data are old, where the last import tells.
func (s *Server) addStaleReason(ctx context.Context, p *views.Page) error {
	if !p.Stale {
		return nil
	}
	latest, err := s.db.Imports(ctx, 0, 1)
	if err != nil {
		return err
	}
	if len(latest) == 1 && latest[0].State == models.Failed {
		p.StaleReason = "The last import failed: " + latest[0].Error
		p.StaleURL = importURL(latest[0].ID)
	}
	return nil
}
