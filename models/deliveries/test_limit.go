package deliveries

import (
	"context"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// testsAnHour is how often a channel can be tested in an hour, so that nobody floods what
// others look at as well.
const testsAnHour = 5

// mayTest gives an entered.Problem where a channel was tested too often lately.
func mayTest(ctx context.Context, tx *models.Tx, c Channel) error {
	var tested int64
	since := models.Now().Add(-uptime.Micros(time.Hour.Microseconds()))
	err := tx.GORM(ctx).Model(&Delivery{}).Where("channel_id = ? AND kind = ? AND created_at > ?", c.ID, Test, since).Count(&tested).Error
	if err == nil && tested >= testsAnHour {
		err = entered.Problem{Where: "channel", Expected: "at most 5 test messages in an hour", Found: "5 already: try again later"}
	}
	return err
}
