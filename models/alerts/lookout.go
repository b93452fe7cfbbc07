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
	from   uptime.Instant   // since when everything is known
	recent uptime.Instant   // since when something can have changed
	stores []int            // where something new may be found
	groups map[string][]int // the same, by group
	isOne  map[int]bool     // the same
	known  map[int]looked
	silent []uptime.Span // only of no data
	polls  []uptime.Poll // room for those of one store
}

// looked is what was found of a store, and since when that is everything.
type looked struct {
	episodes []Episode
	from     uptime.Instant
}

func newLookout(s *figures.Snapshot, kind Kind, from, recent uptime.Instant) (*lookout, error) {
	l := &lookout{s: s, kind: kind, from: from, recent: recent, groups: map[string][]int{}, isOne: map[int]bool{}, known: map[int]looked{}}
	if kind == NoData {
		if err := l.findSilence(); err != nil {
			return nil, err
		}
	}
	for n := range s.Stores {
		candidate := kind == NoData || s.Figures[n][uptime.LastDay].Down > 0 || s.Now[n].State == uptime.Down
		if kind == NoData && s.Stores[n].FirstPollAt.Known {
			found, err := l.look(n)
			if err != nil {
				return nil, err
			}
			candidate = len(found.episodes) > 0
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
		if l.polls, err = l.s.RecentPolls(l.polls[:0], n, l.from); err != nil {
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
		found = looked{from: l.from}
		found.episodes, err = l.compute(n, models.OptionalInstant{})
		l.known[n] = found
	}
	return found.episodes, found.from, err
}

// look looks at a store once for all rules.
func (l *lookout) look(n int) (found looked, err error) {
	if found, known := l.known[n]; known {
		return found, nil
	}
	found.from = l.from
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
	l.known[n] = found
	return found, err
}

// lookBack looks at recent polls only, and reports whether they tell everything: not where
// what they tell of may have begun before.
func (l *lookout) lookBack(n int) (_ []Episode, enough bool, err error) {
	if l.polls, err = l.s.RecentPolls(l.polls[:0], n, l.recent); err != nil || len(l.polls) == 0 {
		return nil, false, err
	}
	if l.kind == NoData {
		least := uptime.Near(l.s.PollEvery)
		if l.polls[0].At >= l.recent.Add(least) {
			return nil, false, nil
		}
		return NoDataEpisodes(l.history(n), l.silent, least, models.OptionalInstant{}), true, nil
	}
	if opening, open := openingAt(l.s.Openings(n), l.polls[0].At); !l.polls[0].Active && (!open || opening.From < l.recent) {
		return nil, false, nil
	}
	episodes := OfflineEpisodes(l.history(n), l.recent)
	// An episode goes on over times when the store was closed.
	return episodes, len(episodes) == 0 || episodes[0].Began > l.firstActive(n), nil
}

// firstActive is the first of the polls that saw the store active in open time.
func (l *lookout) firstActive(n int) uptime.Instant {
	for _, p := range l.polls {
		if _, open := openingAt(l.s.Openings(n), p.At); open && p.Active {
			return p.At
		}
	}
	return uptime.Forever
}

func (l *lookout) history(n int) uptime.History {
	h := l.s.History(n, l.polls)
	h.Excused = l.s.Excused(n)
	return h
}

func (l *lookout) compute(n int, never models.OptionalInstant) (_ []Episode, err error) {
	if l.polls, err = l.s.PollsOf(n); err != nil {
		return nil, err
	}
	if l.kind == NoData {
		return NoDataEpisodes(l.history(n), l.silent, uptime.Near(l.s.PollEvery), never), nil
	}
	return OfflineEpisodes(l.history(n), l.from), nil
}
