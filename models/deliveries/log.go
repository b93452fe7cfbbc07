package deliveries

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/words"
)

// A Filter says which deliveries of a person are asked for.
type Filter struct {
	Channel string           // id; empty = of all
	States  []models.State   // empty = all
	Kinds   []Kind           // empty = all
	After   models.ListPlace // zero = from the top
	Limit   int
}

// List are the deliveries of a person that a filter finds, the newest first.
func List(ctx context.Context, db *models.DB, person string, f Filter) (list []Delivery, err error) {
	g := db.GORM(ctx).Where("person_id = ?", person)
	if f.Channel != "" {
		g = g.Where("channel_id = ?", f.Channel)
	}
	if len(f.States) > 0 {
		g = g.Where("state IN ?", f.States)
	}
	if len(f.Kinds) > 0 {
		g = g.Where("kind IN ?", f.Kinds)
	}
	if p := f.After; p != (models.ListPlace{}) {
		g = g.Where("created_at < ? OR (created_at = ? AND id < ?)", p.CreatedAt, p.CreatedAt, p.ID)
	}
	if err := g.Order("created_at DESC, id DESC").Limit(f.Limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	return list, nil
}

// Retry has a delivery tried again that failed or was cancelled, or at once where it waits
// for its next try. It gives an entered.Problem where it was sent already, or nothing is
// sent to its channel.
func Retry(ctx context.Context, db *models.DB, q Queue, id string) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		var d Delivery
		if err := tx.GORM(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
			return models.NotFound(err)
		}
		c, err := lockChannel(ctx, tx, d.ChannelID)
		if errors.Is(err, models.ErrNotFound) {
			return entered.Problem{Where: "channel", Expected: "one that is still there", Found: "one that was removed", Words: words.Later("Its channel was removed.")}
		}
		if err != nil {
			return err
		}
		if d.Kind != Confirmation {
			if err := mustWork(c); err != nil {
				return err
			}
		}
		now := models.Now()
		// What its state is counts now that the channel is locked.
		done := tx.GORM(ctx).Model(&Delivery{}).Where("id = ? AND state IN ?", id, []models.State{models.Queued, models.Failed, models.Cancelled}).
			Updates(map[string]any{
				"state": models.Queued, "error": "", "finished_at": 0, "lease_until": 0, "deaths": 0,
				"due_at": now, "began_at": now, "tried": 0,
			})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return entered.Problem{Where: "message", Expected: "one that was not sent", Found: "one that was sent, or is being sent", Words: words.Later("It was already sent, or it is being sent.")}
		}
		d.State, d.DueAt = models.Queued, now
		return q.Wake(ctx, tx, d)
	})
	return channelFault("retry delivery", err)
}

const (
	// keptFor is how long deliveries are kept after they ended.
	keptFor = 90 * 24 * time.Hour
	// rowsPerPrune bounds one transaction: SQLite has one writer at a time.
	rowsPerPrune = 200
)

// Prune deletes deliveries that ended more than 90 days before an instant, and returns how
// many. It may be called at any time and by several servers.
func Prune(ctx context.Context, db *models.DB, now time.Time) (pruned int64, err error) {
	limit := now.Add(-keptFor).UnixMicro()
	const old = "created_at < ? AND finished_at < ? AND state IN ?"
	final := []models.State{models.Complete, models.Failed, models.Cancelled}
	for {
		var ids []string
		err := db.GORM(ctx).Model(&Delivery{}).Where(old, limit, limit, final).Limit(rowsPerPrune).Pluck("id", &ids).Error
		if err == nil && len(ids) == 0 {
			return pruned, nil
		}
		if err == nil {
			err = db.Update(ctx, func(tx *models.Tx) error { // the condition again: somebody may have it tried again
				done := tx.GORM(ctx).Where("id IN ? AND "+old, ids, limit, limit, final).Delete(&Delivery{})
				pruned += done.RowsAffected
				return done.Error
			})
		}
		if err != nil {
			return pruned, fmt.Errorf("prune deliveries: %w", err)
		}
	}
}
