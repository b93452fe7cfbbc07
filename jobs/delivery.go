package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

// deliveryArgs names the delivery that a job is to send.
type deliveryArgs struct {
	ID string `json:"id"`
}

// Kind implements river.JobArgs.
func (deliveryArgs) Kind() string { return "delivery" }

// Deliver writes deliveries and wakes workers for them, in the transaction that caused
// them. One of a cause that its channel was told of already is left out.
func (j *Jobs) Deliver(ctx context.Context, tx *models.Tx, list []deliveries.Delivery) error {
	reaches := map[string]string{}
	for _, d := range list {
		if d.PersonID != "" && d.Reach == "" {
			if _, known := reaches[d.PersonID]; !known {
				within, err := j.accounts.ReachIn(ctx, tx, d.PersonID)
				if err != nil {
					return err
				}
				reaches[d.PersonID] = within.String()
			}
			d.Reach = reaches[d.PersonID]
		}
		added, err := deliveries.Add(ctx, tx, &d)
		if err == nil && added {
			err = j.Wake(ctx, tx, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Wake implements deliveries.Queue.
func (j *Jobs) Wake(ctx context.Context, tx *models.Tx, d deliveries.Delivery) error {
	return j.insertLater(ctx, tx, deliveries.Work, d.ID, d.DueAt.Time().Sub(j.worker.now()))
}

// CheckChannel implements deliveries.Queue.
func (j *Jobs) CheckChannel(c deliveries.Channel) error {
	expected, found := j.sends.Expected(c)
	if expected == "" {
		return nil
	}
	return entered.Problem{Where: "address", Expected: expected, Found: found, Words: words.Later("Enter an address on the public internet. The person who runs this server can allow others with LIGHTSON_WEBHOOK_ALLOW.")}
}

// MailWorks reports whether the settings say how mail is sent.
func (j *Jobs) MailWorks() bool { return j.sends.Mails() }

// deliveryLane is the queue for a delivery. Mail has its own, since all of it goes by one
// server, and so have channels that fail: whoever waits for them keeps nobody waiting.
func deliveryLane(ctx context.Context, tx *models.Tx, id string) (string, error) {
	kind, failing, err := deliveries.Lane(ctx, tx, id)
	switch {
	case kind == deliveries.Email:
		return mailQueue, err
	case failing:
		return failingQueue, err
	default:
		return deliveryQueue, err
	}
}

// addDeliveryWorker lets the queue send deliveries.
func (j *Jobs) addDeliveryWorker(workers *river.Workers) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[deliveryArgs]) error {
		return j.follow(ctx, deliveries.Work, job.Args.ID, job.Metadata, func(ctx context.Context) error {
			return j.workDelivery(ctx, job.Args.ID, job.Queue == deliveryQueue)
		})
	}))
}

// workDelivery is what a River job for a delivery does. It differs from work in that the
// channel has a say in whether the row is claimed.
func (j *Jobs) workDelivery(ctx context.Context, id string, fast bool) error {
	t, err := deliveries.Begin(ctx, j.db, id, uptime.At(j.worker.now()), fast)
	switch {
	case errors.Is(err, deliveries.ErrNotNow), errors.Is(err, models.ErrNotClaimable), errors.Is(err, models.ErrNotFound):
		return nil
	case errors.Is(err, deliveries.ErrFailing):
		return j.db.Update(ctx, func(tx *models.Tx) error { return j.insert(ctx, tx, deliveries.Work, id) })
	case err != nil:
		j.log.WarnContext(ctx, "claim failed", "kind", deliveries.Work, "id", id, "error", err)
		return j.snooze(time.Second)
	}
	if err = j.deliver(ctx, t); err == nil {
		return nil // the end of the try has woken a worker for what comes next
	}
	return j.afterAttempt(context.WithoutCancel(ctx), t.Attempt, err)
}

// nextOfChannel wakes a worker for what the channel of a delivery that has ended is sent
// next.
func (j *Jobs) nextOfChannel(ctx context.Context, id string) error {
	d, err := deliveries.Of(ctx, j.db, id)
	if err != nil || !d.State.Final() {
		return err
	}
	return deliveries.WakeNext(ctx, j.db, j, d.ChannelID)
}

const (
	// overdueEvery is how often a server looks for deliveries that nobody came for.
	overdueEvery = 10 * time.Second
	// wokenAgain is how long it leaves one alone that it woke a worker for.
	wokenAgain = time.Minute
)

// A wokenList knows for what workers were woken lately.
type wokenList struct {
	mu sync.Mutex
	at map[string]time.Time
}

// lately reports whether a worker was woken for a delivery, and notes that it is now.
func (w *wokenList) lately(id string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for old, at := range w.at {
		if now.Sub(at) > wokenAgain || now.Before(at) {
			delete(w.at, old)
		}
	}
	if _, known := w.at[id]; known {
		return true
	}
	if w.at == nil {
		w.at = map[string]time.Time{}
	}
	w.at[id] = now
	return false
}

// wakeOverdue wakes workers for deliveries that nobody came for. One too many does no
// harm: only one can begin the try.
func (j *Jobs) wakeOverdue(ctx context.Context) (again time.Duration, err error) {
	queued, err := deliveries.AnyQueued(ctx, j.db)
	if err != nil || !queued {
		return never, err
	}
	list, err := deliveries.Overdue(ctx, j.db, uptime.At(j.worker.now()))
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if j.woken.lately(d.ID, time.Now()) {
			continue
		}
		if err := j.db.Update(ctx, func(tx *models.Tx) error { return j.Wake(ctx, tx, d) }); err != nil {
			return 0, fmt.Errorf("wake delivery %s: %w", d.ID, err)
		}
	}
	return 0, nil
}

// pruneDeliveries deletes deliveries that ended long ago.
func (j *Jobs) pruneDeliveries(ctx context.Context) error {
	deleted, err := deliveries.Prune(ctx, j.db, j.worker.now())
	if deleted > 0 {
		j.log.InfoContext(ctx, "old data deleted", "what", "deliveries", "deleted", deleted)
	}
	return err
}
