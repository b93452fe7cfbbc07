package figures

import (
	"context"
	"sync"
	"time"
)

// A refresher computes the snapshot of new data before anyone asks for it. One
// computation at a time is enough, and a rest between two lets the pushes of a
// busy moment share one.
type refresher struct {
	mu      sync.Mutex
	running bool
	again   bool // something was committed since the computation began
}

const refreshRest = 200 * time.Millisecond

// Refresh says that the data changed. It does not wait.
func (f *Figures) Refresh() {
	r := &f.refreshes
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.again = true; r.running {
		return
	}
	r.running = f.start(f.keepFresh)
}

func (f *Figures) keepFresh(ctx context.Context) {
	for f.refreshes.wanted() {
		// Where it fails, whoever asks next tries again, and is told.
		_, _ = f.Snapshot(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(refreshRest):
		}
	}
}

// wanted reports whether there is something new. If not, the work ends.
func (r *refresher) wanted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	again := r.again
	r.again, r.running = false, again
	return again
}
