package web

import (
	"context"
	"time"

	"lightson/models"
	"lightson/views"
)

// staleAfter is twice the usual interval of polls.
const staleAfter = 2 * time.Hour

// page is what the frame around every page shows.
func (s *Server) page(ctx context.Context, title, active string) (views.Page, error) {
	p := views.Page{Title: title, Active: active, Version: s.settings.Version}
	version, err := s.db.DataVersion(ctx)
	if err != nil {
		return p, err
	}
	if version.NewestPollAt == 0 {
		return p, nil
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
