package alerts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// backtestLimit is for how long a backtest computes, so that whoever tries a rule is answered.
const backtestLimit = 10 * time.Second

// RunBacktest is what a rule would have told a person in the last 30 days of the data of a
// snapshot, if data had come as often as stores are polled. It takes the same steps as the
// judge, and composes by the same code.
func RunBacktest(ctx context.Context, f *figures.Figures, s *figures.Snapshot, r Rule, within reach.Reach) (b Backtest, err error) {
	s = s.Whole()
	if !s.AsOfKnown {
		b.Short = "There are no data yet."
		return b, nil
	}
	if !r.Kind.OfStores() {
		b.Short = "Rules of this kind go by the clock, and are not tried on data."
		return b, nil
	}
	b.Span = uptime.Span{From: s.AsOf.Add(-BacktestTime), To: s.AsOf}
	if known := s.FirstPollAt(); known.Known && known.At > b.Span.From {
		b.Span.From, b.Short = known.At, "There are no older data."
	}
	r.ID, r.ActiveFrom = "backtest", models.InstantAt(b.Span.From)
	r.Channels = []string{"backtest"}
	t := backtest{s: s, rule: r, span: b.Span, states: map[string]Incident{}}
	if err := t.judge(ctx, f, within, &b); err != nil {
		return b, fmt.Errorf("backtest: %w", err)
	}
	b.Incidents = len(t.incidents)
	t.compose(&b)
	return b, nil
}

type backtest struct {
	s         *figures.Snapshot
	rule      Rule
	span      uptime.Span
	silent    []uptime.Span
	changes   []change
	incidents map[string]bool
	states    map[string]Incident
}

// A change is what a step gave at an instant.
type change struct {
	at        uptime.Instant
	store     int
	incidents []Incident
	notices   []Notice
}

func (t *backtest) judge(ctx context.Context, f *figures.Figures, within reach.Reach, b *Backtest) error {
	t.incidents = map[string]bool{}
	var stores []int
	for n, store := range t.s.Stores {
		if t.rule.Has(store) && within.Has(store.Code, store.Group) {
			stores = append(stores, n)
		}
	}
	if t.rule.Kind == NoData {
		if err := t.findSilence(ctx, f); err != nil {
			return err
		}
	}
	deadline := time.Now().Add(backtestLimit)
	for _, n := range stores {
		if time.Now().After(deadline) {
			b.Short = fmt.Sprintf("There was time for %s of %s only.", uptime.CountText(int64(b.Stores)), countText(len(stores), "store"))
			return nil
		}
		h, err := t.history(ctx, f, n)
		if err != nil {
			return err
		}
		t.replay(n, h)
		b.Stores++
	}
	return nil
}

// history is what is known of a store in the time of the backtest, and before as far as
// that matters.
func (t *backtest) history(ctx context.Context, f *figures.Figures, n int) (uptime.History, error) {
	if t.span.From >= t.s.Heard().From { // the snapshot has it all
		polls, err := t.s.PollsOf(n)
		h := t.s.History(n, polls)
		h.Excused = t.s.Excused(n)
		return h, err
	}
	last := t.s.Today(n)
	first := last - uptime.Date(BacktestTime/uptime.Day) - uptime.Date(silentEnd/uptime.Day) - 3
	days, err := f.StoreDays(ctx, t.s, n, first, last)
	if err != nil {
		return uptime.History{}, err
	}
	h := days.Corrected()
	h.Openings = append(slices.Clone(h.Openings), after(t.s.Openings(n), h.Openings)...)
	return h, nil
}

// after are the openings that follow others.
func after(openings, others []uptime.Span) []uptime.Span {
	if len(others) == 0 {
		return openings
	}
	for i, o := range openings {
		if o.From >= others[len(others)-1].To {
			return openings[i:]
		}
	}
	return nil
}

// findSilence finds when the poller was silent, as the judge does.
func (t *backtest) findSilence(ctx context.Context, f *figures.Figures) error {
	silences := NewSilences(t.span, 2*t.s.PollEvery)
	deadline := time.Now().Add(backtestLimit / 2)
	for n := 0; n < len(t.s.Stores) && silences.Any() && time.Now().Before(deadline); n++ {
		h, err := t.history(ctx, f, n)
		if err != nil {
			return err
		}
		silences.Hear(h.Polls)
	}
	t.silent = silences.Spans()
	return nil
}

