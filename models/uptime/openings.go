package uptime

import (
	"cmp"
	"slices"
)

// A week's pattern that closes at all closes at least once a week. That one
// gap can vanish where clocks are put forward, but not twice in a row: an
// opening of more than 15 days has no gap to wait for.
const longest = 15 * Day

// lookaround is how many days around the asked stretch hours are laid out:
// enough to see the whole of the longest opening, and a span that began on
// the date before the first.
const lookaround = 21

// Openings are the times at which a store with these hours is open, merged
// and in order: every opening that meets over, each whole, with its true
// ends even where they lie outside. A store without hours, or with hours
// that leave no gap, is open from Beginning to Forever. One of closed days alone has none.
func Openings(z *Zone, hours []Hours, over Span) []Span {
	if len(hours) == 0 {
		return []Span{Always}
	}
	openings := merge(layOut(z, hours, over))
	first := firstEndingAfter(openings, over.From)
	last := first
	for last < len(openings) && openings[last].From < over.To {
		last++
	}
	// A copy, because callers keep openings and weeks of them were laid out.
	openings = slices.Clone(openings[first:last])
	if n := len(openings); n > 0 {
		openings[0].From = orBeginning(openings[0].From, over)
		openings[n-1].To = orForever(openings[n-1].To, over)
	}
	return openings
}

// layOut gives the span of every row on every date around over, unmerged.
func layOut(z *Zone, hours []Hours, over Span) []Span {
	from := (over.From.utcDate() - lookaround).monday()
	to := over.To.utcDate() + lookaround
	weeks := int(to-from)/7 + 1
	// A week's rows in order give spans nearly in order: a dozen rows are
	// sorted here, so that a hundred spans need not be.
	hours = slices.Clone(hours)
	slices.SortFunc(hours, func(a, b Hours) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start)) })
	spans := make([]Span, 0, weeks*len(hours))
	for monday := from; monday <= to; monday += 7 {
		for _, h := range hours {
			if h.Closed() {
				continue
			}
			date := monday + Date(h.Day)
			start, end := h.Seconds()
			// Each end by itself: this is what makes a night shorter or
			// longer when the clocks change.
			s := Span{From: z.Instant(date, start), To: z.Instant(date, end)}
			// A start moved out of a gap can pass an end just after it
			// (02:30–03:00, with no 02:30 that day): never open then.
			if !s.Empty() {
				spans = append(spans, s)
			}
		}
	}
	return spans
}

// merge joins overlapping and touching spans, in place.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.From <= merged[n-1].To {
			merged[n-1].To = max(merged[n-1].To, s.To)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

func orBeginning(from Instant, over Span) Instant {
	if from <= over.From.Add(-longest) {
		return Beginning
	}
	return from
}

func orForever(to Instant, over Span) Instant {
	if to >= over.To.Add(longest) {
		return Forever
	}
	return to
}
