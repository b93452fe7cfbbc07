package figures

import (
	"context"
	"sync"
	"time"
)

// A refresher computes the snapshot of changed data before anyone asks for it, in
// one goroutine that ends when there are no more changes.
type refresher struct {
	mu      sync.Mutex
	running bool // whether keepFresh runs
	changed bool // whether the data changed since the latest computation began
}

// A refresher pauses after each computation, so that changes that follow each other closely
// share the next one: for refreshRest, and for several times as long as the computation took
// where that is more. So however fast polls are pushed and however many stores there are, it
// takes at most a quarter of the time.
const (
	refreshRest  = 200 * time.Millisecond
	refreshTimes = 3
)

// Refresh begins to compute the snapshot, because the data changed. It does not
// wait and reports no error.
func (f *Figures) Refresh() {
	r := &f.refreshes
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed = true; r.running {
		return
	}
	r.running = f.start(f.keepFresh)
}

// keepFresh computes snapshots until the data have not changed again.
func (f *Figures) keepFresh(ctx context.Context) {
	for f.refreshes.takeChange() {
		began := time.Now()
		// An error is left to the next caller of Snapshot, who tries again.
		_, _ = f.Snapshot(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(max(refreshRest, refreshTimes*time.Since(began))):
		}
	}
}

// takeChange reports whether the data changed since it was last called. If not, the
// refresher counts as stopped.
func (r *refresher) takeChange() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := r.changed
	r.changed, r.running = false, changed
	return changed
}
