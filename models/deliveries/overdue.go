package deliveries

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

const (
	// overdueAfter is how long a worker may take to come for a delivery that is due.
	overdueAfter = 10 * uptime.Second
	// aheadAfter is by how much clocks of good servers differ.
	aheadAfter = uptime.Minute
	// overdueAtOnce bounds one look.
	overdueAtOnce = 100
)

// AnyQueued reports whether any delivery waits, for now or for later.
func AnyQueued(ctx context.Context, db *models.DB) (some bool, err error) {
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'queued')").Scan(&some).Error
	if err != nil {
		return false, fmt.Errorf("look for queued deliveries: %w", err)
	}
	return some, nil
}

// Overdue are deliveries for which no worker came: the first of each channel to which
// nothing is being sent. Their jobs were lost, deleted, or put off by a clock that was
// ahead. One that such a clock wrote is made to wait from now on.
func Overdue(ctx context.Context, db *models.DB, now uptime.Instant) (list []Delivery, err error) {
	if err := settleAhead(ctx, db, now); err != nil {
		return nil, err
	}
	err = db.GORM(ctx).Where(`state = 'queued' AND due_at < ?
		AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.channel_id = deliveries.channel_id AND o.state = 'running')
		AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.channel_id = deliveries.channel_id AND o.state = 'queued' AND o.due_at < ?
			AND (o.created_at < deliveries.created_at OR o.created_at = deliveries.created_at AND o.id < deliveries.id))`,
		now.Add(-overdueAfter), now.Add(-overdueAfter)).Order("due_at").Limit(overdueAtOnce).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("look for overdue deliveries: %w", err)
	}
	return list, nil
}

// settleAhead moves what a clock ahead wrote to the present. When a row was written is the
// later of when it was made and when its latest try began; no delivery waits longer than
// that and the longest pause.
func settleAhead(ctx context.Context, db *models.DB, now uptime.Instant) error {
	const written = "CASE WHEN started_at > created_at THEN started_at ELSE created_at END"
	var ahead []Delivery
	limit := now.Add(aheadAfter)
	if err := db.GORM(ctx).Where("state = 'queued' AND "+written+" > ?", limit).Limit(overdueAtOnce).Find(&ahead).Error; err != nil {
		return fmt.Errorf("look for deliveries of a clock ahead: %w", err)
	}
	for _, d := range ahead {
		by := uptime.Micros(max(d.StartedAt, d.CreatedAt) - now)
		err := db.Update(ctx, func(tx *models.Tx) error {
			return tx.GORM(ctx).Model(&Delivery{}).Where("id = ? AND state = 'queued' AND due_at = ?", d.ID, d.DueAt).Updates(map[string]any{
				"due_at": d.DueAt.Add(-by), "started_at": min(d.StartedAt, now), "created_at": min(d.CreatedAt, now), "began_at": min(d.BeganAt, now),
			}).Error
		})
		if err != nil {
			return fmt.Errorf("settle delivery %s: %w", d.ID, err)
		}
	}
	return nil
}
