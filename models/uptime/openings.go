package uptime

import (
	"cmp"
	"slices"
)

// lookaround is how many days around the asked stretch hours are laid out: enough to see
// the whole of an opening that has an end, and a span that began on the date before the
// first.
//
// A week's pattern that closes at all closes at least once a week. That one gap can vanish
// where clocks are put forward, but not twice in a row. So an opening that fills all these
// days has no end as long as the pattern stays the same.
const lookaround = 21

// Openings are the times at which a store with this calendar is open, merged and in
// order: every opening that meets over, each whole, with its true ends even where they
// lie outside. A store that never closed is open from Beginning, one that never will until
// Forever. One of closed days alone has no openings.
func Openings(z *Zone, c Calendar, over Span) []Span {
	if c.AlwaysOpen() {
		return []Span{Always}
	}
	first, last := (over.From.utcDate() - lookaround).monday(), over.To.utcDate()+lookaround
	openings := merge(layOut(z, c, first, last))
	from := firstEndingAfter(openings, over.From)
	to := from
	for to < len(openings) && openings[to].From < over.To {
		to++
	}
	// A copy, because callers keep openings and weeks of them were laid out.
	openings = slices.Clone(openings[from:to])
	if n := len(openings); n > 0 {
		openings[0].From = trueStart(z, c, openings[0].From, first)
		openings[n-1].To = trueEnd(z, c, openings[n-1].To, last)
	}
	return openings
}

// trueStart is the start of an opening of which openings laid out from the date first on
// have only the rest, and its start there.
func trueStart(z *Zone, c Calendar, start Instant, first Date) Instant {
	for start <= z.Instant(first+1, 0) {
		change, some := c.changeBefore(first + lookaround)
		if !some {
			return Beginning
		}
		earlier := min(first, change) - lookaround
		// Between the change and first, the pattern has no gap: a part of it will do.
		part := merge(layOut(z, c, earlier, min(first+1, change+lookaround)))
		start, first = part[len(part)-1].From, earlier
	}
	return start
}

// trueEnd is the end of an opening of which openings laid out until the date last have
// only the beginning, and its end there.
func trueEnd(z *Zone, c Calendar, end Instant, last Date) Instant {
	for end >= z.Instant(last+1, 0) {
		change, some := c.changeAfter(last - lookaround)
		if !some {
			return Forever
		}
		later := max(last, change) + lookaround
		part := merge(layOut(z, c, max(last-1, change-lookaround), later))
		end, last = part[0].To, later
	}
	return end
}

// layOut gives the span of every row on every date from first to last, unmerged and
// nearly in order.
func layOut(z *Zone, c Calendar, first, last Date) []Span {
	if first < z.first || last+2 >= z.last { // far from what the zone was prepared for
		z = NewZone(z.loc, Span{z.Instant(first, 0), z.Instant(last, 0)})
	}
	next := c.scheduleAfter(first)
	var days week
	if next > 0 {
		days = newWeek(c.Schedules[next-1].Hours)
	} else {
		days = newWeek(nil)
	}
	special := c.Special[c.specialFrom(first):]
	spans := make([]Span, 0, int(last-first+1)*max(1, days.rows()/7+1))
	for date := first; date <= last; date++ {
		if next < len(c.Schedules) && c.Schedules[next].From == date {
			days = newWeek(c.Schedules[next].Hours)
			next++
		}
		rows := days[date.Weekday()]
		if len(special) > 0 && special[0].Date == date {
			rows, special = special[0].Hours, special[1:]
		}
		for _, h := range rows {
			if h.Closed() {
				continue
			}
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

// A week is weekly hours by day of the week.
type week [7][]Hours

// newWeek is the week of some hours. Without any, the store is always open.
func newWeek(hours []Hours) (w week) {
	if len(hours) == 0 {
		for day := range w {
			w[day] = []Hours{{Day: day}} // equal times are 24 hours
		}
		return w
	}
	// A day's rows in order give spans nearly in order: a dozen rows are
	// sorted here, so that a hundred spans need not be.
	hours = slices.Clone(hours)
	slices.SortFunc(hours, func(a, b Hours) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start)) })
	for first := 0; first < len(hours); {
		last := first
		for last < len(hours) && hours[last].Day == hours[first].Day {
			last++
		}
		w[hours[first].Day] = hours[first:last]
		first = last
	}
	return w
}

// rows is how many rows the week has.
func (w week) rows() (count int) {
	for _, day := range w {
		count += len(day)
	}
	return count
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
