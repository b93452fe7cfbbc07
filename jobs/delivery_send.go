package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
)

// DeliveryTimeout is how long a try may take. It ends by the sender's own limits before.
const DeliveryTimeout = time.Minute

// sendTimeout bounds a try, so that its end can be recorded within DeliveryTimeout.
const sendTimeout = 30 * time.Second

// deliver makes one try at a delivery.
func (j *Jobs) deliver(ctx context.Context, t deliveries.Turn) error {
	return j.worker.attempt(ctx, t.Attempt, func(ctx context.Context, _ figures.Progress) error {
		why, err := j.notAllowed(ctx, t.Delivery)
		if err != nil {
			return err
		}
		if !why.Empty() {
			o := deliveries.Outcome{Try: deliveries.Try{At: uptime.At(j.worker.now())}, Cancelled: why.Stored()}
			j.settings.Watch.Tried(t.Delivery.Kind, o)
			return t.End(ctx, j.db, j, o)
		}
		out := notify.Outgoing{Channel: t.Channel, Delivery: t.Delivery, Base: j.settings.PublicURL, At: j.worker.now()}
		if t.Delivery.Kind == deliveries.Confirmation {
			out.Delivery.Message = deliveries.ConfirmationMessage(t.Delivery.Message.Words(), t.Channel)
		}
		if t.Channel.Kind == deliveries.Email {
			if out.Follows, err = alerts.Follows(ctx, j.db, t.Delivery); err != nil {
				return err
			}
		}
		if err := j.attach(ctx, &out); err != nil {
			return err
		}
		began := j.worker.now()
		answer, err := j.send(ctx, out)
		if err != nil && ctx.Err() != nil {
			return ctx.Err() // the server stops, or another has the delivery
		}
		try := deliveries.Try{At: uptime.At(began), Took: uptime.Micros(j.worker.now().Sub(began).Microseconds()), Answer: answer.Stored(), Sent: err == nil}
		o := j.outcomeOf(ctx, t, try, err)
		j.settings.Watch.Tried(t.Delivery.Kind, o)
		return j.endTry(ctx, t, o)
	})
}

func (j *Jobs) send(ctx context.Context, out notify.Outgoing) (words.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return j.sends.Send(ctx, out)
}

// outcomeOf says what becomes of a delivery after a try.
func (j *Jobs) outcomeOf(ctx context.Context, t deliveries.Turn, try deliveries.Try, err error) deliveries.Outcome {
	o := deliveries.Outcome{Try: try}
	var refused notify.Refusal
	var failed notify.Failure
	switch {
	case err == nil:
		if try.Answer == "" {
			o.Try.Answer = words.Later("Taken.|of a message, by its receiver").Stored()
		}
		return o
	case errors.As(err, &refused):
		o.Try.Answer, o.Failed = refused.Why.Stored(), refused.Why.Stored()
		if refused.Gone {
			o.Disable = o.Failed
		}
		return o
	case errors.As(err, &failed):
		o.Try.Answer = failed.Why.Stored()
	default:
		j.log.ErrorContext(ctx, "try failed", "delivery", t.Delivery.ID, "channel", t.Channel, "error", err)
		o.Try.Answer = words.Later("Something went wrong on our side. The server's log says more.").Stored()
	}
	next, again := deliveries.NextTry(t.Delivery.BeganAt, try.At.Add(try.Took), t.Delivery.Tried+1, uptime.Micros(failed.After.Microseconds()), rand.Float64())
	if again {
		o.Again = next
	} else {
		o.Failed = words.Later("Lights On tried for three days. The last answer was: {answer}", "answer", o.Try.Answer).Stored()
	}
	return o
}

// endTry records how a try ended. It is patient with a database that is away for a moment:
// a message that was taken must not be sent again.
func (j *Jobs) endTry(ctx context.Context, t deliveries.Turn, o deliveries.Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	for {
		err := t.End(ctx, j.db, j, o)
		if err == nil || !models.Away(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(fetchEvery):
		}
	}
}

// notAllowed says why a person must not be told what a delivery says, or nothing: they
// may be disabled or see less than when it was written.
func (j *Jobs) notAllowed(ctx context.Context, d deliveries.Delivery) (why words.Message, err error) {
	p, told, err := j.accounts.Recipient(ctx, d.PersonID)
	switch {
	case err != nil:
		return words.Message{}, err
	case !told:
		return words.Later("The person it is for no longer has an account."), nil
	case !p.Sees(d):
		return words.Later("Its reader may no longer see everything in it."), nil
	default:
		return words.Message{}, nil
	}
}
