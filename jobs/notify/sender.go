package notify

import (
	"context"
	"time"

	"lightson/models/deliveries"
	"lightson/models/words"
)

// A Sender sends one message, once.
type Sender interface {
	// Send gives the answer of the receiver, shortened. Its error says that the message
	// was not taken: a Refusal, a Failure, or the end of ctx. Neither repeats a secret.
	Send(ctx context.Context, m Outgoing) (answer words.Message, err error)
}

// An Outgoing message is everything that a channel needs for one delivery.
type Outgoing struct {
	Channel  deliveries.Channel
	Delivery deliveries.Delivery
	Base     string // the public address of the server without a slash at its end; empty: messages have no links
	Files    []File // of its attachments
	Follows  string // id of the delivery that a mail answers, and that is the first of its thread; empty: there is none
	At       time.Time
}

// A File is attached to a mail.
type File struct {
	Name string
	Type string // its media type
	Body []byte
}

// A Refusal says that to try the same again is of no use.
type Refusal struct {
	Why  words.Message // a sentence for people
	Gone bool          // the receiver is no longer there: its channel is disabled
}

func (r Refusal) Error() string { return r.Why.String() }

// A Failure says that the message was not taken now, and may be later.
type Failure struct {
	Why   words.Message // a sentence for people
	After time.Duration // the receiver asks to wait so long; 0 = it says nothing
}

func (f Failure) Error() string { return f.Why.String() }
