package models

import "context"

// hoursTable is the table hours in one transaction. A chain has a hundred
// thousand rows of it, too many for GORM's reflection.
type hoursTable interface {
	// read visits the hours of all stores, sorted by store, day, start and end.
	read(ctx context.Context, visit func(Hours)) error
	// insert adds rows.
	insert(ctx context.Context, rows []Hours) error
}
