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

// Prune deletes sessions that have ended, old invitations, browsers that were not used
// for long, and counts of tries that have no meaning any more. It may be called at any
// time and by several servers.
func (a *Accounts) Prune(ctx context.Context) error {
	for _, old := range []struct {
		table, key, condition string
		value                 any
	}{
		{"sessions", "id", "expires_at <= ?", a.instant()},
		{"sessions", "id", "seen_at <= ?", a.after(-a.idle)},
		{"invitations", "id", "expires_at <= ?", a.after(-invitationsKept)},
		{"devices", "hash", "used_at <= ?", a.after(-deviceFor)},
		{"sign_in_tries", "key", "at <= ?", a.after(-triesKept)},
	} {
		for {
			var pruned int64
			err := a.db.Update(ctx, func(tx *models.Tx) error {
				done := tx.GORM(ctx).Exec("DELETE FROM "+old.table+" WHERE "+old.key+" IN (SELECT "+old.key+" FROM "+old.table+
					" WHERE "+old.condition+" LIMIT ?)", old.value, rowsPerPrune)
				pruned = done.RowsAffected
				return done.Error
			})
			if err != nil {
				return fmt.Errorf("prune %s: %w", old.table, err)
			}
			if pruned < rowsPerPrune {
				break
			}
		}
	}
	return nil
}
