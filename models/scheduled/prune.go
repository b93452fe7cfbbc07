package scheduled

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

const (
	// keptRuns is how many runs the history of a scheduled report has.
	keptRuns = 200
	// keptAwaited is how long it is known who was told of a report. Pages say so.
	keptAwaited = 30 * uptime.Day
)

// Prune deletes the oldest runs of long histories, and who awaited reports long ago.
func Prune(ctx context.Context, db *models.DB, now uptime.Instant) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		err := tx.GORM(ctx).Exec(`DELETE FROM scheduled_runs WHERE told_at IS NOT NULL AND filed_at IS NOT NULL AND id IN (
			SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY scheduled_id ORDER BY asked_at DESC, id DESC) AS place FROM scheduled_runs) AS places
			WHERE place > ?)`, keptRuns).Error
		if err != nil {
			return err
		}
		return tx.GORM(ctx).Where("told_at < ?", now.Add(-keptAwaited)).Delete(&Awaited{}).Error
	})
	if err != nil {
		return fmt.Errorf("prune scheduled reports: %w", err)
	}
	return nil
}
