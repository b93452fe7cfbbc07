package entered

import (
	"context"
	"fmt"

	"lightson/models"
)

// update runs a change of what figures are computed from, with the version of the data
// locked, and gives the data a new version where it changed anything.
func update(ctx context.Context, db *models.DB, what string, change func(tx *models.Tx) (changed bool, err error)) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		version, err := tx.LockDataVersion(ctx)
		if err != nil {
			return err
		}
		changed, err := change(tx)
		if err != nil || !changed {
			return err
		}
		version.RenewBy(models.DataChange{Others: true})
		return tx.SaveDataVersion(ctx, version)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
