package jobs

import (
	"context"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/figures"
)

// deliver makes one try at a delivery.
func (w *Worker) deliver(ctx context.Context, a models.Attempt) error {
	return w.attempt(ctx, a, func(ctx context.Context, _ figures.Progress) error {
		d, err := deliveries.Of(ctx, w.db, a.ID)
		if err != nil {
			return err
		}
		c, err := deliveries.ChannelOf(ctx, w.db, d.ChannelID)
		if err != nil {
			return err
		}
		answer, err := w.sender.Send(ctx, notify.Outgoing{Channel: c, Delivery: d})
		if err != nil {
			return err
		}
		return deliveries.Sent(ctx, w.db, a, d, answer)
	})
}
