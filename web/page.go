package web

import (
	"context"
	"sync"
	"time"

	"lightson/models"
	"lightson/views"
)

// staleAfter is twice the usual interval of polls.
const staleAfter = 2 * time.Hour

// page is what the frame around every page shows.
func (s *Server) page(ctx context.Context, title, active string) (views.Page, error) {
	frame, _, err := s.frame(ctx)
	frame.Title, frame.Active = title, active
	return frame, err
}

// frameCache keeps what all pages of a moment have in common.
type frameCache struct {
	mu    sync.Mutex
	epoch liveEpoch
	frame views.Page
	sales models.Sales // which change what pages show, and no figure
}

// frame is the part of it that is the same on all pages, and the sales rates.
func (s *Server) frame(ctx context.Context) (views.Page, models.Sales, error) {
	mark, err := s.db.ChangeMark(ctx)
	if err != nil {
		return views.Page{}, models.Sales{}, err
	}
	f := &s.frames
	f.mu.Lock()
	defer f.mu.Unlock()
	if epoch := (liveEpoch{mark, s.minute()}); epoch != f.epoch {
		frame, err := s.newFrame(ctx)
		if err != nil {
			return frame, models.Sales{}, err
		}
		if f.sales, err = s.db.Sales(ctx); err != nil {
			return frame, f.sales, err
		}
		f.epoch, f.frame = epoch, frame
	}
	return f.frame, f.sales, nil
}

func (s *Server) newFrame(ctx context.Context) (views.Page, error) {
	p := views.Page{Version: s.settings.Version}
	version, err := s.db.DataVersion(ctx)
	if err != nil || version.NewestPollAt == 0 {
		return p, err
	}
	p.AsOf = timeText(version.NewestPollAt, time.UTC, dayAndClock)
	p.AsOfAge = agoText(version.NewestPollAt, s.now())
	p.Stale = s.now().Sub(version.NewestPollAt.Time()) > staleAfter
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
