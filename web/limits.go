package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/words"
)

// limits bound what a request may cost, whatever its handler does.
type limits struct {
	body   int64         // bytes; more is refused before anything is done
	stream bool          // the handler reads the body; else it is read before
	answer time.Duration // until the answer begins; 0 where the handler bounds its own time
}

const (
	// bodyLimit is enough for any form or JSON body of ours. These are parsed into
	// memory.
	bodyLimit = 64 << 10
	// answerWithin is less than HTTPServer gives a request, so that there is time
	// to say that there is no answer. Without it, requests to a database that hangs
	// would hold all of its connections.
	answerWithin = 30 * time.Second
)

// usualLimits hold for every request whose route declares no others.
var usualLimits = limits{body: bodyLimit, answer: answerWithin}

// routeLimits are the limits of all routes.
type routeLimits struct {
	bodies   bodies
	usual    limits
	declared map[routeKey]limits
}

func newRouteLimits(usual limits) *routeLimits {
	return &routeLimits{newBodies(), usual, map[routeKey]limits{}}
}

type routeKey struct{ method, path string }

// receives declares what a route may be sent, where that is more than usual.
func (l *routeLimits) receives(more limits, route *echo.Route) {
	l.declared[routeKey{route.Method, route.Path}] = more
}

func (l *routeLimits) of(c echo.Context) limits {
	if declared, some := l.declared[routeKey{c.Request().Method, c.Path()}]; some {
		return declared
	}
	return l.usual
}

// enforce holds every request to the limits of its route.
func (l *routeLimits) enforce(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		allowed := l.of(c)
		if c.Request().ContentLength > allowed.body {
			return tooLarge(allowed.body)
		}
		if c.Request().Body != http.NoBody {
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, allowed.body)
		}
		answer := next
		if allowed.answer > 0 {
			answer = func(c echo.Context) error { return limitTime(c, allowed.answer, next) }
		}
		if allowed.stream {
			return answer(c)
		}
		return l.bodies.readFirst(c, answer)
	}
}

// limitTime bounds the time until an answer begins.
func limitTime(c echo.Context, limit time.Duration, next echo.HandlerFunc) error {
	asked := c.Request()
	ctx, cancel := context.WithCancelCause(asked.Context())
	defer cancel(nil)
	timer := time.AfterFunc(limit, func() { cancel(errTimeLimit) })
	defer timer.Stop()
	c.Response().Before(func() { timer.Stop() })
	c.SetRequest(asked.WithContext(ctx))
	defer c.SetRequest(asked) // the error page has time again, also after a panic
	err := next(c)
	if err != nil && errors.Is(context.Cause(ctx), errTimeLimit) {
		return errTimeLimit
	}
	return err
}

// longestAddress is enough for any of ours: a list with all of its filters and its
// cursor.
const longestAddress = 8 << 10

// refuseLongAddresses refuses a request before anything is made of its address.
func refuseLongAddresses(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if len(c.Request().RequestURI) > longestAddress {
			return problem{http.StatusRequestURITooLong, words.Later("This address is too long"),
				words.Later("Expected at most {most}, found {found}.", "most", sizeLater(longestAddress), "found", sizeLater(int64(len(c.Request().RequestURI)))), nil}
		}
		return next(c)
	}
}

// errTimeLimit says that the answer did not begin in time.
var errTimeLimit = problem{http.StatusServiceUnavailable, words.Later("The database did not answer in time"),
	words.Later("Your change may have been saved all the same. Please check, then try again."), nil}
