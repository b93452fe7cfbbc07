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
	"lightson/models/words"
	"lightson/views"
)

// A problem is an error with words for the visitor. Its cause is for the log.
type problem struct {
	status  int
	title   words.Message
	message words.Message
	cause   error
}

func (p problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %v", p.title, p.cause)
	}
	return p.title.String()
}

func (p problem) Unwrap() error { return p.cause }

// Is reports whether an error is the same problem: messages cannot be compared by ==.
func (p problem) Is(target error) bool {
	other, is := target.(problem)
	return is && p.status == other.status && errors.Is(p.cause, other.cause) &&
		p.title.String() == other.title.String() && p.message.String() == other.message.String()
}

func tooLarge(limit int64) problem {
	return problem{http.StatusRequestEntityTooLarge, words.Later("Too large"),
		words.Later("At most {size} can be sent at once.", "size", sizeLater(limit)), nil}
}

// statusTexts are the titles of the errors that the router finds.
var statusTexts = map[int]words.Text{
	http.StatusBadRequest:           "Bad Request|the title of an error",
	http.StatusMethodNotAllowed:     "Method not allowed",
	http.StatusUnsupportedMediaType: "Unsupported media type",
}

func statusText(status int) words.Message {
	if text, known := statusTexts[status]; known {
		return words.Later(text)
	}
	return words.Said(http.StatusText(status))
}

// badInput is the problem of a request that was not understood. The message says
// where, what was expected and what was found.
func badInput(message words.Message) problem {
	return problem{http.StatusBadRequest, words.Later(notValid), message, nil}
}

// handleError ends every failed request. It finds the words, logs what operators
// need and shows what visitors may see.
func (s *Server) handleError(err error, c echo.Context) {
	var panicked panicError
	if errors.As(err, &panicked) {
		s.log.ErrorContext(c.Request().Context(), "request panicked", "method", c.Request().Method, "route", c.Path(),
			"panic", panicked.error, "stack", string(panicked.stack))
		err = problem{http.StatusInternalServerError, words.Later(unexpectedTitle), words.Later(unexpectedMessage), nil} // whatever the panic was about
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
	if p.status == http.StatusMethodNotAllowed && p.message.Empty() {
		p.message = words.Later("This address takes {methods}.", "methods", c.Response().Header().Get(echo.HeaderAllow))
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
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, string(challenge(p)))
	}
	if p.title.String() == string(notValid) && c.Request().Method == http.MethodGet && !isContract(c) && !wantsJSON(c) {
		p.title = words.Later("This link isn’t valid")
	}
	w := spokenOf(c.Request().Context())
	shown := views.Problem{Status: p.status, Title: p.title.In(w.Words), Message: p.message.In(w.Words), RequestID: requestID(c.Request())}
	switch {
	case isContract(c):
		return c.JSON(p.status, scriptError{strings.TrimSuffix(p.title.String(), ".") + ". " + p.message.String()})
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
	title := p.title.In(words.Of(ctx))
	if may(ctx, access.ReadFigures) && p.status < http.StatusInternalServerError && !errors.Is(p, errWrongHost) && !errors.Is(p, errTooOften) {
		if page, err := s.page(c, title, ""); err == nil {
			return page
		}
	}
	bare := views.Page{Title: title, Version: s.settings.Version, Bare: true}
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
		return problem{http.StatusUnprocessableEntity, words.Later("That file cannot be imported"), words.Later("{why}. Nothing was imported.", "why", refused.ForPeople()), err}
	case errors.As(err, &full):
		return queueFull(full)
	case errors.As(err, &noRoom):
		return problem{http.StatusServiceUnavailable, words.Later("There is no room for these files"), words.Later("{why} Nothing was imported.", "why", noRoom.ForPeople()), err}
	case errors.As(err, &bind):
		return badParam(bind.Field, boundTo(bind), feed.Shown(strings.Join(bind.Values, ", ")))
	case errors.Is(err, access.ErrAppoints):
		return problem{http.StatusForbidden, words.Later("A key may not do that"),
			words.Later("Nobody becomes an operator by a key, and no operator gets a way to sign in by one. An operator who is signed in can do it."), err}
	case errors.Is(err, access.ErrForbidden):
		return problem{http.StatusForbidden, words.Later("You may not do that"), words.Message{}, err}
	case errors.Is(err, models.ErrNotFound), errors.Is(err, echo.ErrNotFound):
		return problem{http.StatusNotFound, words.Later("Not found"), words.Later("The address may be mistyped, or the page was removed."), err}
	case errors.Is(err, figures.ErrClosed):
		return problem{http.StatusServiceUnavailable, words.Later("The server is stopping"), words.Later("Please try again in a moment."), err}
	case isFault(err):
		return faultProblem(err)
	case errors.As(err, &status):
		return problem{status.Code, statusText(status.Code), words.Message{}, err}
	default:
		return problem{http.StatusInternalServerError, words.Later(unexpectedTitle), words.Later(unexpectedMessage), err}
	}
}

// boundTo is what a parameter is expected to be, of which Echo says only what it could not do.
func boundTo(e *echo.BindingError) words.Message {
	if strings.Contains(fmt.Sprint(e.Message), "bool") {
		return words.Later("true or false")
	}
	return words.Later("a whole number")
}

// errorPatience bounds how long an error page is made for a connection that is in
// trouble.
const errorPatience = 5 * time.Second

const (
	notValid          words.Text = "This request isn’t valid"
	unexpectedTitle   words.Text = "Something went wrong on our side"
	unexpectedMessage words.Text = "The error was logged. Please try again."
)
