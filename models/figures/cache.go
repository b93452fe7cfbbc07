package figures

import (
	"context"
	"errors"
	"sync"
	"time"

	"lightson/models"
)

// A cache keeps the value of the newest version of the data. A new value is
// computed when one is asked for and the version has changed, once for all who
// ask meanwhile.
type cache[T versioned] struct {
	figures *Figures
	compute func(context.Context) (T, error)

	mu      sync.Mutex
	latest  T
	has     bool        // whether there is a latest value
	ticket  ticket      // of the computation that gave the latest value
	tickets ticket      // the last one that was taken
	pending *pending[T] // nil while no value is being computed
}

// A ticket says in which order computations of this process began. What began
// after a question was asked has seen all that was committed before it. Versions
// of the data cannot say so, because they have no order.
type ticket uint64

// A versioned value was computed from one version of the data.
type versioned interface {
	version() int64
	empty() bool // whether it has no stores
}

// A pending value is being computed. The value and its error may be read once
// ready is closed.
type pending[T any] struct {
	ticket ticket
	ready  chan struct{}
	value  T
	err    error
}

// recentWait is how long atLeastRecent waits for a pending value. An import by this
// process computes new figures before it is complete, so only those by other
// processes would make pages wait.
const recentWait = 50 * time.Millisecond

func newCache[T versioned](f *Figures, compute func(context.Context) (T, error)) *cache[T] {
	return &cache[T]{figures: f, compute: compute}
}

// current returns a value of the present version of the data, or of one that was
// committed after the call.
func (c *cache[T]) current(ctx context.Context) (none T, err error) {
	before := c.lastTicket()
	asked, err := c.figures.db.DataVersion(ctx)
	if err != nil {
		return none, err
	}
	for {
		latest, _, next := c.latestOrPending(asked.Version, before)
		if next == nil {
			return latest, nil
		}
		// A computation that began before the call may be of data before it: then
		// the next one is awaited. Versions committed from now on do not count, or
		// a caller might wait for ever.
		value, err := next.wait(ctx)
		if err != nil || next.ticket > before || value.version() == asked.Version {
			return value, err
		}
	}
}

// atLeastRecent is current, except that it returns the previous value where the new
// one takes longer than recentWait to compute.
func (c *cache[T]) atLeastRecent(ctx context.Context) (none T, err error) {
	mark, err := c.figures.db.ChangeMark(ctx)
	if err != nil {
		return none, err
	}
	latest, has, next := c.latestOrPending(mark.Data, c.lastTicket())
	if next == nil {
		return latest, nil
	}
	if !has || latest.empty() { // there is nothing to show meanwhile
		return next.wait(ctx)
	}
	timer := time.NewTimer(recentWait)
	defer timer.Stop()
	select {
	case <-next.ready:
		return next.value, next.err
	case <-timer.C:
		return latest, nil
	}
}

// known is the latest value, if there is one.
func (c *cache[T]) known() (latest T, has bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.latest, c.has
}

// latestOrPending returns the latest value, if there is one. Where there is none,
// or it is neither of this version nor of a computation that began after the ticket
// was taken, it also returns the pending value, which it begins to compute if nobody
// has.
func (c *cache[T]) latestOrPending(version int64, before ticket) (latest T, has bool, next *pending[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.has && (c.latest.version() == version || c.ticket > before) {
		return c.latest, true, nil
	}
	if c.pending != nil {
		return c.latest, c.has, c.pending
	}
	c.tickets++
	next = &pending[T]{ticket: c.tickets, ready: make(chan struct{})}
	// It does not run in the context of the caller: a visitor who leaves must not
	// end it for the others who wait.
	if c.figures.start(func(ctx context.Context) { c.computeOne(ctx, next) }) {
		c.pending = next
	} else {
		next.err = ErrClosed
		close(next.ready)
	}
	return c.latest, c.has, next
}

// computeOne computes the pending value, and keeps it unless it failed.
func (c *cache[T]) computeOne(ctx context.Context, next *pending[T]) {
	next.err = models.Caught(func() (err error) {
		if next.value, err = c.stillCurrent(ctx); errors.Is(err, errOutdated) {
			next.value, err = c.compute(ctx)
		}
		return err
	})
	if next.err == nil {
		c.offer(next.value, next.ticket)
		c.figures.tellNewer()
	} else if ctx.Err() != nil {
		next.err = context.Cause(ctx) // those who wait have not ended their own work
	}
	c.mu.Lock()
	c.pending = nil
	c.mu.Unlock()
	c.figures.db.Touch() // makes pages that were built from the previous value out of date
	close(next.ready)
}

// errOutdated says that there is no latest value of the present version.
var errOutdated = errors.New("outdated")

// stillCurrent returns the latest value if the data have its version. Whoever asked
// for a new one may have read the version before the latest value was computed.
func (c *cache[T]) stillCurrent(ctx context.Context) (latest T, err error) {
	c.mu.Lock()
	latest, has := c.latest, c.has
	c.mu.Unlock()
	if !has {
		return latest, errOutdated
	}
	present, err := c.figures.db.DataVersion(ctx)
	if err == nil && present.Version != latest.version() {
		err = errOutdated
	}
	return latest, err
}

// takeTicket begins a computation whose value is offered later.
func (c *cache[T]) takeTicket() ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tickets++
	return c.tickets
}

func (c *cache[T]) lastTicket() ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tickets
}

// offer keeps a value of the computation that took the ticket, unless the latest
// value is of a computation that began later.
func (c *cache[T]) offer(value T, of ticket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.has || c.ticket < of {
		c.latest, c.has, c.ticket = value, true, of
	}
}

// wait returns the value when it is ready, or the cause why ctx ended.
func (p *pending[T]) wait(ctx context.Context) (none T, err error) {
	select {
	case <-p.ready:
		return p.value, p.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
