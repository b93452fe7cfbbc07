package alerts

import (
	"sort"

	"lightson/models"
	"lightson/models/uptime"
)

// An Episode is a time in which a store was offline, or nobody polled it, computed from its
// history. What it says of an instant depends on no later poll.
type Episode struct {
	Began   uptime.Instant
	Last    uptime.Instant         // the latest poll that told of it
	EndedAt models.OptionalInstant // none while it goes on
	Ending  Ending
	Cut     bool // it may have begun before what is known of the store
	Never   bool // the store was not polled before

	counted []counted
}

// counted is time that counts toward a rule's After: all of it is known at once at an
// instant, or it grows from that instant on.
type counted struct {
	at     uptime.Instant
	length uptime.Micros
	grows  bool
}

// silentEnd is after how long without a poll an episode ends.
const silentEnd = uptime.Week

// Fires is when the time that counts reached after. Of an episode that goes on it may be
// later than the data: then it fires if nothing comes between.
func (e Episode) Fires(after uptime.Micros) (at uptime.Instant, ok bool) {
	sum := uptime.Micros(0)
	for _, c := range e.counted {
		if sum+c.length >= after {
			if c.grows {
				return c.at.Add(after - sum), true
			}
			return c.at, true
		}
		sum += c.length
	}
	return 0, false
}

// OfflineEpisodes are the times in which a store was offline, in order: from the first poll
// in open time that saw it inactive until the first in open time that saw it active, also
// over times when it was closed. Closely seen down time counts. readFrom is since when all
// polls are given.
func OfflineEpisodes(h uptime.History, readFrom uptime.Instant) (episodes []Episode) {
	var e *Episode
	end := func(at uptime.Instant, why Ending) {
		e.EndedAt, e.Ending = models.InstantAt(at), why
		episodes = append(episodes, *e)
		e = nil
	}
	polls := until(h.Polls, h.AsOf)
	cut := readFrom > uptime.Beginning // until a poll in open time tells what was before
	for i, p := range polls {
		opening, open := openingAt(h.Openings, p.At)
		if !open {
			continue
		}
		if e != nil && e.Last.Add(silentEnd) < p.At {
			end(e.Last.Add(silentEnd), Unknown)
		}
		if p.Active {
			if e != nil {
				end(p.At, CameBack)
			}
			cut = false
			continue
		}
		first := i == 0 || polls[i-1].At < opening.From
		if e == nil {
			e = &Episode{Began: p.At, Cut: cut}
		}
		cut = false
		e.Last = p.At
		e.count(h, p.At, opening, first, nextIn(polls[i+1:], opening.To))
	}
	if e != nil {
		if e.Last.Add(silentEnd) <= h.AsOf {
			end(e.Last.Add(silentEnd), Unknown)
		} else {
			episodes = append(episodes, *e)
		}
	}
	return episodes
}

// count adds the time for which an inactive poll speaks.
func (e *Episode) count(h uptime.History, at uptime.Instant, opening uptime.Span, first bool, next uptime.Instant) {
	none := len(e.counted) == 0
	if first {
		since := uptime.Span{From: max(opening.From, at.Add(-uptime.Reach)), To: at}
		if none && e.Began == at {
			e.Began = firstOutside(h.Excused, since)
		}
		near := uptime.Span{From: max(opening.From, at.Add(-h.Near)), To: at}
		length := uptime.Micros(0)
		outside(h.Excused, near, func(s uptime.Span) { length += s.Length() })
		if length > 0 {
			e.counted = append(e.counted, counted{at: at, length: length})
		}
	}
	outside(h.Excused, uptime.Span{From: at, To: min(next, opening.To, at.Add(h.Near))}, func(s uptime.Span) {
		if len(e.counted) == 0 {
			e.Began = s.From
		}
		e.counted = append(e.counted, counted{at: s.From, length: s.Length(), grows: true})
	})
}

