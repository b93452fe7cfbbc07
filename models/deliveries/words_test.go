package deliveries_test

import (
	"context"
	"testing"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

var ctx = context.Background()

// A queue writes deliveries and keeps for which of them workers are woken.
type queue struct{ woken []string }

func (q *queue) Deliver(ctx context.Context, tx *models.Tx, list []deliveries.Delivery) error {
	for _, d := range list {
		if _, err := deliveries.Add(ctx, tx, &d); err != nil {
			return err
		}
	}
	return nil
}

func (q *queue) Wake(_ context.Context, _ *models.Tx, d deliveries.Delivery) error {
	q.woken = append(q.woken, d.ID)
	return nil
}

func (q *queue) CheckChannel(deliveries.Channel) error { return nil }

// A post is a database with a channel, and a clock of its own.
type post struct {
	*testing.T
	db      *models.DB
	q       *queue
	channel deliveries.Channel
	now     uptime.Instant
}

func eachPost(t *testing.T, body func(p *post)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		p := &post{T: t, db: db, q: &queue{}, now: uptime.Instant(1_800_000_000_000_000)}
		p.channel = p.add(deliveries.Webhook, "https://hooks.example.com/a")
		body(p)
	})
}

func (p *post) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *post) add(kind deliveries.ChannelKind, address string) deliveries.Channel {
	p.Helper()
	c := deliveries.Channel{PersonID: "ana", Kind: kind, Name: "Ops", Address: address}
	p.must(deliveries.AddChannel(ctx, p.db, p.q, &c, "", false))
	return c
}

// write writes a delivery to a channel some seconds after the last one.
func (p *post) write(c deliveries.Channel) string {
	p.Helper()
	p.now = p.now.Add(uptime.Second)
	d := deliveries.New(c, deliveries.Alert, deliveries.Message{Title: "Offline"})
	d.CreatedAt, d.DueAt, d.BeganAt = p.now, p.now, p.now
	p.must(p.db.Update(ctx, func(tx *models.Tx) error { return p.q.Deliver(ctx, tx, []deliveries.Delivery{d}) }))
	return d.ID
}

func (p *post) begin(id string) deliveries.Turn {
	p.Helper()
	t, err := deliveries.Begin(ctx, p.db, id, p.now, false)
	p.must(err)
	return t
}

// end ends a try and returns for what workers were woken.
func (p *post) end(t deliveries.Turn, o deliveries.Outcome) []string {
	p.Helper()
	p.q.woken = nil
	if o.Try.Answer == "" {
		o.Try = deliveries.Try{At: p.now, Answer: "an answer", Sent: o == deliveries.Outcome{}}
	}
	p.must(t.End(ctx, p.db, p.q, o))
	return p.q.woken
}

func (p *post) of(id string) deliveries.Delivery {
	p.Helper()
	d, err := deliveries.Of(ctx, p.db, id)
	p.must(err)
	return d
}

func (p *post) channelNow() deliveries.Channel {
	p.Helper()
	c, err := deliveries.ChannelOf(ctx, p.db, p.channel.ID)
	p.must(err)
	return c
}
