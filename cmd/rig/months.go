package rig

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/months"
)

// AddMonths has polls of days, counted since 1970-01-01 UTC, inserted by a client: PostgreSQL
// has a partition for each month.
func (d *Database) AddMonths(ctx context.Context, days ...int32) error {
	if d.Kind == SQLite {
		return nil
	}
	db, err := models.Open(ctx, d.URL, d.Dir)
	if err != nil {
		return err
	}
	err = db.Update(ctx, func(tx *models.Tx) error {
		of := months.In(tx.PGX())
		for _, day := range days {
			if err := of.Add(ctx, day); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, db.Close())
}
