package notify

import (
	"context"

	"lightson/models/deliveries"
)

// A Sender sends one message, once.
type Sender interface {
	// Send gives the answer of the receiver. Its error says that the message was not
	// taken, and may be a Refusal.
	Send(ctx context.Context, m Outgoing) (answer string, err error)
}

// An Outgoing message is everything that a channel needs for one delivery.
type Outgoing struct {
	Channel  deliveries.Channel
	Delivery deliveries.Delivery
	Base     string // the public address of the server without a slash at its end; empty: messages have no links
	Files    []File // of its attachments
}

// A File is attached to a mail.
type File struct {
	Name string
	Type string // its media type
	Body []byte
}

// A Refusal says that to try the same again is of no use.
type Refusal struct {
	Why  string // a sentence for people
	Gone bool   // the receiver is no longer there: its channel is disabled
}

func (r Refusal) Error() string { return r.Why }
