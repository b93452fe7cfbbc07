package models

import "context"

// DryRun is the transaction with tables that read as always and discard
// what is written.
func (tx *Tx) DryRun() *Tx {
	return &Tx{
		gorm: tx.gorm, pgx: tx.pgx, sql: tx.sql, dry: true,
		bulk: bulk{discardStores{tx.bulk.stores}, discardHours{tx.bulk.hours}, discardPolls{tx.bulk.polls}},
	}
}

type discardStores struct{ storeTable }

func (discardStores) Insert(context.Context, []Store) error        { return nil }
func (discardStores) SetFirstPolls(context.Context, []Store) error { return nil }
func (discardStores) SetNames(context.Context, []Store) error      { return nil }

type discardHours struct{ hoursTable }

func (discardHours) Insert(context.Context, []Hours) error { return nil }

type discardPolls struct{ PollTable }

// insert takes all rows, since making them is what counts them.
func (discardPolls) Insert(_ context.Context, next func() (PollRow, bool, error)) error {
	for {
		if _, more, err := next(); err != nil || !more {
			return err
		}
	}
}

func (discardPolls) Upsert(context.Context, []PollRow) error { return nil }
