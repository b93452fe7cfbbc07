package jobs

import (
	"context"

	"lightson/models/alerts"
)

// composeAlerts writes the deliveries of what is to be told by now, in one transaction with
// the note that it was.
func (j *Jobs) composeAlerts(ctx context.Context, who alerts.Recipients) error {
	s, err := j.worker.figures.Snapshot(ctx)
	if err != nil {
		return err
	}
	return alerts.ComposeWaiting(ctx, j.db, s, who, j.instant(), j.Deliver)
}
