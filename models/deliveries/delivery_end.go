package deliveries

import (
	"context"

	"lightson/models"
)

// Sent ends a delivery that its receiver has taken.
func Sent(ctx context.Context, db *models.DB, a models.Attempt, d Delivery, answer string) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		return a.Complete(ctx, tx, map[string]any{})
	})
}
