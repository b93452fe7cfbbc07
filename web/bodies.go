package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"lightson/models/words"
)

// bodies reads bodies into memory before anything else is done for their requests:
// a slow sender must hold neither a connection to the database nor a turn. A body takes
// room as its bytes arrive, so one that never comes takes none.
type bodies struct {
	room     *semaphore.Weighted // bytes of all bodies together
	patience time.Duration       // how long a body waits for room
}

const (
	// bodiesAtOnce is how many bytes of bodies may be in memory.
	bodiesAtOnce = 96 << 20
	// bodyPatience is how long a body waits for room before its request is refused.
	bodyPatience = 5 * time.Second
	// answerTime is what remains for the answer once the body was read. It is the
	// WriteTimeout of HTTPServer anew.
	answerTime = 60 * time.Second
)

func newBodies() bodies {
	return bodies{semaphore.NewWeighted(bodiesAtOnce), bodyPatience}
}

// readFirst has a request read before it is answered. What it read is given back
// when the answer was sent.
func (b bodies) readFirst(c echo.Context, next echo.HandlerFunc) error {
	r := c.Request()
	if r.Body == http.NoBody {
		return next(c)
	}
	content, held, err := b.read(r.Context(), r.Body)
	defer func() { b.room.Release(held) }()
	if err != nil {
		return unreadBody(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(content))
	// Where that is not supported, the limits of the server hold.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(answerTime))
	return next(c)
}

// firstPiece is what a body takes before it is known to be longer.
const firstPiece = 4 << 10

// read reads a body to its end. held is the room that it takes, also after an error.
func (b bodies) read(ctx context.Context, body io.Reader) (content []byte, held int64, err error) {
	piece := make([]byte, firstPiece)
	for {
		n, err := body.Read(piece)
		if n > 0 {
			if more := len(content) + n - cap(content); more > 0 {
				grown := int64(max(more, cap(content), firstPiece))
				if err := b.take(ctx, grown); err != nil {
					return nil, held, err
				}
				held += grown
				content = append(make([]byte, 0, held), content...) // the capacity is what is held
			}
			content = append(content, piece[:n]...)
		}
		switch {
		case errors.Is(err, io.EOF):
			return content, held, nil
		case err != nil:
			return nil, held, err
		}
	}
}

func (b bodies) take(ctx context.Context, bytes int64) error {
	waiting, cancel := context.WithTimeoutCause(ctx, b.patience, errNoRoomForBody)
	defer cancel()
	if b.room.Acquire(waiting, bytes) != nil {
		return context.Cause(waiting)
	}
	return nil
}

// errNoRoomForBody says that too many bodies are being read.
var errNoRoomForBody = problem{http.StatusServiceUnavailable, words.Later("The server is busy"),
	words.Later("Too much is being sent at once. Nothing was done; please try again in a few seconds."), nil}

// errTooSlow says that a body came too slowly, or not at all.
var errTooSlow = problem{http.StatusRequestTimeout, words.Later("The connection is too slow"),
	words.Later("The connection was too slow, so nothing was done. Please try again, if possible over a faster one."), nil}

// unreadBody turns an error of reading a body into a problem.
func unreadBody(err error) error {
	var p problem
	var tooLong *http.MaxBytesError
	var timeout net.Error
	switch {
	case errors.As(err, &p), errors.As(err, &tooLong), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &timeout) && timeout.Timeout():
		return errTooSlow
	default:
		return problem{http.StatusBadRequest, words.Later("The request broke off"), words.Later("The connection was lost. Nothing was done; please try again."), err}
	}
}
