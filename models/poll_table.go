package models

import (
	"context"

	"lightson/models/polls"
)

// PollTable is the table poll_days in one transaction. Days are counted since
// 1970-01-01 UTC. GORM's reflection takes 4 s and 300 MB for a week of it, so each
// database has its own fast way.
// For packages of models only.
type PollTable interface {
	// HasDay reports whether any store has polls on day.
	HasDay(ctx context.Context, day int32) (bool, error)
	// LastDay is the last day before another on which any store has polls; some is false
	// where there is none.
	LastDay(ctx context.Context, before int32) (day int32, some bool, err error)
	// ReadDay visits the polls of these stores on day, in order of store. The stores
	// must be sorted. The bytes are only valid during the visit.
	ReadDay(ctx context.Context, day int32, stores []int32, visit func(store int32, packed polls.Day) error) error
	// ReadDays visits all polls of the days from first to last, in no
	// particular order. The bytes are only valid during the visit.
	ReadDays(ctx context.Context, first, last int32, visit func(day, store int32, packed polls.Day) error) error
	// ReadBlock visits the polls of the stores with ids from lowest to highest on the days
	// from first to last, in order of the day. The bytes are only valid during the visit.
	ReadBlock(ctx context.Context, lowest, highest, first, last int32, visit func(day, store int32, packed polls.Day) error) error
	// ReadStore visits the days of one store from first to last, in order. The bytes
	// are only valid during the visit.
	ReadStore(ctx context.Context, store, first, last int32, visit func(day int32, packed polls.Day) error) error
	// Insert adds the rows that next returns, until it returns false, those of each day by
	// store. Their days have no rows yet.
	Insert(ctx context.Context, next func() (PollRow, bool, error)) error
	// Upsert adds or replaces the rows of one day.
	Upsert(ctx context.Context, rows []PollRow) error
}

// PollRow is a row of poll_days.
// For packages of models only.
type PollRow struct {
	Day, Store int32
	Polls      polls.Day
}

// ManyStores is the number of stores from which on reading all stores of a day from the
// first to the last of them is cheaper than a look-up for each: one costs about as much as
// scanning a dozen rows.
// For packages of models only.
const ManyStores = 1000

// AddPollMonth has rows of a day inserted by a statement that does not go through PollTable:
// PostgreSQL has a partition for each month, and SQLite needs nothing.
// For packages of models only.
func (tx *Tx) AddPollMonth(ctx context.Context, day int32) error {
	if parted, is := tx.bulk.polls.(*partedPolls); is {
		if table, is := parted.PollTable.(*postgresPolls); is {
			return table.months.Add(ctx, day)
		}
	}
	return nil
}
