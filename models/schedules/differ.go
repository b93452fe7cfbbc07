package schedules

import "lightson/models/uptime"

// A Side is one of two ways in which a store's openings may be known.
type Side struct {
	Zone     *uptime.Zone
	Calendar uptime.Calendar
}

// Differ says of each date from first to last, of the zone of b, whether the store is
// open at other times by b than by a. An opening that goes on after midnight counts on
// both days.
func Differ(a, b Side, first, last uptime.Date) []bool {
	if last < first {
		return nil
	}
	over := uptime.Span{From: b.Zone.Instant(first, 0), To: b.Zone.Instant(last+1, 0)}
	ofA, ofB := uptime.Openings(a.Zone, a.Calendar, over), uptime.Openings(b.Zone, b.Calendar, over)
	days := make([]bool, last-first+1)
	day := uptime.Span{To: over.From}
	for n := range days {
		day = uptime.Span{From: day.To, To: b.Zone.Instant(first+uptime.Date(n)+1, 0)}
		ofA, ofB = endingAfter(ofA, day.From), endingAfter(ofB, day.From)
		days[n] = !equalWithin(ofA, ofB, day)
	}
	return days
}

// endingAfter leaves out the spans at the start that have ended by an instant.
func endingAfter(spans []uptime.Span, at uptime.Instant) []uptime.Span {
	for len(spans) > 0 && spans[0].To <= at {
		spans = spans[1:]
	}
	return spans
}

// equalWithin reports whether the parts of two lists of spans within a day are the same.
// Neither list has spans that end before it.
func equalWithin(a, b []uptime.Span, day uptime.Span) bool {
	for {
		moreA, moreB := len(a) > 0 && a[0].From < day.To, len(b) > 0 && b[0].From < day.To
		if !moreA || !moreB {
			return moreA == moreB
		}
		if max(a[0].From, day.From) != max(b[0].From, day.From) || min(a[0].To, day.To) != min(b[0].To, day.To) {
			return false
		}
		a, b = a[1:], b[1:]
	}
}
