package models

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models/uptime"
)

// DataVersion says which state of the data this is. It is one row, written by
// every merge that changed anything, so what was computed from the data can be
// kept for as long as the version stays the same.
type DataVersion struct {
	ID           int
	Version      int64
	NewestPollAt uptime.Instant // of all stores; 0 where there are no polls
	Sales        int64          // grows when someone enters what a store sells, which changes no figure
	KeptFrom     uptime.Instant // polls before it are no longer kept, but for the last day of each store; 0 where all are
}

// DataVersion is the version of the data as it is now.
func (db *DB) DataVersion(ctx context.Context) (DataVersion, error) {
	return readDataVersion(db.GORM(ctx))
}

func (tx *Tx) DataVersion(ctx context.Context) (DataVersion, error) {
	return readDataVersion(tx.GORM(ctx))
}

// LockDataVersion reads the version and makes other merges wait until this
// transaction ends.
func (tx *Tx) LockDataVersion(ctx context.Context) (DataVersion, error) {
	if tx.dry {
		return tx.DataVersion(ctx)
	}
	return readDataVersion(tx.GORM(ctx).Clauses(clause.Locking{Strength: "UPDATE"}))
}

func readDataVersion(g *gorm.DB) (v DataVersion, err error) {
	if err := g.First(&v).Error; err != nil {
		return v, fmt.Errorf("read data version: %w", err)
	}
	return v, nil
}

// ErrDataMoved says that the data are no longer those of the snapshot that was
// given. Whoever asked begins again with a new snapshot.
var ErrDataMoved = errors.New("the data changed")

// RequireVersion reports ErrDataMoved if the data have another version.
func (tx *Tx) RequireVersion(ctx context.Context, version int64) error {
	v, err := tx.DataVersion(ctx)
	if err == nil && v.Version != version {
		err = ErrDataMoved
	}
	return err
}

func (tx *Tx) SaveDataVersion(ctx context.Context, v DataVersion) error {
	if tx.dry {
		return nil
	}
	if err := tx.GORM(ctx).Save(&v).Error; err != nil {
		return fmt.Errorf("save data version: %w", err)
	}
	return nil
}
