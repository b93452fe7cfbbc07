package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"lightson/models"
	"lightson/models/deliveries"
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
	for _, d := range list {
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
	return j.insertLater(ctx, tx, deliveries.Work, d.ID, time.Until(d.DueAt.Time()))
}

// CheckChannel implements deliveries.Queue.
func (j *Jobs) CheckChannel(deliveries.Channel) error { return nil }

// MailWorks reports whether the settings say how mail is sent.
func (j *Jobs) MailWorks() bool { return true }

// addDeliveryWorker lets the queue send deliveries.
func (j *Jobs) addDeliveryWorker(workers *river.Workers) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[deliveryArgs]) error {
		return j.work(ctx, deliveries.Work, job.Args.ID, func(a models.Attempt) error {
			return j.worker.deliver(ctx, a)
		})
	}))
}
