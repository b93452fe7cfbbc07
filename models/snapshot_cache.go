package models

import (
	"context"
	"sync"
)

// snapshotCache keeps the snapshot of the latest version of the data.
type snapshotCache struct {
	mu     sync.Mutex // held while computing: the others wait for the same one
	latest *Snapshot
}

// Snapshot is what is known of every store as of the newest poll. It is computed
// when the data have changed, by whoever asks first, and shared.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) {
	version, err := db.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	c := &db.snapshots
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest != nil && c.latest.Version >= version.Version {
		return c.latest, nil
	}
	// A visitor who leaves must not spoil it for those who wait.
	s, err := db.SnapshotAt(context.WithoutCancel(ctx), 0, nil)
	if err != nil {
		return nil, err
	}
	c.latest = s
	return s, nil
}
