package history

import (
	"slices"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A sum is the figures of a part by date, as far as they were measured.
type sum struct {
	segments []segment // apart, in the order in which they were measured
}

// A segment is the figures of some dates that were measured together.
type segment struct {
	first uptime.Date
	days  []uptime.Figures
	watch
}

// A watch says whether what was measured is still right.
type watch struct {
	silent  []silence      // what later polls can still change
	version int64          // of the data that silent was last compared with
	asOf    uptime.Instant // and of when these are
}

// A silence is the time in which a store that is open was not polled, at the end of what was
// measured.
type silence struct {
	store int32          // its id
	from  uptime.Instant // no poll was made from here on, until recently
	in    uptime.Span    // the opening
	next  uptime.Poll    // that ended it
	ended bool           // whether it did
}

// on are the figures of a date, if they were measured.
func (s *sum) on(date uptime.Date) (f uptime.Figures, some bool) {
	if s == nil {
		return f, false
	}
	for _, g := range s.segments {
		if g.first <= date && date < g.first+uptime.Date(len(g.days)) {
			return g.days[date-g.first], true
		}
	}
	return f, false
}

// missing are the newest dates between two that were not measured, at most so many.
func (s *sum) missing(first, last uptime.Date, most int) (from, to uptime.Date, some bool) {
	for to = last; to >= first; to-- {
		if _, has := s.on(to); !has {
			some = true
			break
		}
	}
	for from = to; some && from > first && int(to-from)+1 < most; from-- {
		if _, has := s.on(from - 1); has {
			break
		}
	}
	return from, to, some
}

// sumOf is what is kept of a part and still right for a base; nil where there is nothing.
func (h *History) sumOf(k key, b *base) *sum {
	s, some := h.sums[k]
	if !some {
		if s, some = h.loose.Get(k); !some {
			return nil
		}
	}
	s.segments = slices.DeleteFunc(s.segments, func(g segment) bool {
		return g.first+uptime.Date(len(g.days)) <= b.latest-figures.TrendDays-keptDates
	})
	for n := range s.segments {
		if g := &s.segments[n]; !g.stillRight(b) {
			g.days = nil
		}
	}
	s.segments = slices.DeleteFunc(s.segments, func(g segment) bool { return len(g.days) == 0 })
	return s
}

// stillRight reports whether no poll that was made since changes what was measured.
func (g *watch) stillRight(b *base) bool {
	if len(g.silent) == 0 || g.version == b.version {
		return true
	}
	was, _ := polls.Split(g.asOf)
	is, _ := polls.Split(b.of.AsOf)
	if is < was || is > was+1 {
		return false // there is a time between that neither of the two snapshots has seen as recent
	}
	for _, quiet := range g.silent {
		n, found := b.indexOf(quiet.store)
		if !found || !quiet.same(b.of, n) {
			return false
		}
	}
	g.version, g.asOf = b.version, b.of.AsOf
	return true
}

// same reports whether a silence of store n is as it was.
func (q silence) same(s *figures.Snapshot, n int) bool {
	recent, err := s.RecentPolls(nil, n, s.Heard().From)
	if err != nil {
		return false
	}
	next, ended := q.firstOf(recent, s.AsOf)
	return ended == q.ended && next == q.next
}

// firstOf is the first of some polls that ends the silence.
func (q silence) firstOf(polls []uptime.Poll, asOf uptime.Instant) (next uptime.Poll, ended bool) {
	for _, p := range polls {
		if p.At >= q.from && p.At <= asOf && q.in.Contains(p.At) {
			return p, true
		}
	}
	return next, false
}

// newSilence reports whether polls that are to come may change the figures of a store in the
// time that was measured, given what is known of it.
func newSilence(store int32, h uptime.History, within uptime.Span) (q silence, some bool) {
	day, _ := polls.Split(within.To.Add(uptime.Reach))
	q = silence{store: store, from: polls.InstantOf(day+1, 0)}
	read, _ := slices.BinarySearchFunc(h.Polls, q.from, func(p uptime.Poll, at uptime.Instant) int {
		if p.At < at {
			return -1
		}
		return 1
	})
	later := h.Polls[read:]
	h.Polls = h.Polls[:read]
	if q.in, some = h.NeedsLater(within); !some {
		return q, false
	}
	q.next, q.ended = q.firstOf(later, h.AsOf)
	ended, _ := polls.Split(q.next.At)
	recent, _ := polls.Split(h.AsOf.Add(-models.RecentPolls))
	return q, !q.ended || ended > recent // others change with the mark of older polls
}
