package figures

import (
	"cmp"
	"slices"

	"lightson/models/uptime"
)

// An Oddity is a reason why a row of business hours may be a typing mistake.
type Oddity string

const (
	TooShort  Oddity = "too_short" // shorter than 5 minutes
	Duplicate Oddity = "duplicate" // means the same as another row of the day
	Overlap   Oddity = "overlap"   // begins before another row of the day ends
	TooMuch   Oddity = "too_much"  // one of the rows of a day that cover more than 24 hours together
)

const (
	shortOpening = 5 * uptime.Minute
	fullDay      = 24 * uptime.Hour
)

// An OddStore is a store that has odd rows. They are sorted by day and times.
type OddStore struct {
	Store int
	Rows  []OddRow
}

// An OddRow is a row of business hours that may be a mistake. Figures are computed
// from it all the same.
type OddRow struct {
	uptime.Hours
	Length   uptime.Micros // by the clock, which a change of the clocks may make longer or shorter
	Oddities []Oddity
}

// OddRows are the odd rows among those of a store, sorted by day and times. A row
// that ends before it starts ends on the next day, and is not odd for that.
func OddRows(hours []uptime.Hours) []OddRow {
	rows := make([]OddRow, 0, len(hours))
	for _, h := range hours {
		if h.Closed() {
			continue
		}
		start, end := h.Seconds()
		rows = append(rows, OddRow{Hours: h, Length: uptime.Micros(end-start) * uptime.Second})
	}
	slices.SortStableFunc(rows, func(a, b OddRow) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	for first := 0; first < len(rows); {
		last := first
		for last < len(rows) && rows[last].Day == rows[first].Day {
			last++
		}
		findOddities(rows[first:last])
		first = last
	}
	return slices.DeleteFunc(rows, func(r OddRow) bool { return len(r.Oddities) == 0 })
}

// findOddities sets the oddities of the rows of one day. It takes n log n steps: a
// file can have any number of rows for one day.
func findOddities(rows []OddRow) {
	byTime := make([]*OddRow, len(rows))
	for n := range rows {
		byTime[n] = &rows[n]
	}
	slices.SortFunc(byTime, func(a, b *OddRow) int {
		return cmp.Or(cmp.Compare(a.span().From, b.span().From), cmp.Compare(a.span().To, b.span().To))
	})
	covered, until := uptime.Micros(0), uptime.Instant(0) // by the rows before, and the latest end of them
	for first := 0; first < len(byTime); {
		span, last := byTime[first].span(), first
		for last < len(byTime) && byTime[last].span() == span {
			last++
		}
		// Rows are sorted by their begin, so that of those that mean something else
		// the latest end before them and the next begin after them tell.
		overlaps := first > 0 && until > span.From || last < len(byTime) && byTime[last].span().From < span.To
		for _, r := range byTime[first:last] {
			r.add(TooShort, r.Length < shortOpening)
			r.add(Duplicate, last-first > 1)
			r.add(Overlap, overlaps)
		}
		covered += max(0, uptime.Micros(span.To-max(until, span.From)))
		until = max(until, span.To)
		first = last
	}
	for n := range rows {
		rows[n].add(TooMuch, covered > fullDay)
	}
}

func (r *OddRow) add(oddity Oddity, is bool) {
	if is {
		r.Oddities = append(r.Oddities, oddity)
	}
}

// span is the time that the row is open, counted from the midnight of its day.
func (r OddRow) span() uptime.Span {
	start, _ := r.Seconds()
	from := uptime.Instant(start) * uptime.Instant(uptime.Second)
	return uptime.Span{From: from, To: from.Add(r.Length)}
}
