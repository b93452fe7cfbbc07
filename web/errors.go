package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/unpack"
	"lightson/views"
)

// A problem is an error with words for the visitor. Its cause is for the log.
type problem struct {
	status  int
	title   string
	message string
	cause   error
}

func (p problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %v", p.title, p.cause)
	}
	return p.title
}

func (p problem) Unwrap() error { return p.cause }

func tooLarge(limit int64) problem {
	return problem{http.StatusRequestEntityTooLarge, "Too large",
		fmt.Sprintf("At most %s can be sent at once.", bytesText(limit)), nil}
}

// keptFor is a sentence that says for how many days things are kept; nothing for
// 0 days, which is for ever.
func keptFor(what string, days int) string {
	if days == 0 {
		return ""
	}
	return fmt.Sprintf(" %s are kept for %s.", what, plural(days, "day"))
}

// badInput is the problem of a request that was not understood. The message says
// where, what was expected and what was found.
func badInput(message string) problem {
	return problem{http.StatusBadRequest, notValid, message, nil}
}

// handleError ends every failed request. It finds the words, logs what operators
// need and shows what visitors may see.
func (s *Server) handleError(err error, c echo.Context) {
	var panicked panicError
	if errors.As(err, &panicked) {
		s.log.ErrorContext(c.Request().Context(), "request panicked", "method", c.Request().Method, "route", c.Path(),
			"panic", panicked.error, "stack", string(panicked.stack))
		err = problem{http.StatusInternalServerError, unexpectedTitle, unexpectedMessage, nil} // whatever the panic was about
	}
	if c.Response().Committed {
		return
	}
	if ctx := c.Request().Context(); ctx.Err() != nil {
		// The context ends with whatever is wrong with the connection, also where it
		// only sent too slowly. Sending nothing would be a 200.
		if errors.Is(err, context.Canceled) {
			c.Response().WriteHeader(http.StatusRequestTimeout)
			return
		}
		alive, cancel := context.WithTimeout(context.WithoutCancel(ctx), errorPatience)
		defer cancel()
		c.SetRequest(c.Request().WithContext(alive))
	}
	p := problemOf(err)
	if p.status == http.StatusMethodNotAllowed && p.message == "" {
		p.message = "This address takes " + c.Response().Header().Get(echo.HeaderAllow) + "."
	}
	if p.status >= http.StatusInternalServerError && panicked.error == nil {
		s.log.ErrorContext(c.Request().Context(), "request failed",
			"method", c.Request().Method, "route", c.Path(), "status", p.status, "error", err)
	}
	setRetryAfter(c, p)
	if err := s.showProblem(c, p); err != nil {
		s.log.ErrorContext(c.Request().Context(), "error page failed", "error", err)
	}
}

func (s *Server) showProblem(c echo.Context, p problem) error {
	varies(c, echo.HeaderAccept)
	if p.status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, challenge(p))
	}
	if p.title == notValid && c.Request().Method == http.MethodGet && !isContract(c) && !wantsJSON(c) {
		p.title = "This link isn’t valid"
	}
	shown := views.Problem{Status: p.status, Title: p.title, Message: p.message}
	switch {
	case isContract(c):
		return c.JSON(p.status, scriptError{strings.TrimSuffix(p.title, ".") + ". " + p.message})
	case wantsJSON(c):
		return writeProblem(c, p)
	case wantsPartial(c.Request()):
		return render(c, p.status, views.ErrorNotice(shown))
	default:
		return render(c, p.status, views.ErrorPage(s.errorFrame(c, p), shown))
	}
}

// errorFrame is the frame around an error page. If the error is on our side, the
// frame is made without the database, since that may be what failed. Who has not signed
// in, or asked for a wrong host, must not learn what is in it either, and the answer to
// one request too many is to cost little.
func (s *Server) errorFrame(c echo.Context, p problem) views.Page {
	ctx := c.Request().Context()
	if may(ctx, access.ReadFigures) && p.status < http.StatusInternalServerError && !errors.Is(p, errWrongHost) && !errors.Is(p, errTooOften) {
		if page, err := s.page(c, p.title, ""); err == nil {
			return page
		}
	}
	bare := views.Page{Title: p.title, Version: s.settings.Version, Translated: s.settings.Translated, Bare: true}
	addPrincipal(ctx, &bare)
	bare.Outside = !may(ctx, access.ReadFigures)
	return bare
}

// problemOf finds the words for an error. Anything unexpected is a 500 that
// reveals nothing about the server. errors.As does not find an HTTPError in a
// BindingError, so that has a case of its own.
func problemOf(err error) problem {
	var (
		p       problem
		size    *http.MaxBytesError
		bind    *echo.BindingError
		status  *echo.HTTPError
		refused unpack.RefusedError
		full    models.QueueFull
		noRoom  models.NoRoom
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &size):
		return tooLarge(size.Limit)
	case errors.As(err, &refused):
		return problem{http.StatusUnprocessableEntity, "That file cannot be imported", refused.Error() + ". Nothing was imported.", err}
	case errors.As(err, &full):
		return queueFull(full)
	case errors.As(err, &noRoom):
		return problem{http.StatusServiceUnavailable, "There is no room for these files", noRoom.Error() + " Nothing was imported.", err}
	case errors.As(err, &bind):
		return badInput(fmt.Sprintf("%s: expected %s, found %s", bind.Field, boundTo(bind), feed.Shown(strings.Join(bind.Values, ", "))))
	case errors.Is(err, access.ErrForbidden):
		return problem{http.StatusForbidden, "You may not do that", "", err}
	case errors.Is(err, models.ErrNotFound), errors.Is(err, echo.ErrNotFound):
		return problem{http.StatusNotFound, "Not found", "The address may be mistyped, or the page was removed.", err}
	case errors.Is(err, figures.ErrClosed):
		return problem{http.StatusServiceUnavailable, "The server is stopping", "Please try again in a moment.", err}
	case isFault(err):
		return faultProblem(err)
	case errors.As(err, &status):
		return problem{status.Code, http.StatusText(status.Code), "", err}
	default:
		return problem{http.StatusInternalServerError, unexpectedTitle, unexpectedMessage, err}
	}
}

// boundTo is what a parameter is expected to be, of which Echo says only what it could not do.
func boundTo(e *echo.BindingError) string {
	if strings.Contains(fmt.Sprint(e.Message), "bool") {
		return "true or false"
	}
	return "a whole number"
}

// errorPatience bounds how long an error page is made for a connection that is in
// trouble.
const errorPatience = 5 * time.Second

const (
	notValid          = "This request isn’t valid"
	unexpectedTitle   = "Something went wrong on our side"
	unexpectedMessage = "The error was logged. Please try again."
)
