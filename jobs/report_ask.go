package jobs

import (
	"context"
	"fmt"

	"lightson/models"
)

// DefaultQueueLimit is the default of Settings.QueueLimit.
const DefaultQueueLimit = 1000

// AskReport records a report and its River job in one transaction, or promises it
// where SQLite is busy: its id is durable when AskReport returns. Where a report exists
// that will say the same, r becomes that one. Where too many reports wait, the error is
// a models.QueueFull.
func (j *Jobs) AskReport(ctx context.Context, r *models.Report) error {
	if j.asks != nil {
		return j.askOrPromise(ctx, r)
	}
	return j.ask(ctx, r)
}

func (j *Jobs) ask(ctx context.Context, r *models.Report) error {
	// The database lets one ask at a time as well, but each who waits there holds a
	// connection, which pages need.
	if err := j.askTurn.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("ask for a report: %w", err)
	}
	defer j.askTurn.Release(1)
	ask := func(tx *models.Tx) error {
		added, err := tx.AskReport(ctx, r, j.settings.QueueLimit)
		if err != nil || !added {
			return err
		}
		return j.insert(ctx, tx, models.ReportWork, r.ID)
	}
	err := j.db.Update(ctx, ask)
	if models.Replaced(err) { // the connection was out of date, and the next is not
		err = j.db.Update(ctx, ask)
	}
	return err
}
