package alerts

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

const (
	// keptFor is how long incidents are kept after they ended.
	keptFor = 400 * uptime.Day
	// incidentsPerPrune bounds one transaction: SQLite has one writer at a time.
	incidentsPerPrune = 200
)

// Prune deletes incidents that were found and ended more than 400 days ago, with their
// notices, and returns how many. Those of stores ended as long before the newest poll: data
// may be older than the clock says, and what is recent in them is still judged. It may be
// called at any time and by several servers.
func Prune(ctx context.Context, db *models.DB, now uptime.Instant) (pruned int64, err error) {
	v, err := db.DataVersion(ctx)
	if err != nil {
		return 0, err
	}
	limit := now.Add(-keptFor)
	ended := map[bool]uptime.Instant{true: min(limit, v.NewestPollAt.At.Add(-keptFor)), false: limit}
	for _, kind := range Kinds {
		if kind.OfStores() && !v.NewestPollAt.Known {
			continue
		}
		deleted, err := pruneKind(ctx, db, kind, ended[kind.OfStores()], limit)
		pruned += deleted
		if err != nil {
			return pruned, fmt.Errorf("prune incidents: %w", err)
		}
	}
	return pruned, nil
}

// pruneKind deletes incidents that ended before an instant and were found before another.
func pruneKind(ctx context.Context, db *models.DB, kind Kind, ended, found uptime.Instant) (pruned int64, err error) {
	for {
		var ids []string
		err := db.GORM(ctx).Model(&Incident{}).
			Where("phase <> 'going' AND ending IN ? AND COALESCE(ended_at, fired) < ?", []Ending{CameBack, Unknown, Undone, LeftReach}, ended).
			Where("kind = ? AND found_at < ?", kind, found).Limit(incidentsPerPrune).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return pruned, err
		}
		err = db.Update(ctx, func(tx *models.Tx) error {
			if err := tx.GORM(ctx).Where("incident_id IN ?", ids).Delete(&Notice{}).Error; err != nil {
				return err
			}
			done := tx.GORM(ctx).Where("id IN ? AND phase <> 'going'", ids).Delete(&Incident{})
			pruned += done.RowsAffected
			return done.Error
		})
		if err != nil {
			return pruned, err
		}
	}
}
