package alerts

import (
	"iter"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A lookout finds the episodes of one kind in a snapshot, of each store once for all rules.
type lookout struct {
	s      *figures.Snapshot
	kind   Kind
	from   uptime.Instant
	stores []int            // where something new may be found
	groups map[string][]int // the same, by group
	isOne  map[int]bool     // the same
	known  map[int][]Episode
	silent []uptime.Span // only of no data
	polls  []uptime.Poll // room for those of one store
}

func newLookout(s *figures.Snapshot, kind Kind, from uptime.Instant) (*lookout, error) {
	l := &lookout{s: s, kind: kind, from: from, groups: map[string][]int{}, isOne: map[int]bool{}, known: map[int][]Episode{}}
	if kind == NoData {
		if err := l.findSilence(); err != nil {
			return nil, err
		}
	}
	for n := range s.Stores {
		candidate := kind == NoData || s.Figures[n][uptime.LastDay].Down > 0 || s.Now[n].State == uptime.Down
		if kind == NoData && s.Stores[n].FirstPollAt.Known {
			episodes, err := l.compute(n, models.OptionalInstant{})
			if err != nil {
				return nil, err
			}
			candidate = len(episodes) > 0
		}
		if candidate {
			l.stores, l.isOne[n] = append(l.stores, n), true
			l.groups[s.Stores[n].Group] = append(l.groups[s.Stores[n].Group], n)
		}
	}
	return l, nil
}

// findSilence finds when the poller was silent. Mostly the polls of few stores show that it
// was not.
func (l *lookout) findSilence() (err error) {
	silences := NewSilences(l.s.Heard(), 2*l.s.PollEvery)
	for n := 0; n < len(l.s.Stores) && silences.Any(); n++ {
		if l.polls, err = l.s.PollsOf(n); err != nil {
			return err
		}
		silences.Hear(l.polls)
	}
	l.silent = silences.Spans()
	return nil
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

// episodes are those of a store for a rule.
func (l *lookout) episodes(n int, r Rule) ([]Episode, error) {
	first := l.s.Stores[n].FirstPollAt
	if l.kind == NoData && r.ActiveFrom.Known && (!first.Known || first.At > r.ActiveFrom.At) {
		return l.compute(n, models.InstantAt(max(l.from, r.ActiveFrom.At)))
	}
	episodes, known := l.known[n]
	if known {
		return episodes, nil
	}
	episodes, err := l.compute(n, models.OptionalInstant{})
	l.known[n] = episodes
	return episodes, err
}

func (l *lookout) compute(n int, never models.OptionalInstant) (_ []Episode, err error) {
	if l.polls, err = l.s.PollsOf(n); err != nil {
		return nil, err
	}
	h := l.s.History(n, l.polls)
	h.Excused = l.s.Excused(n)
	if l.kind == NoData {
		return NoDataEpisodes(h, l.silent, uptime.Near(l.s.PollEvery), never), nil
	}
	return OfflineEpisodes(h, l.from), nil
}
