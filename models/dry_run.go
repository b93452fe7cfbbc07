package models

import "context"

// DryRun is the same transaction for a preview: a merge in it reads as always and
// takes the same steps, and everything that it writes is discarded.
// For packages of models only.
func (tx *Tx) DryRun() *Tx {
	return &Tx{
		gorm: tx.gorm, pgx: tx.pgx, sql: tx.sql, dry: true,
		bulk: bulk{discardStores{tx.bulk.stores}, discardHours{tx.bulk.hours}, discardPolls{tx.bulk.polls}},
	}
}

// Dry reports whether the transaction is one of DryRun, in which the caller must write
// nothing by statements of its own.
// For packages of models only.
func (tx *Tx) Dry() bool { return tx.dry }

type discardStores struct{ storeTable }

func (discardStores) Insert(context.Context, []Store) error        { return nil }
func (discardStores) SetFirstPolls(context.Context, []Store) error { return nil }
func (discardStores) SetNames(context.Context, []Store) error      { return nil }

type discardHours struct{ hoursTable }

func (discardHours) Insert(context.Context, []Hours) error { return nil }

type discardPolls struct{ PollTable }

// Insert takes all rows, because the caller counts them as it makes them.
func (discardPolls) Insert(_ context.Context, next func() (PollRow, bool, error)) error {
	for {
		if _, more, err := next(); err != nil || !more {
			return err
		}
	}
}

func (discardPolls) Upsert(context.Context, []PollRow) error { return nil }
