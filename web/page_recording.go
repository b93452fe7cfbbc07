package web

import (
	"context"

	"lightson/models/figures"

	"github.com/labstack/echo/v4"
)

// A recording is what a handler showed: its page, and the versions of the data
// whose figures it asked for. These may be older than the data, while new figures
// are being computed.
type recording struct {
	page     *packed // nil unless the answer was a page
	versions []int64
	dated    bool    // it also says something that a clock makes untrue
	parts    []*part // in the order of their slots in the page
}

type recordingKey struct{}

// recordingOf is the recording of a request, or nil if its page is not kept.
func recordingOf(ctx context.Context) *recording {
	r, _ := ctx.Value(recordingKey{}).(*recording)
	return r
}

// record calls a handler in a context that carries the recording.
func (r *recording) record(ctx context.Context, c echo.Context, next echo.HandlerFunc) error {
	asked := c.Request()
	c.SetRequest(asked.WithContext(context.WithValue(ctx, recordingKey{}, r)))
	defer c.SetRequest(asked)
	return next(c)
}

// isOf reports whether the page shows figures of this version of the data and of
// no other.
func (r *recording) isOf(version int64) bool {
	for _, shown := range r.versions {
		if shown != version {
			return false
		}
	}
	return len(r.versions) > 0 && !r.dated
}

// isDated says that a page is not of figures alone: it is kept for a minute at most.
func (r *recording) isDated() {
	if r != nil {
		r.dated = true
	}
}

// Handlers ask for figures by the four methods below and in no other way, so that
// the version of what they show is recorded.

// recentSnapshot is the snapshot for pages. It may be the previous one while a new
// one is computed.
func (s *Server) recentSnapshot(ctx context.Context) (*figures.Snapshot, error) {
	snapshot, err := s.data.RecentSnapshot(ctx)
	if err == nil {
		recordingOf(ctx).shows(snapshot)
	}
	return snapshot, err
}

// snapshot is the snapshot of the data as they are now.
func (s *Server) snapshot(ctx context.Context) (*figures.Snapshot, error) {
	snapshot, err := s.data.Snapshot(ctx)
	if err == nil {
		recordingOf(ctx).shows(snapshot)
	}
	return snapshot, err
}

// recentTrend is the trend for pages. It may be the previous one while a new one
// is computed.
func (s *Server) recentTrend(ctx context.Context) (*figures.Trend, error) {
	trend, err := s.data.RecentTrend(ctx)
	if err == nil {
		recordingOf(ctx).shows(trend.Snapshot)
	}
	return trend, err
}

// trend is the trend of the data as they are now.
func (s *Server) trend(ctx context.Context) (*figures.Trend, error) {
	trend, err := s.data.Trend(ctx)
	if err == nil {
		recordingOf(ctx).shows(trend.Snapshot)
	}
	return trend, err
}

func (r *recording) shows(s *figures.Snapshot) {
	if r != nil {
		r.versions = append(r.versions, s.Version)
	}
}
