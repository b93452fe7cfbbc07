package alerts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/spoken"
	"lightson/models/uptime"
	"lightson/models/words"
)

// backtestLimit is for how long a backtest computes, so that whoever tries a rule is answered.
const backtestLimit = 10 * time.Second

// RunBacktest is what a rule would have told a person in the last 30 days of the data of a
// snapshot, if data had come as often as stores are polled. It takes the same steps as the
// judge, and composes by the same code. It speaks the language of the context.
func RunBacktest(ctx context.Context, f *figures.Figures, s *figures.Snapshot, r Rule, within reach.Reach) (b Backtest, err error) {
	s = s.Whole()
	w := spoken.Words{Words: words.Of(ctx)}
	if !s.AsOfKnown {
		b.Short = w.Say("There are no data yet.")
		return b, nil
	}
	if !r.Kind.OfStores() {
		b.Short = w.Say("Rules of this kind go by the clock, so they cannot be tried on past data.")
		return b, nil
	}
	b.Span = uptime.Span{From: s.AsOf.Add(-BacktestTime), To: s.AsOf}
	if known := s.FirstPollAt(); known.Known && known.At > b.Span.From {
		b.Span.From, b.Short = known.At, w.Say("There are no older data.")
	}
	r.ID, r.ActiveFrom = "backtest", models.InstantAt(b.Span.From)
	r.Channels = []string{"backtest"}
	t := backtest{s: s, rule: r, span: b.Span, deadline: time.Now().Add(backtestLimit)}
	stores := t.stores(within)
	switch err := t.judge(ctx, f, stores); {
	case errors.Is(err, errNoTime):
		b.late = true
		b.Short = w.Say("There was only time to try {n} of {stores}.", "n", t.tried, "stores", w.Stores(len(stores)))
	case err != nil:
		return b, fmt.Errorf("backtest: %w", err)
	}
	b.Stores, b.Incidents = t.tried, int(t.incidents)
	t.compose(&b, w.Words)
	return b, nil
}

// A backtest is run on many stores at once.
type backtest struct {
	s        *figures.Snapshot
	rule     Rule
	span     uptime.Span
	deadline time.Time
	silent   []uptime.Span

	mu        sync.Mutex
	tried     int // stores
	incidents int32
	changes   []change
}

// errNoTime says that no longer exists time to compute.
var errNoTime = errors.New("no more time for a backtest")

func (t *backtest) stores(within reach.Reach) (stores []int) {
	for n, store := range t.s.Stores {
		if t.rule.Has(store) && within.Has(store.Code, store.Group) {
			stores = append(stores, n)
		}
	}
	return stores
}

func (t *backtest) judge(ctx context.Context, f *figures.Figures, stores []int) error {
	if t.rule.Kind == NoData {
		if err := t.findSilence(ctx, f); err != nil {
			return err
		}
	}
	// What an episode is at the beginning, polls of a week before can decide.
	known := uptime.Span{From: t.span.From.Add(-silentEnd - 3*uptime.Day), To: t.span.To}
	if first := t.s.FirstPollAt(); first.Known {
		known.From = max(known.From, first.At)
	}
	return f.EachHistory(ctx, t.s, stores, known, func(n int, h uptime.History) error {
		if time.Now().After(t.deadline) {
			return errNoTime
		}
		t.add(t.replay(n, h))
		return nil
	})
}

// findSilence finds when the poller was silent, as the judge does.
func (t *backtest) findSilence(ctx context.Context, f *figures.Figures) error {
	silences := NewSilences(t.span, 2*t.s.PollEvery)
	late := false
	left := func() []uptime.Span {
		if late = time.Now().After(t.deadline); late {
			return nil
		}
		return silences.Spans()
	}
	if err := f.HearPolls(ctx, t.s, left, silences.Hear); err != nil {
		return err
	}
	if late {
		return errNoTime // stores would pass for silent without a reason
	}
	t.silent = silences.Spans()
	return nil
}

// replay takes a step for a store at each instant of the cadence at which there may be news.
func (t *backtest) replay(n int, h uptime.History) (found []change, incidents int32) {
	heard := t.s.Heard()
	back := uptime.Micros(heard.To - heard.From)
	var known []Incident
	numbers := map[string]int32{}
	for _, at := range t.instants(n, h) {
		from := at.Add(-back)
		f := t.look(n, h, from, at, known)
		changed, notices := Step(t.rule, t.needed(known, f), f, at)
		for _, i := range changed {
			if k := slices.IndexFunc(known, func(old Incident) bool { return old.ID == i.ID }); k >= 0 {
				known[k] = i
			} else {
				known = append(known, i)
				numbers[i.ID] = incidents
				incidents++
			}
			found = append(found, newChange(at, n, numbers[i.ID], i, notices))
		}
		known = slices.DeleteFunc(known, func(i Incident) bool { return i.Phase != Going && max(i.Fired, i.EndedAt.At) < from })
	}
	return found, incidents
}

// look is what is known of a store at an instant, in polls from another one on. What was over
// by the instant of the cadence before was judged then. So polls until then are not looked at
// again, but for one that ended whatever went on.
func (t *backtest) look(n int, h uptime.History, from, at uptime.Instant, known []Incident) Found {
	f := Found{Store: t.s.Stores[n].Code, From: from, AsOf: at}
	h.AsOf, h.Polls = at, polledFrom(h.Polls, from)
	never := t.never(n, from)
	if before := at.Add(-t.s.PollEvery); !slices.ContainsFunc(known, mayComeBack) {
		if i := t.settledBy(h, before); i > 0 {
			h.Polls, never = h.Polls[i:], models.OptionalInstant{}
			f.Settled = models.InstantAt(before)
		}
	}
	if t.rule.Kind == NoData {
		f.Episodes = NoDataEpisodes(h, t.silent, uptime.Near(t.s.PollEvery), never)
	} else {
		f.Episodes = OfflineEpisodes(h, from)
	}
	return f
}

// needed are the incidents of which a step is to be told, see Step.
func (t *backtest) needed(known []Incident, f Found) []Incident {
	if !f.Settled.Known {
		return known
	}
	lately := f.Settled.At.Add(-2 * t.rule.Again)
	var some []Incident
	for _, i := range known {
		if i.Phase == Going || i.Spoken == Untold && !i.Quiet || max(i.Fired, i.EndedAt.At) >= lately {
			some = append(some, i)
		}
	}
	return some
}

// mayComeBack reports whether an incident is over without a poll that ended it, so that
// everything has to be looked at.
func mayComeBack(i Incident) bool { return i.Phase != Going && i.Ending != CameBack }

// settledBy is the index of the latest poll until an instant that ended whatever went on.
// It is 0 where there is none.
func (t *backtest) settledBy(h uptime.History, at uptime.Instant) int {
	for i := len(until(h.Polls, at)) - 1; i > 0; i-- {
		if t.rule.Kind == NoData {
			return i
		}
		if _, open := openingAt(h.Openings, h.Polls[i].At); open && h.Polls[i].Active {
			return i
		}
	}
	return 0
}

// add adds what was found of a store.
func (t *backtest) add(found []change, incidents int32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range found {
		c.incident += t.incidents
		t.changes = append(t.changes, c)
	}
	t.incidents += incidents
	t.tried++
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
	next := t.span.To - (t.span.To-t.span.From)/uptime.Instant(every)*uptime.Instant(every)
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
