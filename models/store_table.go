package models

import "context"

// storeTable is the table stores in one transaction, for reading or writing many of its
// rows at once.
type storeTable interface {
	// Read visits all stores, in no particular order.
	Read(ctx context.Context, visit func(Store)) error
	// Insert adds stores, which have their ids.
	Insert(ctx context.Context, stores []Store) error
	// SetFirstPolls writes the FirstPollAt of stores.
	SetFirstPolls(ctx context.Context, stores []Store) error
	// SetNames writes the Name, Group and City of stores.
	SetNames(ctx context.Context, stores []Store) error
}
