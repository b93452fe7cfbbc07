package deliveries

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Turn is a try that has begun. While it goes on, no other delivery of its channel is
// tried, on any server.
type Turn struct {
	models.Attempt
	Delivery Delivery
	Channel  Channel
}

var (
	// ErrNotNow says that a delivery is not to be tried now: it is not due, another one of
	// its channel is being sent or comes before it, or its channel gets no messages any
	// more. Whoever ends what it waits for wakes its worker.
	ErrNotNow = errors.New("not its turn")
	// ErrFailing says that the channel of a delivery fails, so that it is for a worker
	// who has time.
	ErrFailing = errors.New("the channel fails")
)

const (
	// orderKept is how soon a delivery must be tried again for later ones of its channel
	// to wait for it. Beyond that, what is newer goes first.
	orderKept = uptime.Minute
	// early is how much before its time a worker may be woken.
	early = uptime.Second
)

// waiting are the deliveries of an index. Its condition has to be in the statement.
const waiting = "channel_id = ? AND state IN ('queued', 'running')"

// Begin begins a try at a delivery. fast is for workers who must not wait for channels
// that fail.
func Begin(ctx context.Context, db *models.DB, id string, now uptime.Instant, fast bool) (t Turn, err error) {
	var verdict error
	err = db.Update(ctx, func(tx *models.Tx) error {
		t, verdict = Turn{}, nil
		g := tx.GORM(ctx)
		if err := g.Where("id = ?", id).Take(&t.Delivery).Error; err != nil {
			return fmt.Errorf("delivery %s: %w", id, models.NotFound(err))
		}
		c, err := lockChannel(ctx, tx, t.Delivery.ChannelID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		t.Channel = c
		if why := unwanted(c, t.Delivery.Kind); why != "" {
			verdict = ErrNotNow
			return cancelQueued(ctx, tx, why, "id = ?", id)
		}
		// What it is counts now that the channel is locked.
		if err := g.Where("id = ?", id).Take(&t.Delivery).Error; err != nil {
			return fmt.Errorf("delivery %s: %w", id, models.NotFound(err))
		}
		d := t.Delivery
		var before int64
		err = g.Model(&Delivery{}).Where(waiting+" AND id <> ? AND (state = 'running' OR due_at <= ? AND (created_at < ? OR created_at = ? AND id < ?))",
			c.ID, id, now.Add(orderKept), d.CreatedAt, d.CreatedAt, id).Count(&before).Error
		switch {
		case err != nil:
			return err
		case d.State == models.Queued && d.DueAt > now.Add(early), before > 0:
			verdict = ErrNotNow
			return nil
		case fast && c.FailingAt.Known:
			verdict = ErrFailing
			return nil
		}
		if t.Attempt, err = tx.Claim(ctx, Work, id); err == nil && d.State == models.Running {
			t.Delivery.Tries, err = died(ctx, tx, d)
		}
		if err == nil && d.Tried == 0 { // it may have waited for a server for days
			t.Delivery.BeganAt = now
			err = g.Model(&Delivery{}).Where("id = ?", id).Update("began_at", now).Error
		}
		return err
	})
	if err == nil {
		err = verdict
	}
	return t, err
}

var channelDisabled = words.Later("The channel was disabled.")

// unwanted says why a channel is not sent a delivery, or nothing.
func unwanted(c Channel, kind Kind) words.Stored {
	switch {
	case c.ID == "":
		return words.Later("The channel was removed.").Stored()
	case c.DisabledAt.Known:
		return channelDisabled.Stored()
	case !c.ConfirmedAt.Known && kind != Confirmation:
		return words.Later("The address of the channel was not confirmed.").Stored()
	default:
		return ""
	}
}

// An Outcome is how a try ended. At most one of Again, Failed and Cancelled says what
// becomes of the delivery; with none of them it was sent.
type Outcome struct {
	Try       Try            // without an answer it is not kept, and only its time counts
	Again     uptime.Instant // it is tried again then; 0 = it is not
	Failed    words.Stored   // it is given up; a sentence for people
	Cancelled words.Stored   // nobody is to be told any more; a sentence for people
	Disable   words.Stored   // so that nothing more is sent to the channel; a sentence for people
}

// End records how a try ended, and wakes workers for what is to be sent next.
func (t Turn) End(ctx context.Context, db *models.DB, q Queue, o Outcome) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		c, err := lockChannel(ctx, tx, t.Delivery.ChannelID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		columns, err := t.columns(c, o)
		if err != nil {
			return err
		}
		if err := t.Write(tx.GORM(ctx), columns); err != nil {
			return err
		}
		if c.ID == "" {
			return nil
		}
		if err := noteHealth(ctx, tx, c, t.Delivery.ID, o); err != nil {
			return err
		}
		if columns["state"] == models.Queued {
			d := t.Delivery
			d.DueAt = o.Again
			if err := q.Wake(ctx, tx, d); err != nil {
				return err
			}
		}
		return wakeNext(ctx, tx, q, c.ID, o.Try.At.Add(o.Try.Took))
	})
	if err != nil {
		return fmt.Errorf("end try: %w", err)
	}
	return nil
}

