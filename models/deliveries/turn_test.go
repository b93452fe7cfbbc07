package deliveries_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/uptime"
	"lightson/models/words"
)

func TestAChannelIsSentOneMessageAtATimeInOrder(t *testing.T) {
	eachPost(t, func(p *post) {
		first, second, third := p.write(p.channel), p.write(p.channel), p.write(p.channel)
		other := p.write(p.add(deliveries.Slack, "https://hooks.slack.com/services/x"))
		if _, err := deliveries.Begin(ctx, p.db, second, p.now, false); !errors.Is(err, deliveries.ErrNotNow) {
			p.Fatalf("the second goes before the first: %v", err)
		}
		turn := p.begin(first)
		for _, id := range []string{first, second, third} {
			if _, err := deliveries.Begin(ctx, p.db, id, p.now, false); !errors.Is(err, deliveries.ErrNotNow) && !errors.Is(err, models.ErrNotClaimable) {
				p.Errorf("another is tried beside it: %v", err)
			}
		}
		p.end(p.begin(other), deliveries.Outcome{})
		if woken := p.end(turn, deliveries.Outcome{}); !slices.Equal(woken, []string{second}) {
			p.Errorf("woken: %v", woken)
		}
		if d := p.of(first); d.State != models.Complete || len(d.Tries) != 1 || !d.Tries[0].Sent || d.FinishedAt == 0 {
			p.Errorf("%+v", d)
		}
		// A short failure keeps the order, a long one does not hold up what is newer.
		p.end(p.begin(second), deliveries.Outcome{Again: p.now.Add(5 * uptime.Second)})
		if _, err := deliveries.Begin(ctx, p.db, third, p.now, false); !errors.Is(err, deliveries.ErrNotNow) {
			p.Errorf("the order is lost over a short failure: %v", err)
		}
		if _, err := deliveries.Begin(ctx, p.db, second, p.now, false); !errors.Is(err, deliveries.ErrNotNow) {
			p.Errorf("it is tried before it is due: %v", err)
		}
		p.now = p.now.Add(5 * uptime.Second)
		if woken := p.end(p.begin(second), deliveries.Outcome{Again: p.now.Add(5 * uptime.Minute)}); !slices.Equal(woken, []string{second, third}) {
			p.Errorf("woken: %v", woken)
		}
		if !p.channelNow().FailingAt.Known || p.of(second).Tried != 2 {
			p.Errorf("%+v, tried %d", p.channelNow(), p.of(second).Tried)
		}
		if _, err := deliveries.Begin(ctx, p.db, third, p.now, true); !errors.Is(err, deliveries.ErrFailing) {
			p.Errorf("a fast worker waits for a channel that fails: %v", err)
		}
		// Once the receiver is there again, what waits is due.
		if woken := p.end(p.begin(third), deliveries.Outcome{}); !slices.Equal(woken, []string{second}) || p.of(second).DueAt > p.now {
			p.Errorf("woken: %v, due %d", woken, p.of(second).DueAt-p.now)
		}
		if p.channelNow().FailingAt.Known {
			p.Error("it still fails")
		}
	})
}

// Three servers come for everything at once; each message is taken once, in order.
func TestSeveralServersSendEachMessageOnce(t *testing.T) {
	eachPost(t, func(p *post) {
		const count = 12
		var ids []string
		for range count {
			ids = append(ids, p.write(p.channel))
		}
		var running, sent atomic.Int32
		var mu sync.Mutex
		var order []string
		var servers sync.WaitGroup
		for range 3 {
			servers.Go(func() {
				q := &queue{}
				for sent.Load() < count {
					for _, id := range ids {
						turn, err := deliveries.Begin(ctx, p.db, id, p.now, false)
						if err != nil {
							if !errors.Is(err, deliveries.ErrNotNow) && !errors.Is(err, models.ErrNotClaimable) {
								p.Error(err)
								sent.Store(count)
							}
							continue
						}
						if running.Add(1) > 1 {
							p.Error("two are sent at a time")
						}
						mu.Lock()
						order = append(order, id)
						mu.Unlock()
						running.Add(-1)
						if err := turn.End(ctx, p.db, q, deliveries.Outcome{Try: deliveries.Try{At: p.now, Answer: "ok", Sent: true}}); err != nil {
							p.Error(err)
						}
						sent.Add(1)
					}
				}
			})
		}
		servers.Wait()
		if !slices.Equal(order, ids) {
			p.Errorf("sent %v, want %v", order, ids)
		}
	})
}

