package deliveries

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/words"
)

// A Queue writes deliveries and has workers send them. Package jobs has it.
type Queue interface {
	// Deliver writes deliveries in the transaction that caused them.
	Deliver(ctx context.Context, tx *models.Tx, list []Delivery) error
	// Wake has a queued delivery tried when it is due.
	Wake(ctx context.Context, tx *models.Tx, d Delivery) error
	// CheckChannel gives an entered.Problem for an address that the settings of this
	// server keep it from sending to.
	CheckChannel(c Channel) error
}

// ChannelOf reads a channel, or gives models.ErrNotFound.
func ChannelOf(ctx context.Context, db *models.DB, id string) (c Channel, err error) {
	if err := db.GORM(ctx).Where("id = ?", id).Take(&c).Error; err != nil {
		return c, fmt.Errorf("channel %s: %w", id, models.NotFound(err))
	}
	return c, nil
}

// ChannelByToken reads the channel that a link of a mail is of, or gives models.ErrNotFound.
func ChannelByToken(ctx context.Context, db *models.DB, token string) (c Channel, err error) {
	if err := db.GORM(ctx).Where("token = ?", token).Take(&c).Error; err != nil {
		return c, fmt.Errorf("channel of a link: %w", models.NotFound(err))
	}
	return c, nil
}

// ChannelsOf are the channels of a person, the oldest first.
func ChannelsOf(ctx context.Context, db *models.DB, person string) (list []Channel, err error) {
	if err := db.GORM(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	return list, nil
}

// AddChannel adds a channel that has a person, a kind, a name and an address which were
// cleaned, and gives it the rest. A mail address that is not known to be the person's own,
// as confirmed says, is asked whether messages are wanted, in the language of the person. It
// gives an entered.Problem where the person has this address already, or too many channels.
func AddChannel(ctx context.Context, db *models.DB, q Queue, c *Channel, l words.Language, confirmed bool) error {
	c.ID, c.Token, c.CreatedAt = models.NewID(), NewToken(), models.Now()
	if c.Kind == Webhook {
		c.Secret = newSecret()
	}
	if confirmed || c.Kind != Email {
		c.ConfirmedAt = models.InstantAt(c.CreatedAt)
	}
	err := db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var locked []string // so that two requests at the same time are one after the other
		if err := lockedRows(g).Model(&Channel{}).Where("person_id = ?", c.PersonID).Pluck("id", &locked).Error; err != nil {
			return err
		}
		var has int64
		if err := g.Model(&Channel{}).Where("person_id = ?", c.PersonID).Count(&has).Error; err != nil {
			return err
		}
		if has >= MostChannels {
			return entered.Problem{Where: "channels", Expected: "at most 20 of one person", Found: "20 already: remove one first", Words: words.Later("You can have at most 20 channels. Remove one first.")}
		}
		added := g.Clauses(clause.OnConflict{DoNothing: true}).Create(c)
		if added.Error != nil {
			return added.Error
		}
		if added.RowsAffected == 0 {
			var other Channel
			if err := g.Where("person_id = ? AND kind = ? AND address = ?", c.PersonID, c.Kind, c.Address).Take(&other).Error; err != nil {
				return err
			}
			return entered.Problem{Where: "address", Expected: "one that no channel of yours has yet", Found: "that of " + other.Name, Words: words.Later("Your channel {name} already has this address.", "name", other.Name)}
		}
		if c.ConfirmedAt.Known {
			return nil
		}
		return askConfirmation(ctx, tx, q, *c, l)
	})
	return channelFault("add channel", err)
}

// newSecret signs webhooks: 256 random bits in the form of Standard Webhooks.
func newSecret() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(random)
}

// change changes a channel in a transaction that has locked it.
func change(ctx context.Context, db *models.DB, what, id string, how func(tx *models.Tx, c *Channel) error) (c Channel, err error) {
	err = db.Update(ctx, func(tx *models.Tx) (err error) {
		if c, err = lockChannel(ctx, tx, id); err != nil {
			return err
		}
		if err := how(tx, &c); err != nil {
			return err
		}
		return tx.GORM(ctx).Model(&c).Select("*").Updates(&c).Error
	})
	return c, channelFault(what, err)
}

