package figures

import (
	"sort"

	"lightson/models/uptime"
)

// A Silence is the time since a store was polled last, until the as-of instant.
type Silence struct {
	Store      int
	LastPollAt uptime.Instant // 0 where that was before what the snapshot reads
	For        uptime.Micros  // at least, where LastPollAt is not known

	// What was open of it, and since when: that is time that nobody looked at.
	// Since is 0 where the store was closed all the time.
	Since uptime.Instant
	Open  uptime.Micros
}

// silenceOf is how long a store was silent before the end of a time of which all
// its polls are there. An older one may be there as well.
func silenceOf(n int, openings []uptime.Span, polls []uptime.Poll, heard uptime.Span) Silence {
	s := Silence{Store: n}
	after := sort.Search(len(polls), func(k int) bool { return polls[k].At > heard.To })
	silent := heard
	if after > 0 && polls[after-1].At >= heard.From {
		s.LastPollAt = polls[after-1].At
		silent.From = s.LastPollAt
	}
	s.For = silent.Length()
	for _, opening := range openings {
		open := opening.Clip(silent)
		if open.Empty() {
			continue
		}
		if s.Since == 0 {
			s.Since = open.From
		}
		s.Open += open.Length()
	}
	return s
}

// LongestSilence is the longest time that stores can be asked to have been silent
// for: a snapshot has all polls of it, and some more.
const LongestSilence = uptime.Week

// SilentFor are the silences of more than some time.
func (q *Quality) SilentFor(long uptime.Micros) []Silence {
	var silences []Silence
	for _, s := range q.Silences {
		if s.For > long {
			silences = append(silences, s)
		}
	}
	return silences
}

// OutsidePolls is how many polls of a store were made while it was closed. They
// count for nothing.
type OutsidePolls struct {
	Store          int
	Polls, Outside int
}

// outsideOf counts the polls of a time, those at its end as well.
func outsideOf(n int, openings []uptime.Span, polls []uptime.Poll, within uptime.Span) OutsidePolls {
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

// Percent is the share of the polls that were made while the store was closed.
func (o OutsidePolls) Percent() string {
	return uptime.Percent(uptime.Micros(o.Outside), uptime.Micros(o.Polls-o.Outside))
}
