package alerts

import (
	"context"
	"iter"
	"sync"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A lookout finds the episodes of one kind in a snapshot, of each store once for all rules.
type lookout struct {
	s       *figures.Snapshot
	kind    Kind
	from    uptime.Instant   // since when everything is known
	recent  uptime.Instant   // since when something can have changed
	stores  []int            // where something new may be found
	groups  map[string][]int // the same, by group
	isOne   []bool           // the same, by store
	looked  []looked         // by store
	silence [2]silence       // since recent, and since from; only of no data
}

// looked is what was found of a store, and since when that is everything.
type looked struct {
	done     bool
	episodes []Episode
	from     uptime.Instant
}

// newLookout looks at some stores, which it is told of by index.
func newLookout(s *figures.Snapshot, kind Kind, from, recent uptime.Instant, some []bool) *lookout {
	l := &lookout{s: s, kind: kind, from: from, recent: recent, groups: map[string][]int{}, isOne: some, looked: make([]looked, len(s.Stores))}
	for n, candidate := range some {
		if candidate {
			l.stores = append(l.stores, n)
			l.groups[s.Stores[n].Group] = append(l.groups[s.Stores[n].Group], n)
		}
	}
	return l
}

// lookAtAll looks at all stores where something new may be found, on all processors.
func (l *lookout) lookAtAll(ctx context.Context) error {
	return l.s.EachStore(ctx, func(first, last int) error {
		for n := first; n < last; n++ {
			if l.isOne[n] {
				if _, err := l.look(n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// of are the stores of a rule within a reach where something new may be found.
func (l *lookout) of(s *figures.Snapshot, r Rule, within reach.Reach) iter.Seq[int] {
	return func(yield func(int) bool) {
		if r.Scope == entered.OfStore {
			if n, found := s.Find(r.Name); found && l.isOne[n] && within.Has(r.Name, s.Stores[n].Group) {
				yield(n)
			}
			return
		}
		if r.Scope == entered.OfAll && !within.IsAll() {
			l.ofReach(within, yield)
			return
		}
		stores := l.stores
		if r.Scope == entered.OfGroup {
			stores = l.groups[r.Name]
		}
		for _, n := range stores {
			if within.Has(s.Stores[n].Code, s.Stores[n].Group) && !yield(n) {
				return
			}
		}
	}
}

// ofReach visits the stores of a reach without looking at all others.
func (l *lookout) ofReach(within reach.Reach, yield func(int) bool) {
	for _, group := range within.Groups() {
		for _, n := range l.groups[group] {
			if !yield(n) {
				return
			}
		}
	}
	for _, code := range within.Stores() {
		n, found := l.s.Find(code)
		if found && l.isOne[n] && !within.HasGroup(l.s.Stores[n].Group) && !yield(n) {
			return
		}
	}
}

// episodes are those of a store for a rule, and since when these are all. They are looked
// for in all polls if they have to be.
func (l *lookout) episodes(n int, r Rule, all bool) (_ []Episode, from uptime.Instant, err error) {
	first := l.s.Stores[n].FirstPollAt
	if l.kind == NoData && r.ActiveFrom.Known && (!first.Known || first.At > r.ActiveFrom.At) {
		found, err := l.compute(n, models.InstantAt(max(l.from, r.ActiveFrom.At)))
		return found, l.from, err
	}
	found, err := l.look(n)
	if err == nil && all && found.from > l.from {
		found.from = l.from
		found.episodes, err = l.compute(n, models.OptionalInstant{})
		l.looked[n] = found
	}
	return found.episodes, found.from, err
}

// look looks at a store once for all rules.
func (l *lookout) look(n int) (found looked, err error) {
	if l.looked[n].done {
		return l.looked[n], nil
	}
	found = looked{done: true, from: l.from}
	if l.recent > l.from {
		var enough bool
		found.episodes, enough, err = l.lookBack(n)
		if enough && err == nil {
			found.from = l.recent
		}
	}
	if err == nil && found.from == l.from {
		found.episodes, err = l.compute(n, models.OptionalInstant{})
	}
	if err == nil {
		l.looked[n] = found
	}
	return found, err
}

// lookBack looks at recent polls only, and reports whether they tell everything: not where
// what they tell of may have begun before.
func (l *lookout) lookBack(n int) (_ []Episode, enough bool, err error) {
	polls, err := l.s.RecentPolls(nil, n, l.recent)
	if err != nil || len(polls) == 0 {
		return nil, false, err
	}
	if l.kind == NoData {
		least := uptime.Near(l.s.PollEvery)
		if polls[0].At >= l.recent.Add(least) {
			return nil, false, nil
		}
		silent, err := l.silence[0].spans(l.s, l.recent)
		return NoDataEpisodes(l.history(n, polls), silent, least, models.OptionalInstant{}), true, err
	}
	if opening, open := openingAt(l.s.Openings(n), polls[0].At); !polls[0].Active && (!open || opening.From < l.recent) {
		return nil, false, nil
	}
	episodes := OfflineEpisodes(l.history(n, polls), l.recent)
	// An episode goes on over times when the store was closed.
	return episodes, len(episodes) == 0 || episodes[0].Began > l.firstActive(n, polls), nil
}

// firstActive is the first of the polls that saw the store active in open time.
func (l *lookout) firstActive(n int, polls []uptime.Poll) uptime.Instant {
	for _, p := range polls {
		if _, open := openingAt(l.s.Openings(n), p.At); open && p.Active {
			return p.At
		}
	}
	return uptime.Forever
}

func (l *lookout) history(n int, polls []uptime.Poll) uptime.History {
	h := l.s.History(n, polls)
	h.Excused = l.s.Excused(n)
	return h
}

func (l *lookout) compute(n int, never models.OptionalInstant) ([]Episode, error) {
	polls, err := l.s.RecentPolls(nil, n, l.from)
	if err != nil {
		return nil, err
	}
	if l.kind == NoData {
		silent, err := l.silence[1].spans(l.s, l.from)
		return NoDataEpisodes(l.history(n, polls), silent, uptime.Near(l.s.PollEvery), never), err
	}
	return OfflineEpisodes(l.history(n, polls), l.from), nil
}

// A silence is when the poller was silent, which is found when it is asked for.
type silence struct {
	once  sync.Once
	found []uptime.Span
	err   error
}

// spans are those since an instant. Mostly the polls of few stores show that there were none.
func (q *silence) spans(s *figures.Snapshot, from uptime.Instant) ([]uptime.Span, error) {
	q.once.Do(func() {
		// Before the first poll of any store there is nothing to look for.
		first := s.AsOf
		for _, store := range s.Stores {
			if store.FirstPollAt.Known {
				first = min(first, store.FirstPollAt.At)
			}
		}
		first = max(first, from)
		before := NewSilences(uptime.Span{From: from, To: first}, 2*s.PollEvery)
		silences := NewSilences(uptime.Span{From: first, To: s.AsOf}, 2*s.PollEvery)
		var polls []uptime.Poll
		for n := 0; n < len(s.Stores) && silences.Any(); n++ {
			if polls, q.err = s.RecentPolls(polls[:0], n, silences.Spans()[0].From); q.err != nil {
				return
			}
			silences.Hear(polls)
		}
		q.found = append(before.Spans(), silences.Spans()...)
	})
	return q.found, q.err
}