// RenameChannel gives a channel another name, which was cleaned.
func RenameChannel(ctx context.Context, db *models.DB, id, name string) error {
	_, err := change(ctx, db, "rename channel", id, func(_ *models.Tx, c *Channel) error {
		c.Name = name
		return nil
	})
	return err
}

// RenewSecret gives a webhook another secret, which signs from the next try on, and
// returns it.
func RenewSecret(ctx context.Context, db *models.DB, id string) (string, error) {
	c, err := change(ctx, db, "renew secret of channel", id, func(_ *models.Tx, c *Channel) error {
		if c.Kind != Webhook {
			return entered.Problem{Where: "channel", Expected: "a webhook, which has a secret", Found: c.Kind.Words().String(), Words: words.Later("Only webhooks have a secret.")}
		}
		c.Secret = newSecret()
		return nil
	})
	return c.Secret, err
}

// DisableChannel stops all messages to a channel for a reason, which is a sentence for
// people. What waits for it is cancelled.
func DisableChannel(ctx context.Context, db *models.DB, id string, why words.Message) error {
	_, err := change(ctx, db, "disable channel", id, func(tx *models.Tx, c *Channel) error { return disable(ctx, tx, c, why.Stored()) })
	return err
}

// disable changes a channel that its caller writes.
func disable(ctx context.Context, tx *models.Tx, c *Channel, why words.Stored) error {
	if !c.DisabledAt.Known {
		c.DisabledAt, c.DisabledWhy = models.InstantAt(models.Now()), why
	}
	return cancelQueued(ctx, tx, channelDisabled.Stored(), "channel_id = ?", c.ID)
}

// EnableChannel uses a channel again that was disabled. A mail address that has to be
// confirmed is asked once more, unless it is known to be the person's own.
func EnableChannel(ctx context.Context, db *models.DB, q Queue, id string, l words.Language, own bool) error {
	_, err := change(ctx, db, "enable channel", id, func(tx *models.Tx, c *Channel) error {
		if !c.DisabledAt.Known {
			return nil
		}
		c.DisabledAt, c.DisabledWhy, c.FailingAt = models.OptionalInstant{}, "", models.OptionalInstant{}
		switch {
		case c.ConfirmedAt.Known:
			return nil
		case own:
			c.ConfirmedAt = models.InstantAt(models.Now())
			return nil
		}
		return askConfirmation(ctx, tx, q, *c, l)
	})
	return err
}

// RemoveChannel deletes a channel. What waits for it is cancelled; the log keeps what was
// sent, under its name.
func RemoveChannel(ctx context.Context, db *models.DB, id string) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		if _, err := lockChannel(ctx, tx, id); err != nil {
			return err
		}
		if err := cancelQueued(ctx, tx, words.Later("The channel was removed.").Stored(), "channel_id = ?", id); err != nil {
			return err
		}
		return tx.GORM(ctx).Where("id = ?", id).Delete(&Channel{}).Error
	})
	return channelFault("remove channel", err)
}

// Confirm says that whoever reads the mail of a channel wants its messages.
func Confirm(ctx context.Context, db *models.DB, id string) error {
	_, err := change(ctx, db, "confirm channel", id, func(_ *models.Tx, c *Channel) error {
		if !c.ConfirmedAt.Known {
			c.ConfirmedAt = models.InstantAt(models.Now())
		}
		return nil
	})
	return err
}

// ConfirmByCode does the same for whoever typed what the mail says, or gives an
// entered.Problem.
func ConfirmByCode(ctx context.Context, db *models.DB, id, code string) error {
	_, err := change(ctx, db, "confirm channel", id, func(_ *models.Tx, c *Channel) error {
		switch {
		case c.ConfirmedAt.Known:
		case !c.isCode(code):
			return entered.Problem{Where: "code", Expected: "the one in the latest mail to the address", Found: found(code), Words: words.Later("This code is wrong. Enter the code from the latest mail to this address.")}
		default:
			c.ConfirmedAt = models.InstantAt(models.Now())
		}
		return nil
	})
	return err
}

