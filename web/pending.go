package web

import (
	"context"
	"errors"
)

// A pending value is computed by one caller while others wait for it.
type pending[V any] struct {
	done  chan struct{} // closed once value or err is set
	value V
	err   error
}

func newPending[V any]() *pending[V] { return &pending[V]{done: make(chan struct{})} }

// errPanicked is returned to those who waited for a computation that panicked.
var errPanicked = errors.New("the computation panicked")

// run computes the value, and calls settle before those who wait go on. The
// computation goes on when the visitor who asked leaves, since others may wait for
// it. It ends with the time limit of the request, and at the latest after
// answerWithin.
func (p *pending[V]) run(ctx context.Context, compute func(context.Context) (V, error), settle func()) {
	own, cancel := outlive(ctx)
	defer cancel()
	p.err = errPanicked // unless compute returns
	defer close(p.done)
	defer settle()
	if p.value, p.err = compute(own); p.err != nil && errors.Is(context.Cause(own), errTimeLimit) {
		p.err = errTimeLimit
	}
}

// wait returns the value once it is there, or the cause of ctx if that ends first.
func (p *pending[V]) wait(ctx context.Context) (none V, err error) {
	select {
	case <-p.done:
		return p.value, p.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
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

// outlive returns a context that ends with the time limit of ctx, but not when
// its visitor leaves.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	bounded, end := context.WithTimeoutCause(context.WithoutCancel(ctx), answerWithin, errTimeLimit)
	own, cancel := context.WithCancelCause(bounded)
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), errTimeLimit) {
			cancel(errTimeLimit)
		}
	})
	return own, func() { stop(); cancel(nil); end() }
}
