package web

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/logs"
)

// A Watch is told what the server does, to count it and to follow it. It must not keep
// anybody waiting.
type Watch interface {
	// Request is told that a request begins. The context that it returns is that of the
	// request. trusted says that its headers may be believed, as those of a trace. end is
	// called once, with what became of the request.
	Request(ctx context.Context, r *http.Request, trusted bool) (watched context.Context, end func(Answered))
	// Pushed is told what became of polls that a program sent.
	Pushed(models.Counts)
}

// Answered is what became of a request.
type Answered struct {
	Method string // one of those that HTTP knows, or "other"
	Route  string // pattern of the route, never an address: /stores/:id; empty where there is none
	Status int
	Bytes  int64 // of the body, before it was compressed
	Took   time.Duration
}

// Class is the class of the status: "2xx".
func (a Answered) Class() string {
	if a.Status < 100 || a.Status > 599 {
		return "other"
	}
	return [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}[a.Status/100-1]
}

// unwatched is the Watch of a server that nobody watches.
type unwatched struct{}

// Request implements Watch.
func (unwatched) Request(ctx context.Context, _ *http.Request, _ bool) (context.Context, func(Answered)) {
	return ctx, func(Answered) {}
}

// Pushed implements Watch.
func (unwatched) Pushed(models.Counts) {}

// AccessLog says of which requests a line is logged.
type AccessLog string

// The access logs.
const (
	NoRequests     AccessLog = "off"
	FailedRequests AccessLog = "failed" // those that were refused or failed: a status of 400 or more
	AllRequests    AccessLog = "all"
)

func (l AccessLog) has(status int) bool {
	return l == AllRequests || l == FailedRequests && status >= http.StatusBadRequest
}

// observe is around everything that happens to a request: it counts it, follows it and writes
// its line of the access log.
func (s *Server) observe(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now()
			request := c.Request()
			ctx, end := s.settings.Watch.Request(request.Context(), request, clientOf(c).proxied)
			if ctx != request.Context() {
				c.SetRequest(request.WithContext(ctx))
			}
			finished := false
			defer func() { // also where the connection is cut off, which is a panic
				answered := Answered{
					Method: methodOf(request), Route: r.patternOf(c), Status: c.Response().Status, Bytes: c.Response().Size, Took: time.Since(began),
				}
				if !finished && !c.Response().Committed {
					answered.Status = http.StatusInternalServerError
				}
				end(answered)
				s.logAccess(c, answered)
			}()
			err := next(c)
			finished = true
			return err
		}
	}
}

// methods are those that a route can have. Others are whatever a client makes up.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions,
}

func methodOf(r *http.Request) string {
	if slices.Contains(methods, r.Method) {
		return r.Method
	}
	return "other"
}

// logAccess writes the line of a request. It has no query and no header, where keys may
// stand; the path, and only where no part of it is a secret; and for what has no route,
// whose path may be that of a secret with a slip, nothing of it.
func (s *Server) logAccess(c echo.Context, a Answered) {
	if !s.settings.AccessLog.has(a.Status) {
		return
	}
	ctx, who := c.Request().Context(), ""
	if p, err := access.Of(ctx); err == nil {
		who = p.Key()
	}
	path := ""
	if a.Route != "" && !hasSecret(a.Route) {
		path = c.Request().URL.EscapedPath()
	}
	logs.Line(ctx, s.log, slog.LevelInfo, "request", slog.String("method", a.Method), slog.String("route", a.Route), slog.String("path", path),
		slog.Int("status", a.Status), slog.Int64("bytes", a.Bytes), slog.Duration("took", a.Took), slog.String("who", who), slog.String("address", clientAddress(c)))
}
