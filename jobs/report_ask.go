package jobs

import (
	"context"
	"fmt"

	"lightson/models"
)

// DefaultQueueLimit is how many reports may wait, where nothing else is set.
const DefaultQueueLimit = 1000

// AskReport records a report and queues its job, in one transaction: the id is
// durable when it returns. Where there is a report that will say the same, r
// becomes that one; where too many wait, it gives a models.QueueFull.
func (j *Jobs) AskReport(ctx context.Context, r *models.Report) error {
	// Those who ask wait for each other anyway. Here they do so without a
	// connection each, which pages need.
	if err := j.askTurn.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("ask for a report: %w", err)
	}
	defer j.askTurn.Release(1)
	return j.db.Update(ctx, func(tx *models.Tx) error {
		added, err := tx.AskReport(ctx, r, j.settings.QueueLimit)
		if err != nil || !added {
			return err
		}
		return j.insert(ctx, tx, models.ReportWork, r.ID)
	})
}
