package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// answerWithin is how long an answer may take to begin: less than HTTPServer
// gives a request, so that there is time to say that it cannot be given. A
// database that hangs would otherwise take hold of all of its connections.
const answerWithin = 30 * time.Second

// limitTime bounds the time until an answer begins. Those who send files, and
// polls, have a patience of their own.
func limitTime(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method == http.MethodPost && (strings.HasSuffix(c.Path(), "/imports") || c.Path() == "/api/v1/polls") {
			return next(c)
		}
		asked := c.Request()
		ctx, cancel := context.WithCancelCause(asked.Context())
		defer cancel(nil)
		late := time.AfterFunc(answerWithin, func() { cancel(errLate) })
		defer late.Stop()
		c.Response().Before(func() { late.Stop() })
		c.SetRequest(asked.WithContext(ctx))
		err := next(c)
		c.SetRequest(asked) // for who words the error, there is time
		if err != nil && errors.Is(context.Cause(ctx), errLate) {
			return errLate
		}
		return err
	}
}

// errLate says that the answer did not begin in time.
var errLate = problem{http.StatusServiceUnavailable, "The database did not answer in time",
	"Please try again in a moment, and look first whether what you asked for was done after all.", nil}
