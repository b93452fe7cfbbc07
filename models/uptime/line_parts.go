package uptime

import "sort"

// LineParts are one line in two parts: the newer one is shared with somebody who needs no
// more. The older one ends where the newer one begins; where that is empty, it is the line.
type LineParts struct{ Older, Newer Line }

// Before are the marks of a line before those of another one of the same store: its older
// part. It shares their memory.
func (l Line) Before(newer Line) Line {
	if len(newer) == 0 {
		return l
	}
	return l[:sort.Search(len(l), func(i int) bool { return l[i].at() >= newer[0].at() })]
}

// BeginsAs reports whether two lines begin at the same instant, so that one may take the place
// of the other as a newer part.
func (l Line) BeginsAs(other Line) bool {
	return len(l) > 0 && len(other) > 0 && l[0].at() == other[0].at()
}

// Append appends the line to dst, in one part.
func (l LineParts) Append(dst Line) Line { return append(append(dst, l.Older...), l.Newer...) }

// end is where the last mark of the older part ends, unless it is of closed time.
func (l LineParts) end() Instant {
	if len(l.Newer) == 0 {
		return Forever
	}
	return l.Newer[0].at()
}

// Pieces visits the pieces as [Line.Pieces] does.
func (l LineParts) Pieces(asOf Instant, within Span, visit func(Piece)) {
	within.To = min(within.To, asOf)
	l.Older.visit(l.end(), within, visit)
	l.Newer.visit(Forever, within, visit)
}

// Measure measures windows as [Line.Measure] does.
func (l LineParts) Measure(asOf Instant, excused, windows []Span, into []Figures) {
	into = into[:len(windows)]
	clear(into)
	if len(excused) > 0 {
		var o outageRun
		l.Pieces(asOf, hull(windows), excusing(excused, func(p Piece) { o.count(p, windows, into) }))
		return
	}
	end := l.end()
	for n, window := range windows {
		m := lineMeasure{window: Span{window.From, min(window.To, asOf)}, into: &into[n]}
		if window.From < end {
			m.add(l.Older, end)
		}
		m.add(l.Newer, Forever)
	}
}
