package figures

import (
	"sort"

	"lightson/models"
	"lightson/models/uptime"
)

// A Silence is the time since a store was polled last, until the as-of instant.
type Silence struct {
	Store      int
	LastPollAt models.OptionalInstant // none where it is older than what the snapshot reads
	For        uptime.Micros          // a minimum where there is no LastPollAt

	Since models.OptionalInstant // when the store first opened in it, if it did
	Open  uptime.Micros          // how much of it the store was open
}

// silenceOf is the silence of a store at the end of a span of which polls has all
// polls of the store. It may have older ones as well.
func silenceOf(n int, openings []uptime.Span, polls []uptime.Poll, within uptime.Span) Silence {
	s := Silence{Store: n}
	after := sort.Search(len(polls), func(k int) bool { return polls[k].At > within.To })
	silent := within
	if after > 0 && polls[after-1].At >= within.From {
		s.LastPollAt = models.InstantAt(polls[after-1].At)
		silent.From = s.LastPollAt.At
	}
	s.For = silent.Length()
	for _, opening := range openings {
		open := opening.Clip(silent)
		if open.Empty() {
			continue
		}
		s.Since = s.Since.Or(models.InstantAt(open.From))
		s.Open += open.Length()
	}
	return s
}

// LongestSilence is the highest threshold for SilentFor. A snapshot has all polls
// of a longer time, so a store that was silent for longer is always found.
const LongestSilence = uptime.Week

// SilentFor are the silences that are longer than a threshold.
func (q *Quality) SilentFor(threshold uptime.Micros) []Silence {
	var silences []Silence
	for _, s := range q.Silences {
		if s.For > threshold {
			silences = append(silences, s)
		}
	}
	return silences
}

// OutsidePolls is how many of a store's polls were made while it was closed. Those
// speak for nothing.
type OutsidePolls struct {
	Store          int
	Polls, Outside int
}

// countOutside counts the polls of a span, including those exactly at its end.
func countOutside(n int, openings []uptime.Span, polls []uptime.Poll, within uptime.Span) OutsidePolls {
	o := OutsidePolls{Store: n}
	for _, p := range polls {
		if p.At < within.From || p.At > within.To {
			continue
		}
		for len(openings) > 0 && openings[0].To <= p.At {
			openings = openings[1:]
		}
		o.Polls++
		if len(openings) == 0 || !openings[0].Contains(p.At) {
			o.Outside++
		}
	}
	return o
}

// Percent is the share of the polls that were made while the store was closed,
// without the sign, with two decimals.
func (o OutsidePolls) Percent() string {
	return uptime.Percent(uptime.Micros(o.Outside), uptime.Micros(o.Polls-o.Outside))
}
