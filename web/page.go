package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/views"
)

// A liveEpoch stands for everything that a page can show: the whole database, and
// the minute, since pages say how old the data are.
type liveEpoch struct {
	mark   models.ChangeMark
	minute int64
}

func (s *Server) minute() int64 { return s.now().Unix() / 60 }

// A frame is what the pages of all people have in common at a moment: how old the data
// are, the sales rates, from which lost sales are estimated, and the targets. addPrincipal
// adds what depends on who looks, and pages look up rates and targets of what they show.
type frame struct {
	page    views.Page
	at      moment // of the newest data
	sales   entered.Sales
	targets entered.Targets
	entered int64 // the version of both
}

// page is the header of a page without figures: it says how old the newest data are.
func (s *Server) page(c echo.Context, title, active string) (views.Page, error) {
	f, err := s.frame(c.Request().Context())
	f.page.Title, f.page.Active = title, active
	addPrincipal(c.Request().Context(), &f.page)
	return f.page, err
}

// pageOf is the header of a page that shows the figures of a snapshot: it says how
// old these are, also while those of newer data are still being computed.
func (s *Server) pageOf(c echo.Context, snapshot *figures.Snapshot, title, active string) (views.Page, moment, error) {
	f, err := s.frame(c.Request().Context())
	w := spokenOf(c.Request().Context())
	at := newMoment(w, snapshot.KnownAsOf(), f.at.now, snapshot.PollEvery)
	if at != f.at {
		demo := f.page.Demo
		f.page = s.newPage(at)
		f.page.Demo = demo
		f.page.StaleReason = w.Say("Newer figures are being computed.")
	}
	f.page.Title, f.page.Active = title, active
	addPrincipal(c.Request().Context(), &f.page)
	return f.page, at, err
}

// addPrincipal adds who looks at a page and what they may do; the page shows the rest of
// it accordingly.
func addPrincipal(ctx context.Context, p *views.Page) {
	who, err := access.Of(ctx)
	if err != nil {
		return
	}
	p.Open, p.Can = who.Kind == access.IsOpen, canOf(ctx)
	if who.Kind == access.IsPerson {
		p.Who = who.Name
	}
}

// sales are the sales rates that were entered.
func (s *Server) sales(ctx context.Context) (entered.Sales, error) {
	f, err := s.frame(ctx)
	return f.sales, err
}

func (s *Server) frame(ctx context.Context) (frame, error) {
	mark, err := s.data.ChangeMark(ctx)
	if err != nil {
		return frame{}, err
	}
	return s.frames.get(ctx, everybodyReading(ctx), liveEpoch{mark, s.minute()}, struct{}{}, s.newFrame)
}

func (s *Server) newFrame(ctx context.Context) (f frame, err error) {
	version, err := s.data.DataVersion(ctx)
	if err != nil {
		return f, err
	}
	f.at = newMoment(spokenOf(ctx), version.NewestPollAt, s.now(), s.data.PollEvery())
	f.page = s.newPage(f.at)
	if err := s.addStaleReason(ctx, &f.page); err != nil {
		return f, err
	}
	if f.page.Demo, err = s.newDemoNote(ctx); err != nil {
		return f, err
	}
	f.entered = version.Entered
	if f.sales, err = s.data.Sales(ctx); err != nil {
		return f, err
	}
	f.targets, err = s.data.Targets(ctx)
	return f, err
}

// newPage is a header that says how old data are.
func (s *Server) newPage(m moment) views.Page {
	p := views.Page{Version: s.settings.Version}
	if !m.known {
		return p
	}
	p.AsOf = m.w.time(m.asOf, time.UTC, dayAndClock)
	p.AsOfAge = m.w.ago(m.asOf, m.now)
	if p.Stale, p.StaleAfter = m.old(), int(m.staleAfter().Seconds()); p.Stale {
		p.AsOfAge = m.w.age(m.asOf, m.now)
	}
	return p
}

// addStaleReason says why data are old, where the last import tells.
func (s *Server) addStaleReason(ctx context.Context, p *views.Page) error {
	if !p.Stale {
		return nil
	}
	last, found, err := s.data.LastImport(ctx)
	if err != nil {
		return err
	}
	if found && last.State == models.Failed {
		p.StaleReason = spokenOf(ctx).Say("The last import failed: {reason}", "reason", last.Error)
		p.StaleURL = importURL(last.ID)
	}
	return nil
}
