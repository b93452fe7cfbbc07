package deliveries

import (
	"context"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	// askedADay bounds how many strangers a person can have this server write to.
	askedADay = 10
	// testedAnHour bounds how many test messages of a person there are.
	testedAnHour = 30
	// testsAnHour is how often a channel can be tested in an hour, so that nobody floods
	// what others look at as well.
	testsAnHour = 5
)

// mayAsk gives an entered.Problem where a person had too many addresses asked lately.
func mayAsk(ctx context.Context, tx *models.Tx, c Channel) error {
	asked, err := writtenSince(ctx, tx, Confirmation, 24*time.Hour, "person_id = ?", c.PersonID)
	if err == nil && asked >= askedADay {
		err = entered.Problem{Where: "address", Expected: "at most 10 addresses that are asked in a day", Found: "10 already: try again tomorrow", Words: words.Later("You can ask at most 10 addresses a day for confirmation. Try again tomorrow.")}
	}
	return err
}

// mayTest gives an entered.Problem where a channel, or those of a person, were tested too
// often lately.
func mayTest(ctx context.Context, tx *models.Tx, c Channel) error {
	tested, err := writtenSince(ctx, tx, Test, time.Hour, "channel_id = ?", c.ID)
	if err == nil && tested >= testsAnHour {
		err = entered.Problem{Where: "channel", Expected: "at most 5 test messages in an hour", Found: "5 already: try again later", Words: words.Later("You can send at most 5 test messages an hour to one channel. Try again later.")}
	}
	if err != nil {
		return err
	}
	tested, err = writtenSince(ctx, tx, Test, time.Hour, "person_id = ?", c.PersonID)
	if err == nil && tested >= testedAnHour {
		err = entered.Problem{Where: "channel", Expected: "at most 30 test messages in an hour", Found: "30 already: try again later", Words: words.Later("You can send at most 30 test messages an hour. Try again later.")}
	}
	return err
}

// writtenSince counts the deliveries of a kind that were written lately and meet a condition.
func writtenSince(ctx context.Context, tx *models.Tx, kind Kind, since time.Duration, condition, value string) (n int64, err error) {
	from := models.Now().Add(-uptime.Micros(since.Microseconds()))
	err = tx.GORM(ctx).Model(&Delivery{}).Where(condition+" AND kind = ? AND created_at > ?", value, kind, from).Count(&n).Error
	return n, err
}
