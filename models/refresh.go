package models

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

// refresh says that the data changed. It does not wait.
func (db *DB) refresh(ctx context.Context) {
	r := &db.refreshes
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.again = true; r.running {
		return
	}
	r.running = true
	go db.keepFresh(context.WithoutCancel(ctx))
}

func (db *DB) keepFresh(ctx context.Context) {
	for db.refreshes.wanted() {
		// Where it fails, whoever asks next tries again, and is told.
		_, _ = db.Snapshot(ctx)
		time.Sleep(refreshRest)
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
