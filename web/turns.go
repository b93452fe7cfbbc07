package web

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"
)

// Turns let a few pages be made at a time, in the order in which they are ready to be. Without
// them some visitors wait far longer than others where all processors are busy: Go runs what a
// goroutine has just woken before what the network woke, and comes to the latter after sixty
// others or more.
//
// A page takes its turn once it has its figures, so that nobody waits behind one that waits for
// them.
type turns struct{ *semaphore.Weighted }

// turnPatience is how long a page waits for its turn. Then it goes on without: those that have
// one may all be waiting for a database.
const turnPatience = 200 * time.Millisecond

func newTurns() turns {
	return turns{semaphore.NewWeighted(int64(2 * runtime.GOMAXPROCS(0)))}
}

// take reports whether there is a turn to give back. The error is that of ctx. Before and after
// it waits, it goes behind all that Go has put aside.
func (t turns) take(ctx context.Context) (taken bool, err error) {
	runtime.Gosched()
	if t.TryAcquire(1) {
		return true, nil
	}
	defer runtime.Gosched()
	patient, cancel := context.WithTimeout(ctx, turnPatience)
	defer cancel()
	taken = t.Acquire(patient, 1) == nil
	return taken, context.Cause(ctx)
}
