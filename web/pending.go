package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// A pending value is computed by one caller while others wait for it.
type pending[V any] struct {
	done  chan struct{} // closed once value or err is set
	value V
	err   error

	mu        sync.Mutex
	waiting   int                     // callers, with the one that computes
	abandoned bool                    // all of them left
	end       context.CancelCauseFunc // of the computation, once it runs
}

func newPending[V any]() *pending[V] { return &pending[V]{done: make(chan struct{}), waiting: 1} }

// errPanicked is returned to those who waited for a computation that panicked.
var errPanicked = errors.New("the computation panicked")

// errAbandoned says that a computation was ended because everyone who waited for it
// left. Whoever came too late to stop that begins it again.
var errAbandoned = fmt.Errorf("nobody waits for it now: %w", context.Canceled)

// run computes the value, and calls settle before those who wait go on. The
// computation goes on when the visitor who asked leaves, as long as others wait for
// it. It ends with the time limit of the request, and at the latest after
// answerWithin.
func (p *pending[V]) run(ctx context.Context, compute func(context.Context) (V, error), settle func()) {
	own, cancel := p.outlive(ctx)
	defer cancel()
	p.err = errPanicked // unless compute returns
	defer close(p.done)
	defer settle()
	if p.value, p.err = compute(own); p.err == nil {
		return
	}
	for _, why := range []error{errTimeLimit, errAbandoned} {
		if errors.Is(context.Cause(own), why) {
			p.err = why
		}
	}
}

// wait returns the value once it is there, or the cause of ctx if that ends first.
func (p *pending[V]) wait(ctx context.Context) (none V, err error) {
	joined := p.join()
	select {
	case <-p.done:
		return p.value, p.err
	case <-ctx.Done():
		if joined {
			p.leave()
		}
		return none, context.Cause(ctx)
	}
}

// join counts a caller in, unless the computation was abandoned.
func (p *pending[V]) join() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.abandoned {
		return false
	}
	p.waiting++
	return true
}

// leave counts a caller out. The last one ends the computation.
func (p *pending[V]) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting--; p.waiting == 0 {
		p.abandoned = true
		p.end(errAbandoned)
	}
}

func (p *pending[V]) settled() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// outlive returns a context that ends with the time limit of ctx. When its visitor
// leaves, it ends only if nobody else waits.
func (p *pending[V]) outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	bounded, end := context.WithTimeoutCause(context.WithoutCancel(ctx), answerWithin, errTimeLimit)
	own, cancel := context.WithCancelCause(bounded)
	p.mu.Lock()
	p.end = cancel
	p.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), errTimeLimit) {
			cancel(errTimeLimit)
			return
		}
		p.leave()
	})
	return own, func() { stop(); cancel(nil); end() }
}