// columns are what becomes of the delivery's row.
func (t Turn) columns(c Channel, o Outcome) (map[string]any, error) {
	columns := map[string]any{"lease_until": 0}
	if o.Try.Answer != "" {
		tries, err := json.Marshal(addTry(t.Delivery.Tries, o.Try))
		if err != nil {
			return nil, err
		}
		columns["tries"], columns["tried"] = string(tries), t.Delivery.Tried
		if !o.Try.Sent {
			columns["tried"] = t.Delivery.Tried + 1
		}
	}
	if why := unwanted(c, t.Delivery.Kind); why != "" && o.Again != 0 { // meanwhile
		o = Outcome{Try: o.Try, Cancelled: why}
	}
	end := func(state models.State, why words.Stored) {
		columns["state"], columns["error"], columns["finished_at"] = state, why, models.Now()
	}
	switch {
	case o.Cancelled != "":
		end(models.Cancelled, o.Cancelled)
	case o.Failed != "":
		end(models.Failed, o.Failed)
	case o.Again != 0:
		columns["state"], columns["due_at"] = models.Queued, o.Again
	default:
		end(models.Complete, "")
	}
	return columns, nil
}

func addTry(tries []Try, another Try) []Try {
	tries = append(tries, another)
	return tries[max(0, len(tries)-triesKept):]
}

// noteHealth keeps whether the receiver takes what it is sent. Once it does again, all
// that waits for it is due.
func noteHealth(ctx context.Context, tx *models.Tx, c Channel, id string, o Outcome) error {
	g := tx.GORM(ctx)
	switch {
	case o.Disable != "":
		if err := disable(ctx, tx, &c, o.Disable); err != nil {
			return err
		}
		return g.Model(&Channel{}).Where("id = ?", c.ID).
			Updates(map[string]any{"disabled_at": c.DisabledAt, "disabled_why": c.DisabledWhy}).Error
	case o.Try.Answer == "":
		return nil
	case !o.Try.Sent && !c.FailingAt.Known:
		return g.Model(&Channel{}).Where("id = ?", c.ID).Update("failing_at", o.Try.At).Error
	case o.Try.Sent && c.FailingAt.Known:
		if err := g.Model(&Channel{}).Where("id = ?", c.ID).Update("failing_at", nil).Error; err != nil {
			return err
		}
		return g.Model(&Delivery{}).Where("channel_id = ? AND state = ? AND id <> ? AND due_at > ?", c.ID, models.Queued, id, o.Try.At).
			Update("due_at", o.Try.At).Error
	}
	return nil
}

// WakeNext wakes a worker for what a channel is to be sent next, after something ended
// that was sent to it.
func WakeNext(ctx context.Context, db *models.DB, q Queue, channel string) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		if _, err := lockChannel(ctx, tx, channel); errors.Is(err, models.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		return wakeNext(ctx, tx, q, channel, models.Now())
	})
}

func wakeNext(ctx context.Context, tx *models.Tx, q Queue, channel string, now uptime.Instant) error {
	var next []Delivery
	err := tx.GORM(ctx).Where(waiting+" AND due_at <= ?", channel, now.Add(orderKept)).Order("created_at, id").Limit(1).Find(&next).Error
	if err != nil || len(next) == 0 || next[0].State == models.Running || next[0].DueAt > now {
		return err // a worker comes for it anyway
	}
	return q.Wake(ctx, tx, next[0])
}

// Died records in the transaction that requeues a delivery that its worker died. Whether
// the receiver has it, nobody knows.
func Died(ctx context.Context, tx *models.Tx, id string) error {
	var d Delivery
	if err := tx.GORM(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
		return fmt.Errorf("delivery %s: %w", id, models.NotFound(err))
	}
	_, err := died(ctx, tx, d)
	return err
}

func died(ctx context.Context, tx *models.Tx, d Delivery) ([]Try, error) {
	tries := addTry(d.Tries, Try{At: d.StartedAt, Answer: words.Later("The server stopped while sending it. It may have arrived.").Stored()})
	text, err := json.Marshal(tries)
	if err != nil {
		return nil, err
	}
	return tries, tx.GORM(ctx).Model(&Delivery{}).Where("id = ?", d.ID).Update("tries", string(text)).Error
}

// Lane is what the choice of a worker for a delivery depends on: the kind of its channel,
// and whether that fails.
func Lane(ctx context.Context, tx *models.Tx, id string) (kind ChannelKind, failing bool, err error) {
	var found []Channel
	err = tx.GORM(ctx).Where("id = (SELECT channel_id FROM deliveries WHERE id = ?)", id).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return found[0].Kind, found[0].FailingAt.Known, nil
}
