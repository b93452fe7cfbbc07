package models

import "context"

// Snapshot is what is known of every store as of the newest poll. It is computed
// when the data have changed, by whoever asks first, and shared.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) { return db.snapshots.present(ctx) }

// RecentSnapshot is the same for pages: while a new one takes long to compute,
// it is the one before, which is of one version of the data as well.
func (db *DB) RecentSnapshot(ctx context.Context) (*Snapshot, error) { return db.snapshots.recent(ctx) }