func TestOfOneCauseAChannelGetsOneDelivery(t *testing.T) {
	eachPost(t, func(p *post) {
		add := func(c deliveries.Channel) (added bool) {
			d := deliveries.New(c, deliveries.Alert, deliveries.Message{Title: "Offline"})
			d.Cause = "incident-7"
			p.must(p.db.Update(ctx, func(tx *models.Tx) (err error) {
				added, err = deliveries.Add(ctx, tx, &d)
				return err
			}))
			return added
		}
		other := p.add(deliveries.Slack, "https://hooks.slack.com/services/x")
		if !add(p.channel) || add(p.channel) || !add(other) || add(other) {
			p.Error("a cause is told twice, or not at all")
		}
	})
}

func TestWhatWaitsForAChannelThatEndsIsCancelled(t *testing.T) {
	eachPost(t, func(p *post) {
		sending, waiting := p.write(p.channel), p.write(p.channel)
		turn := p.begin(sending)
		p.must(deliveries.DisableChannel(ctx, p.db, p.channel.ID, words.Said("You disabled it.")))
		if d := p.of(waiting); d.State != models.Cancelled || d.Error == "" {
			p.Errorf("%s: %s", d.State, d.Error)
		}
		p.end(turn, deliveries.Outcome{Again: p.now.Add(uptime.Second)})
		if d := p.of(sending); d.State != models.Cancelled || len(d.Tries) != 1 {
			p.Errorf("it is tried again at a disabled channel: %+v", d)
		}
		late := p.write(p.channel)
		if _, err := deliveries.Begin(ctx, p.db, late, p.now, false); !errors.Is(err, deliveries.ErrNotNow) || p.of(late).State != models.Cancelled {
			p.Errorf("%v, %s", err, p.of(late).State)
		}
		p.must(deliveries.EnableChannel(ctx, p.db, p.q, p.channel.ID, "", false))
		p.must(deliveries.Retry(ctx, p.db, p.q, late))
		turn = p.begin(late)
		p.must(deliveries.RemoveChannel(ctx, p.db, p.channel.ID))
		p.end(turn, deliveries.Outcome{}) // it was taken in that moment
		if d := p.of(late); d.State != models.Complete || d.ChannelName != "Ops" {
			p.Errorf("%+v", d)
		}
		if err := deliveries.Retry(ctx, p.db, p.q, sending); err == nil {
			p.Error("a delivery to a channel that is gone is tried again")
		}
	})
}

func TestWhatNobodyMayBeToldAnyMoreLetsTheNextGo(t *testing.T) {
	eachPost(t, func(p *post) {
		first, second := p.write(p.channel), p.write(p.channel)
		turn := p.begin(first)
		p.q.woken = nil
		p.must(turn.End(ctx, p.db, p.q, deliveries.Outcome{Try: deliveries.Try{At: p.now}, Cancelled: "They see less."}))
		if d := p.of(first); d.State != models.Cancelled || len(d.Tries) != 0 || !slices.Equal(p.q.woken, []string{second}) {
			p.Errorf("%s after %d tries, and %v were woken", d.State, len(d.Tries), p.q.woken)
		}
	})
}

func TestARefusalThatTheReceiverIsGoneDisablesItsChannel(t *testing.T) {
	eachPost(t, func(p *post) {
		first, second := p.write(p.channel), p.write(p.channel)
		p.end(p.begin(first), deliveries.Outcome{Failed: "Gone.", Disable: "Gone."})
		c := p.channelNow()
		if p.of(first).State != models.Failed || p.of(second).State != models.Cancelled || c.Works() || c.DisabledWhy != "Gone." || c.Secret == "" {
			p.Errorf("%s, %s, %q", p.of(first).State, p.of(second).State, c.DisabledWhy)
		}
	})
}

func TestAWorkerThatLostItsTurnWritesNothing(t *testing.T) {
	eachPost(t, func(p *post) {
		id := p.write(p.channel)
		lost := p.begin(id)
		p.must(modelstest.Exec(p.db, "UPDATE deliveries SET lease_until = 0 WHERE id = ?", id))
		dead, err := p.db.Orphans(ctx, deliveries.Work)
		if err != nil || len(dead) != 1 {
			p.Fatalf("%v, %v", dead, err)
		}
		p.must(p.db.Update(ctx, func(tx *models.Tx) error {
			if err := tx.ReleaseOrphan(ctx, dead[0]); err != nil {
				return err
			}
			return deliveries.Died(ctx, tx, id)
		}))
		if d := p.of(id); d.State != models.Queued || d.Deaths != 1 || len(d.Tries) != 1 || d.Tries[0].Sent {
			p.Errorf("%+v", d)
		}
		again := p.begin(id)
		if err := lost.End(ctx, p.db, p.q, deliveries.Outcome{Try: deliveries.Try{At: p.now, Answer: "late", Sent: true}}); !errors.Is(err, models.ErrAttemptLost) {
			p.Errorf("it wrote: %v", err)
		}
		p.end(again, deliveries.Outcome{})
		if d := p.of(id); d.State != models.Complete || len(d.Tries) != 2 || d.ID != id {
			p.Errorf("%+v", d)
		}
	})
}

