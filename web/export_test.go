package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"lightson/models/access"
)

// SetClock gives the server another clock.
func (s *Server) SetClock(now func() time.Time) { s.now = now }

// HurryPushes makes pushes wait so long for their turn.
func (s *Server) HurryPushes(patience time.Duration) { s.pushPatience = patience }

// KeepsFigures reports whether a page is kept for as long as the data stay the
// same.
func (s *Server) KeepsFigures(ctx context.Context, target string) (bool, error) {
	ctx = access.With(ctx, access.Open())
	_, figures, err := s.epochs(ctx)
	key, _ := newPageKey(httptest.NewRequest(http.MethodGet, target, nil))
	_, kept := s.figurePages.find(audienceOf(ctx), figures, key)
	return kept, err
}

// LimitAnswers gives routes that declare no limits another time to answer.
func (s *Server) LimitAnswers(limit time.Duration) { s.limits.answer = limit }

// Reach sets how the server is reached. Make its handler afterwards.
func (s *Server) Reach(hosts Hosts, public *url.URL) {
	s.settings.Hosts, s.settings.URL = hosts, public
}

// Disposition and SavedName name what is downloaded.
var (
	Disposition = disposition
	SavedName   = savedName
)

// KeptParams are the parameters with which pages are kept, in their order.
var KeptParams = keptParams

// AreComparable is areComparable.
var AreComparable = areComparable
