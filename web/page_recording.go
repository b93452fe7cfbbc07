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

	turns turns
	taken bool // it has a turn
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
	defer r.giveTurnBack()
	return next(c)
}

// takeTurn waits for the page's turn to be made, unless it has one.
func (r *recording) takeTurn(ctx context.Context) (err error) {
	if r != nil && !r.taken {
		r.taken, err = r.turns.take(ctx)
	}
	return err
}

func (r *recording) giveTurnBack() {
	if r != nil && r.taken {
		r.turns.Release(1)
		r.taken = false
	}
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
	return asked(ctx, s.data.RecentSnapshot, versionOf)
}

// snapshot is the snapshot of the data as they are now.
func (s *Server) snapshot(ctx context.Context) (*figures.Snapshot, error) {
	return asked(ctx, s.data.Snapshot, versionOf)
}

// recentTrend is the trend for pages. It may be the previous one while a new one
// is computed.
func (s *Server) recentTrend(ctx context.Context) (*figures.Trend, error) {
	return asked(ctx, s.data.RecentTrend, versionOfTrend)
}

// trend is the trend of the data as they are now.
func (s *Server) trend(ctx context.Context) (*figures.Trend, error) {
	return asked(ctx, s.data.Trend, versionOfTrend)
}

func versionOf(s *figures.Snapshot) int64   { return s.Version }
func versionOfTrend(t *figures.Trend) int64 { return t.Version }

// asked asks for figures, and waits for the page's turn once they are there. Of is their version.
func asked[T any](ctx context.Context, ask func(context.Context) (T, error), of func(T) int64) (value T, err error) {
	r := recordingOf(ctx)
	r.giveTurnBack()
	if value, err = ask(ctx); err != nil {
		return value, err
	}
	r.shows(of(value))
	return value, r.takeTurn(ctx)
}

func (r *recording) shows(version int64) {
	if r != nil {
		r.versions = append(r.versions, version)
	}
}