// replay takes a step for a store at each instant of the cadence at which there may be news.
func (t *backtest) replay(n int, h uptime.History) {
	heard := t.s.Heard()
	back := uptime.Micros(heard.To - heard.From)
	var known []Incident
	for _, at := range t.instants(n, h) {
		was := h
		was.AsOf = at
		from := at.Add(-back)
		was.Polls = polledFrom(h.Polls, from)
		f := Found{Store: t.s.Stores[n].Code, From: from, AsOf: at}
		if t.rule.Kind == NoData {
			f.Episodes = NoDataEpisodes(was, t.silent, uptime.Near(t.s.PollEvery), t.never(n, from))
		} else {
			f.Episodes = OfflineEpisodes(was, from)
		}
		changed, notices := Step(t.rule, known, f, at)
		for _, i := range changed {
			if k := slices.IndexFunc(known, func(old Incident) bool { return old.ID == i.ID }); k >= 0 {
				known[k] = i
			} else {
				known = append(known, i)
				t.incidents[i.ID] = true
			}
		}
		if len(changed)+len(notices) > 0 {
			t.changes = append(t.changes, change{at, n, changed, notices})
		}
		known = slices.DeleteFunc(known, func(i Incident) bool { return i.Phase != Going && i.Fired < from })
	}
}

// never is from when on a store counts that was not polled before the rule.
func (t *backtest) never(n int, from uptime.Instant) models.OptionalInstant {
	first := t.s.Stores[n].FirstPollAt
	if first.Known && first.At <= t.span.From {
		return models.OptionalInstant{}
	}
	return models.InstantAt(max(from, t.span.From))
}

// polledFrom are the polls from an instant on, and the one before.
func polledFrom(polls []uptime.Poll, from uptime.Instant) []uptime.Poll {
	i, _ := slices.BinarySearchFunc(polls, from, func(p uptime.Poll, at uptime.Instant) int { return cmp.Compare(p.At, at) })
	return polls[max(0, i-1):]
}

// instants are those of the cadence at which an episode of the store fires, goes on or has
// just ended. At all others a step would change nothing.
func (t *backtest) instants(n int, h uptime.History) (list []uptime.Instant) {
	every := t.s.PollEvery
	var episodes []Episode
	if t.rule.Kind == NoData {
		episodes = NoDataEpisodes(h, t.silent, uptime.Near(every), t.never(n, t.span.From))
	} else {
		episodes = OfflineEpisodes(h, t.span.From)
	}
	next := t.span.From
	for _, e := range episodes {
		fires, ok := e.Fires(t.rule.After)
		if !ok || fires > t.span.To {
			continue
		}
		until := t.span.To
		if e.EndedAt.Known {
			until = min(until, e.EndedAt.At.Add(2*t.rule.Again+2*every))
		}
		first := t.span.To - (t.span.To-fires)/uptime.Instant(every)*uptime.Instant(every)
		for at := max(first, next); at <= until; at = at.Add(every) {
			list = append(list, at)
			next = at.Add(every)
		}
	}
	return list
}

// compose makes messages of what the steps gave, as the composer does from minute to minute.
func (t *backtest) compose(b *Backtest) {
	slices.SortStableFunc(t.changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.store, b.store)) })
	var waiting []Pending
	last, now := uptime.Instant(0), t.span.From
	for len(t.changes) > 0 || len(waiting) > 0 {
		if len(waiting) == 0 {
			now = max(now, t.changes[0].at)
		}
		for len(t.changes) > 0 && t.changes[0].at <= now {
			waiting = t.apply(t.changes[0], waiting)
			t.changes = t.changes[1:]
		}
		for n := range waiting {
			waiting[n].Incident = t.states[waiting[n].IncidentID]
		}
		c := Compose(waiting, now, last, func([]string) string { return "" })
		for _, d := range c.Drafts {
			b.Messages = append(b.Messages, Told{At: now, Message: d.Message, Stores: d.Stores, Incidents: d.Incidents})
			last = now
		}
		waiting = slices.DeleteFunc(waiting, func(p Pending) bool { return slices.Contains(c.Told, p.ID) })
		now = now.Add(uptime.Minute)
		if len(t.changes) == 0 && now > t.span.To.Add(2*uptime.Day) {
			return
		}
	}
}

func (t *backtest) apply(c change, waiting []Pending) []Pending {
	for _, i := range c.incidents {
		t.states[i.ID] = i
	}
	for _, n := range c.notices {
		waiting = append(waiting, Pending{Notice: n, Rule: t.rule, Place: placeOf(t.s, c.store)})
	}
	return waiting
}
