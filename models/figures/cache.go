package figures

import (
	"context"
	"sync"
	"time"
)

// A cache keeps the value that was computed last of the data as a whole. A new
// one is computed when it is asked for and the data have changed.
type cache[T versioned] struct {
	figures *Figures
	compute func(context.Context) (T, error)

	mu      sync.Mutex
	latest  T
	has     bool        // latest is something
	pending *pending[T] // nil while none is being computed
}

// versioned is a value that was computed from one version of the data.
type versioned interface {
	version() int64
	empty() bool // it has no stores
}

// A pending value is being computed. ready is closed when it is done.
type pending[T any] struct {
	ready chan struct{}
	value T
	err   error
}

// patience is how long a page waits for new figures before it shows the previous
// ones. An import of this process has computed them before it says Complete, and
// one of another process is no reason for pages to hang.
const patience = 50 * time.Millisecond

func newCache[T versioned](f *Figures, compute func(context.Context) (T, error)) *cache[T] {
	return &cache[T]{figures: f, compute: compute}
}

// current is computed from the data as they are now, or newer.
func (c *cache[T]) current(ctx context.Context) (none T, err error) {
	asked, err := c.figures.db.DataVersion(ctx)
	if err != nil {
		return none, err
	}
	for {
		latest, _, pending := c.of(asked.Version)
		if pending == nil {
			return latest, nil
		}
		// It may have begun before what the caller knows of was committed: then
		// ask once more. What is committed from now on need not be in it, or
		// there might never be one.
		if value, err := pending.wait(ctx); err != nil || value.version() >= asked.Version {
			return value, err
		}
	}
}

// atLeastRecent may be the previous value while a new one is computed.
func (c *cache[T]) atLeastRecent(ctx context.Context) (none T, err error) {
	mark, err := c.figures.db.ChangeMark(ctx)
	if err != nil {
		return none, err
	}
	latest, has, pending := c.of(mark.Data)
	if pending == nil {
		return latest, nil
	}
	if !has || latest.empty() { // nothing is not worth showing
		return pending.wait(ctx)
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-pending.ready:
		return pending.value, pending.err
	case <-enough.C:
		return latest, nil
	}
}

// of is the latest value and, where it is older than a version, the pending one.
// has is false while there is no latest value.
func (c *cache[T]) of(version int64) (latest T, has bool, next *pending[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.has && c.latest.version() >= version {
		return c.latest, true, nil
	}
	if c.pending == nil {
		next := &pending[T]{ready: make(chan struct{})}
		// The computation is nobody's own: a visitor who leaves must not end it
		// for those who wait.
		if !c.figures.start(func(ctx context.Context) { c.computeOne(ctx, next) }) {
			next.err = ErrClosed
			close(next.ready)
			return c.latest, c.has, next
		}
		c.pending = next
	}
	return c.latest, c.has, c.pending
}

func (c *cache[T]) computeOne(ctx context.Context, next *pending[T]) {
	next.value, next.err = c.compute(ctx)
	if next.err == nil {
		c.offer(next.value)
	}
	c.mu.Lock()
	c.pending = nil
	c.mu.Unlock()
	c.figures.db.Touch() // pages that were made from the previous value are out of date
	close(next.ready)
}

// offer keeps a value, unless there is one of newer data.
func (c *cache[T]) offer(value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.has || c.latest.version() < value.version() {
		c.latest, c.has = value, true
	}
}

func (p *pending[T]) wait(ctx context.Context) (none T, err error) {
	select {
	case <-p.ready:
		return p.value, p.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
