package access

import (
	"context"
	"fmt"
	"time"

	"lightson/models"
)

const (
	// invitationsKept is how long invitations are kept that can no longer be used.
	invitationsKept = 90 * 24 * time.Hour
	// triesKept is longer than any count of tries takes to fall to nothing.
	triesKept = 24 * time.Hour
	// rowsPerPrune bounds one transaction: SQLite has one writer at a time.
	rowsPerPrune = 500
)

// Prune deletes sessions that are past their lifetime, old invitations, browsers that were
// not used for long, and counts of tries that have no meaning any more. It may be called
// at any time and by several servers, whatever their settings are.
func (a *Accounts) Prune(ctx context.Context) error {
	for _, old := range []struct {
		table, key, condition string
		value                 any
	}{
		{"sessions", "id", "expires_at <= ?", a.instant()},
		{"invitations", "id", "expires_at <= ?", a.after(-invitationsKept)},
		{"devices", "hash", "used_at <= ?", a.after(-DeviceFor)},
		{"sign_in_tries", "key", "at <= ?", a.after(-triesKept)},
	} {
		for {
			var keys []string
			err := a.db.GORM(ctx).Table(old.table).Where(old.condition, old.value).Limit(rowsPerPrune).Pluck(old.key, &keys).Error
			if err == nil && len(keys) == 0 {
				break
			}
			if err == nil {
				err = a.db.Update(ctx, func(tx *models.Tx) error { // the condition again: a row may be in use by now
					return tx.GORM(ctx).Exec("DELETE FROM "+old.table+" WHERE "+old.key+" IN ? AND "+old.condition, keys, old.value).Error
				})
			}
			if err != nil {
				return fmt.Errorf("prune %s: %w", old.table, err)
			}
		}
	}
	return nil
}
