package fetch

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// A watchedBody is a body that must not be too long and must not trickle. It
// catches a server that sends nothing, and one that sends a byte now and then to
// seem alive.
type watchedBody struct {
	io.ReadCloser
	ctx     context.Context // of the request
	limit   int64
	bytes   atomic.Int64
	closed  chan struct{}
	stopped chan struct{}
	done    func()
}

// watch bounds the body of an answer until it is closed; done is called then.
// cancel ends the request, which wakes a reader that waits for bytes.
func (c *Client) watch(ctx context.Context, cancel context.CancelCauseFunc, body io.ReadCloser, done func()) *watchedBody {
	b := &watchedBody{
		ReadCloser: body, ctx: ctx, limit: c.Limits.Bytes,
		closed: make(chan struct{}), stopped: make(chan struct{}), done: done,
	}
	go func() {
		defer close(b.stopped)
		tick := time.NewTicker(c.Limits.Stall)
		defer tick.Stop()
		for before := int64(0); ; {
			select {
			case <-b.closed:
				return
			case <-tick.C:
			}
			arrived := b.bytes.Load() - before
			if arrived < c.Limits.StallBytes {
				cancel(newError("expected at least {least} bytes in {length}, found {found}", "least", c.Limits.StallBytes, "length", c.Limits.Stall, "found", arrived))
				return
			}
			before += arrived
		}
	}()
	return b
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	cause := context.Cause(b.ctx)
	switch {
	case b.bytes.Add(int64(n)) > b.limit:
		return 0, newError("expected at most {most} bytes, found more", "most", b.limit)
	case err == nil:
		return n, nil
	case cause != nil:
		// Even where it seems to be the end: a server that sees us hang up may
		// end its answer, and be heard before the connection is closed.
		return n, cause
	case err == io.EOF: // not errors.Is: a wrapped EOF is somebody's failure
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, newError("the download broke off")
	default:
		return n, newError("the download broke off: {why}", "why", plainText(err.Error()))
	}
}

// Close ends the watch and the request.
func (b *watchedBody) Close() error {
	close(b.closed)
	<-b.stopped
	b.done()
	return b.ReadCloser.Close()
}