func TestDeliveriesThatNoWorkerCameForAreFound(t *testing.T) {
	eachPost(t, func(p *post) {
		first, second := p.write(p.channel), p.write(p.channel)
		found := func() (ids []string) {
			list, err := deliveries.Overdue(ctx, p.db, p.now)
			p.must(err)
			for _, d := range list {
				ids = append(ids, d.ID)
			}
			return ids
		}
		if ids := found(); len(ids) > 0 {
			p.Errorf("found too early: %v", ids)
		}
		p.now = p.now.Add(30 * uptime.Second)
		if ids := found(); !slices.Equal(ids, []string{first}) {
			p.Errorf("found %v, want the first of the channel", ids)
		}
		turn := p.begin(first)
		if ids := found(); len(ids) > 0 {
			p.Errorf("found beside one that is sent: %v", ids)
		}
		p.must(modelstest.Exec(p.db, "UPDATE deliveries SET started_at = ? WHERE id = ?", p.now, first))
		p.end(turn, deliveries.Outcome{Again: p.now.Add(10 * uptime.Hour)})
		if ids := found(); !slices.Equal(ids, []string{second}) {
			p.Errorf("found %v: one that waits for its next try is not overdue", ids)
		}
		p.end(p.begin(second), deliveries.Outcome{Failed: "No."})
		// A server whose clock is five hours ahead writes one and tries it in vain.
		now := p.now
		p.now = p.now.Add(5 * uptime.Hour)
		ahead := p.write(p.channel)
		p.now = now
		found()
		if d := p.of(ahead); d.CreatedAt > now || d.DueAt > now || d.BeganAt > now {
			p.Errorf("written %d, due %d s from now", d.CreatedAt-now, (d.DueAt-now)/1e6)
		}
	})
}

func TestTheLogIsReadInPagesAndFiltered(t *testing.T) {
	eachPost(t, func(p *post) {
		var ids []string
		for range 5 {
			ids = append([]string{p.write(p.channel)}, ids...)
		}
		other := p.write(p.add(deliveries.Slack, "https://hooks.slack.com/services/x"))
		p.end(p.begin(ids[4]), deliveries.Outcome{})
		list := func(f deliveries.Filter) (got []string) {
			all, err := deliveries.List(ctx, p.db, "ana", f)
			p.must(err)
			for _, d := range all {
				got = append(got, d.ID)
			}
			return got
		}
		if got := list(deliveries.Filter{Channel: p.channel.ID, Limit: 3}); !slices.Equal(got, ids[:3]) {
			p.Errorf("%v", got)
		}
		if got := list(deliveries.Filter{Channel: p.channel.ID, After: p.of(ids[2]).ListPlace(), Limit: 3}); !slices.Equal(got, ids[3:]) {
			p.Errorf("%v", got)
		}
		if got := list(deliveries.Filter{States: []models.State{models.Complete}, Limit: 9}); !slices.Equal(got, ids[4:]) {
			p.Errorf("%v", got)
		}
		if got := list(deliveries.Filter{Limit: 1}); !slices.Equal(got, []string{other}) {
			p.Errorf("%v", got)
		}
		if all, err := deliveries.List(ctx, p.db, "ben", deliveries.Filter{Limit: 9}); err != nil || len(all) > 0 {
			p.Errorf("%v, %v", all, err)
		}
	})
}

func TestOldDeliveriesAreDeletedAndChannelsStay(t *testing.T) {
	eachPost(t, func(p *post) {
		old, waiting, young := p.write(p.channel), p.write(p.channel), p.write(p.channel)
		for _, id := range []string{old, young} {
			p.must(modelstest.Exec(p.db, "UPDATE deliveries SET state = 'complete', finished_at = ? WHERE id = ?", p.now, id))
		}
		p.must(modelstest.Exec(p.db, "UPDATE deliveries SET finished_at = ? WHERE id = ?", p.now.Add(uptime.Hour), young))
		at := p.now.Add(90*24*uptime.Hour + uptime.Minute).Time()
		if n, err := deliveries.Prune(ctx, p.db, at); err != nil || n != 1 {
			p.Errorf("%d deleted, %v", n, err)
		}
		if _, err := deliveries.Of(ctx, p.db, old); !errors.Is(err, models.ErrNotFound) {
			p.Error(err)
		}
		p.of(waiting)
		p.of(young)
		if c, err := deliveries.ChannelByToken(ctx, p.db, p.channel.Token); err != nil || c.ID != p.channel.ID {
			p.Errorf("its link is dead: %v", err)
		}
	})
}
