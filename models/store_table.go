package models

import "context"

// storeTable is the table stores in one transaction, where all of it or many of
// its rows are read or written at once.
type storeTable interface {
	// read visits all stores, in no particular order.
	read(ctx context.Context, visit func(Store)) error
	// insert adds stores, whose ids are given.
	insert(ctx context.Context, stores []Store) error
	// setFirstPolls writes the FirstPollAt of stores.
	setFirstPolls(ctx context.Context, stores []Store) error
	// setNames writes the Name, Group and City of stores.
	setNames(ctx context.Context, stores []Store) error
}
