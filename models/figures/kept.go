package figures

import (
	"fmt"

	"lightson/models/uptime"
)

// A KeptError says that figures were asked for of a time of which the polls are
// no longer kept. Without them it would pass for time without data.
type KeptError struct {
	From  uptime.Instant // the polls are kept from here on
	Asked uptime.Span
}

func (e KeptError) Error() string {
	return fmt.Sprintf("polls from before %s are no longer kept", kept(e.From))
}

// ForPeople says what can be asked for instead.
func (e KeptError) ForPeople() string {
	return fmt.Sprintf("Polls from before %s are no longer kept, so nothing can be said of %s to %s. "+
		"Please ask for a time that begins then or later.", kept(e.From), kept(e.Asked.From), kept(e.Asked.To))
}

func kept(at uptime.Instant) string { return at.Time().Format("2 Jan 2006, 15:04 UTC") }

// keeps reports a KeptError where the polls of a span are not all kept.
func (s *Snapshot) keeps(span uptime.Span) error {
	if span.Empty() || s.KeptFrom == 0 || span.From >= s.KeptFrom {
		return nil
	}
	return KeptError{From: s.KeptFrom, Asked: span}
}

// KnownSince is the instant since which everything is known that is ever to be
// known of store n: that of its first poll or, if that is later, the one from
// which on polls are kept. It is 0 for a store that was never polled.
func (s *Snapshot) KnownSince(n int) uptime.Instant {
	first := s.Stores[n].FirstPollAt
	if first == 0 || s.KeptFrom == 0 {
		return first
	}
	return max(first, s.KeptFrom)
}

// firstDate is the first local date of which everything is known of store n, or
// that of its first poll.
func (s *Snapshot) firstDate(n int) uptime.Date {
	zone, since := s.period.zoneOf(n), s.KnownSince(n)
	date := zone.date(since)
	if since == s.Stores[n].FirstPollAt {
		return date
	}
	if day, err := spanOfDates(zone.location, date, date); err == nil && day.From < since {
		date++ // its polls before that are gone
	}
	return date
}