// NoDataEpisodes are the times between polls of a store, in order: open time without a poll
// counts. Time in which the poller was silent does not, see Silences. Only times of at
// least some length between two polls are looked at. never is from when on a store counts
// that was not polled yet.
func NoDataEpisodes(h uptime.History, silent []uptime.Span, least uptime.Micros, never models.OptionalInstant) (episodes []Episode) {
	polls := until(h.Polls, h.AsOf)
	add := func(e Episode, from uptime.Instant, next models.OptionalInstant) {
		to := from.Add(silentEnd)
		if next.Known && next.At <= to {
			to = next.At
			e.EndedAt, e.Ending = next, CameBack
		} else if next.Known || to <= h.AsOf {
			e.EndedAt, e.Ending = models.InstantAt(to), Unknown
		}
		e.gap(h, silent, uptime.Span{From: from, To: to})
		episodes = append(episodes, e)
	}
	if never.Known {
		next := models.OptionalInstant{}
		if len(polls) > 0 {
			next = models.InstantAt(polls[0].At)
		}
		if !next.Known || next.At > never.At {
			add(Episode{Began: never.At, Last: never.At, Never: true}, never.At, next)
		}
	}
	for i, p := range polls {
		next := models.OptionalInstant{}
		if i+1 < len(polls) {
			next = models.InstantAt(polls[i+1].At)
			if next.At < p.At.Add(least) {
				continue
			}
		}
		add(Episode{Began: p.At, Last: p.At}, p.At, next)
	}
	return episodes
}

// gap counts the open time of a span without polls.
func (e *Episode) gap(h uptime.History, silent []uptime.Span, gap uptime.Span) {
	openings := h.Openings[sort.Search(len(h.Openings), func(i int) bool { return h.Openings[i].To > gap.From }):]
	for _, o := range openings {
		if o.From >= gap.To {
			return
		}
		outside(h.Excused, o.Clip(gap), func(s uptime.Span) {
			outside(silent, s, func(s uptime.Span) {
				if e.Never && len(e.counted) == 0 {
					e.Began = s.From
				}
				e.counted = append(e.counted, counted{at: s.From, length: s.Length(), grows: true})
			})
		})
	}
}

// Silences are the times of a span in which no store at all was polled for longer than some
// time. They are found by taking away polls of one store after the other.
type Silences struct {
	longest uptime.Micros
	spans   []uptime.Span
}

// NewSilences takes a whole span for silent, until polls are heard.
func NewSilences(over uptime.Span, longest uptime.Micros) *Silences {
	s := &Silences{longest: longest}
	s.spans = s.keep(nil, over)
	return s
}

// Any reports whether any time is left.
func (s *Silences) Any() bool { return len(s.spans) > 0 }

// Spans are the silent times, in order and apart.
func (s *Silences) Spans() []uptime.Span { return s.spans }

// Hear takes sorted polls away.
func (s *Silences) Hear(polls []uptime.Poll) {
	var left []uptime.Span
	for n, span := range s.spans {
		i := sort.Search(len(polls), func(i int) bool { return polls[i].At > span.From })
		if i == len(polls) || polls[i].At >= span.To {
			if left != nil {
				left = append(left, span)
			}
			continue
		}
		if left == nil {
			left = append(make([]uptime.Span, 0, len(s.spans)+1), s.spans[:n]...)
		}
		for ; i < len(polls) && polls[i].At < span.To; i++ {
			left = s.keep(left, uptime.Span{From: span.From, To: polls[i].At})
			span.From = polls[i].At
		}
		left = s.keep(left, span)
	}
	if left != nil {
		s.spans = left
	}
}

func (s *Silences) keep(spans []uptime.Span, span uptime.Span) []uptime.Span {
	if span.Length() > s.longest {
		return append(spans, span)
	}
	return spans
}

func until(polls []uptime.Poll, asOf uptime.Instant) []uptime.Poll {
	return polls[:sort.Search(len(polls), func(i int) bool { return polls[i].At > asOf })]
}

// nextIn is when the first of the polls was made, if that was before the end of the opening.
func nextIn(polls []uptime.Poll, end uptime.Instant) uptime.Instant {
	if len(polls) > 0 {
		return min(polls[0].At, end)
	}
	return end
}

func openingAt(openings []uptime.Span, at uptime.Instant) (uptime.Span, bool) {
	i := sort.Search(len(openings), func(i int) bool { return openings[i].To > at })
	if i == len(openings) || !openings[i].Contains(at) {
		return uptime.Span{}, false
	}
	return openings[i], true
}

// outside visits the parts of a span that are outside of others, which are in order and apart.
func outside(others []uptime.Span, s uptime.Span, visit func(uptime.Span)) {
	for _, other := range others[sort.Search(len(others), func(i int) bool { return others[i].To > s.From }):] {
		if other.From >= s.To {
			break
		}
		if other.From > s.From {
			visit(uptime.Span{From: s.From, To: other.From})
		}
		s.From = other.To
	}
	if !s.Empty() {
		visit(s)
	}
}

// firstOutside is the first instant of a span outside of others, or its end.
func firstOutside(others []uptime.Span, s uptime.Span) uptime.Instant {
	at, found := s.To, false
	outside(others, s, func(part uptime.Span) {
		if !found {
			at, found = part.From, true
		}
	})
	return at
}