// Unsubscribe stops the messages of a channel for whoever gets them. To have them again,
// they must confirm it.
func Unsubscribe(ctx context.Context, db *models.DB, id string) error {
	_, err := change(ctx, db, "unsubscribe channel", id, func(tx *models.Tx, c *Channel) error {
		if c.Kind == Email {
			c.ConfirmedAt = models.OptionalInstant{}
		}
		return disable(ctx, tx, c, words.Later("The person who gets its messages unsubscribed.").Stored())
	})
	return err
}

// AskConfirmation asks the address of a channel once more whether messages are wanted.
func AskConfirmation(ctx context.Context, db *models.DB, q Queue, id string, l words.Language) error {
	_, err := change(ctx, db, "ask for confirmation", id, func(tx *models.Tx, c *Channel) error {
		switch {
		case c.ConfirmedAt.Known:
			return nil
		case c.DisabledAt.Known:
			return entered.Problem{Where: "channel", Expected: "one that is enabled", Found: "a disabled one", Words: words.Later("This channel is disabled. Enable it first.")}
		}
		return askConfirmation(ctx, tx, q, *c, l)
	})
	return err
}

func askConfirmation(ctx context.Context, tx *models.Tx, q Queue, c Channel, l words.Language) error {
	if err := mayAsk(ctx, tx, c); err != nil {
		return err
	}
	return q.Deliver(ctx, tx, []Delivery{New(c, Confirmation, confirmationAsked(c.Words(l)))})
}

// TestChannel sends a test message to a channel, in the language of its person, and returns
// its id.
func TestChannel(ctx context.Context, db *models.DB, q Queue, id string, l words.Language) (delivery string, err error) {
	err = db.Update(ctx, func(tx *models.Tx) error {
		c, err := lockChannel(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := mustWork(c); err != nil {
			return err
		}
		if err := mayTest(ctx, tx, c); err != nil {
			return err
		}
		d := New(c, Test, testMessage(c.Words(l), c))
		delivery = d.ID
		return q.Deliver(ctx, tx, []Delivery{d})
	})
	return delivery, channelFault("test channel", err)
}

// mustWork gives an entered.Problem for a channel to which nothing is sent.
func mustWork(c Channel) error {
	switch {
	case c.DisabledAt.Known:
		return entered.Problem{Where: "channel", Expected: "one that is enabled", Found: "a disabled one", Words: words.Later("This channel is disabled. Enable it first.")}
	case !c.ConfirmedAt.Known:
		return entered.Problem{Where: "channel", Expected: "one whose address was confirmed", Found: "one that was not: follow the link in the mail that was sent to it", Words: words.Later("This address is not confirmed yet. Open the link in the mail that was sent to it.")}
	}
	return nil
}

// cancelQueued cancels what waits and meets a condition.
func cancelQueued(ctx context.Context, tx *models.Tx, why words.Stored, condition, value string) error {
	return tx.GORM(ctx).Model(&Delivery{}).Where(condition+" AND state = ?", value, models.Queued).
		Updates(map[string]any{"state": models.Cancelled, "error": why, "finished_at": models.Now()}).Error
}

// lockChannel reads a channel and keeps others from changing it, and from beginning or
// ending a try at one of its deliveries, until the transaction ends.
func lockChannel(ctx context.Context, tx *models.Tx, id string) (c Channel, err error) {
	if err := lockedRows(tx.GORM(ctx)).Where("id = ?", id).Take(&c).Error; err != nil {
		return c, fmt.Errorf("channel %s: %w", id, models.NotFound(err))
	}
	return c, nil
}

// lockedRows makes a query lock the rows that it finds. SQLite has one writer at a time
// anyway.
func lockedRows(g *gorm.DB) *gorm.DB { return g.Clauses(clause.Locking{Strength: "UPDATE"}) }

// channelFault gives a Problem as it is and names what other errors stopped.
func channelFault(what string, err error) error {
	var p entered.Problem
	if err == nil || errors.As(err, &p) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}
