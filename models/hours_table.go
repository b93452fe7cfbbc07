package models

import "context"

// hoursTable is the table hours in one transaction. A large chain has a
// hundred thousand rows in it, too many for GORM's reflection.
type hoursTable interface {
	// Read visits the hours of all stores, sorted by store, day, start and end.
	Read(ctx context.Context, visit func(Hours)) error
	// Insert adds rows.
	Insert(ctx context.Context, rows []Hours) error
}
