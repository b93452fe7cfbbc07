package figures

import (
	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A KeptError says that figures were asked for of a time whose polls were deleted
// by retention. Without its polls the time would pass for time without data.
type KeptError struct {
	From  uptime.Instant // polls are kept from here on
	Asked uptime.Span
}

func (e KeptError) Error() string {
	return words.Later("polls from before {time} are no longer kept", "time", utc(e.From)).String()
}

// ForPeople is the error as a page shows it, with what can be asked for instead.
func (e KeptError) ForPeople() words.Message {
	return words.Later("Polls from before {time} are no longer kept, so nothing can be said of {from} to {to}. "+
		"Please ask for a time that begins then or later.", "time", utc(e.From), "from", utc(e.Asked.From), "to", utc(e.Asked.To))
}

func utc(at uptime.Instant) words.Moment {
	return words.Moment{At: at.Time(), Layout: "2 Jan 2006, 15:04 MST"}
}

// checkKept returns a KeptError where the polls of a span are not all kept.
func (s *Snapshot) checkKept(span uptime.Span) error {
	if span.Empty() || !s.KeptFrom.Known || span.From >= s.KeptFrom.At {
		return nil
	}
	return KeptError{From: s.KeptFrom.At, Asked: span}
}

// checkKeptOf is checkKept for store n. One that was first polled after the deleted polls has all
// of its own, also on the local date that began before them.
func (s *Snapshot) checkKeptOf(n int, span uptime.Span) error {
	if s.KnownSince(n) == s.Stores[n].FirstPollAt && s.Stores[n].FirstPollAt.Known {
		return nil
	}
	return s.checkKept(span)
}

// KnownSince is the instant from which on all polls of store n are there: that of
// its first poll or, if it is later, the one from which on polls are kept. There is
// none for a store that was never polled.
func (s *Snapshot) KnownSince(n int) models.OptionalInstant {
	first := s.Stores[n].FirstPollAt
	if !first.Known {
		return first
	}
	return first.Latest(s.KeptFrom)
}

// firstDate is the local date of the first poll of store n or, where polls before
// KnownSince were deleted, the first date of which all polls are kept.
func (s *Snapshot) firstDate(n int) uptime.Date {
	zone, known := s.period.zoneOf(n), s.KnownSince(n)
	since := known.At
	date := zone.date(since)
	if known == s.Stores[n].FirstPollAt {
		return date
	}
	if day, err := spanOfDates(zone.location, date, date); err == nil && day.From < since {
		date++ // the polls of the beginning of this date were deleted
	}
	return date
}
