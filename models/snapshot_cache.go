package models

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// snapshotCache keeps the snapshot of the latest version of the data.
type snapshotCache struct {
	mu     sync.Mutex
	latest *Snapshot
	coming *comingSnapshot // nil while none is being computed

	computing *semaphore.Weighted // lets one snapshot be computed at a time
}

// A comingSnapshot is one that is being computed. ready is closed when it is done.
type comingSnapshot struct {
	ready    chan struct{}
	snapshot *Snapshot
	err      error
}

// patience is how long a page waits for new figures before it shows those it
// had: an import of this process has made them before it says Complete, and one
// of another process is no reason for pages to hang.
const patience = 50 * time.Millisecond

// Snapshot is what is known of every store as of the newest poll. It is computed
// when the data have changed, by whoever asks first, and shared.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) {
	asked, err := db.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	for {
		latest, coming := db.snapshotOf(ctx, asked.Version)
		if coming == nil {
			return latest, nil
		}
		// It may have begun before what the caller knows of was committed: then
		// ask once more. What is committed from now on need not be in it, or
		// there might never be one.
		if s, err := coming.wait(ctx); err != nil || s.Version >= asked.Version {
			return s, err
		}
	}
}

// RecentSnapshot is the same for pages: while a new one takes long to compute,
// it is the one before, which is of one version of the data as well.
func (db *DB) RecentSnapshot(ctx context.Context) (*Snapshot, error) {
	mark, err := db.Mark(ctx)
	if err != nil {
		return nil, err
	}
	latest, coming := db.snapshotOf(ctx, mark.Data)
	if coming == nil {
		return latest, nil
	}
	if latest == nil || len(latest.Stores) == 0 { // nothing is not worth showing
		return coming.wait(ctx)
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-coming.ready:
		return coming.snapshot, coming.err
	case <-enough.C:
		return latest, nil
	}
}

// snapshotOf is the snapshot of a version or a later one, or else the one before
// it, if any, and the one that is coming.
func (db *DB) snapshotOf(ctx context.Context, version int64) (*Snapshot, *comingSnapshot) {
	c := &db.snapshots
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest != nil && c.latest.Version >= version {
		return c.latest, nil
	}
	if c.coming == nil {
		c.coming = &comingSnapshot{ready: make(chan struct{})}
		// A visitor who leaves must not spoil it for those who wait.
		go db.computeSnapshot(context.WithoutCancel(ctx), c.coming)
	}
	return c.latest, c.coming
}

func (db *DB) computeSnapshot(ctx context.Context, coming *comingSnapshot) {
	coming.snapshot, coming.err = db.SnapshotAt(ctx, 0, nil)
	c := &db.snapshots
	c.mu.Lock()
	if coming.err == nil {
		c.latest = coming.snapshot
	}
	c.coming = nil
	c.mu.Unlock()
	db.marks.wrote() // what was made from the one before is out of date
	close(coming.ready)
}

func (c *comingSnapshot) wait(ctx context.Context) (*Snapshot, error) {
	select {
	case <-c.ready:
		return c.snapshot, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
