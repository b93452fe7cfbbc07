package uptime

import "sort"

// A Line is what the polls of one store say of some time, packed: where each [Piece] begins,
// and what it is. It is told as if no further poll came, and reaches beyond the as-of instant
// as far as its maker asked. So while the store is not polled again it stays true as the
// as-of instant moves on, and figures are measured from it without unpacking a poll.
//
// A line is raw: corrections are given when it is measured. It must not be changed.
type Line []lineMark

// A lineMark is the beginning of a piece, or of time at which the store is closed. It lasts
// until the next one; the last mark of a line is of closed time.
//
//	bits 0–1  state: no data, up, down or closed
//	bit 2     Certain
//	bit 3     Close
//	bits 4–63 the instant
type lineMark int64

const (
	lineStates  = 3
	lineCertain = 1 << 2
	lineClose   = 1 << 3
	lineBits    = 4
)

func newLineMark(at Instant, p Piece) lineMark {
	m := lineMark(at)<<lineBits | lineMark(p.State)
	if p.Certain {
		m |= lineCertain
	}
	if p.Close {
		m |= lineClose
	}
	return m
}

func (m lineMark) at() Instant  { return Instant(m >> lineBits) }
func (m lineMark) state() State { return State(m & lineStates) }

// AppendLine appends the line of the time inside within to dst. Of the polls, those until the
// as-of instant count; the time may reach beyond it.
func (h History) AppendLine(dst Line, within Span) Line {
	closed := Piece{Stretch: Stretch{State: Closed}}
	end, some := within.From, false
	h.pieces(notAfter(h.Polls, h.AsOf), within, func(p Piece) {
		if some && end < p.From {
			dst = append(dst, newLineMark(end, closed))
		}
		dst = append(dst, newLineMark(p.From, p))
		end, some = p.To, true
	})
	if some {
		dst = append(dst, newLineMark(end, closed))
	}
	return dst
}

// holding is the index of the mark whose time holds an instant; that of the first one for an
// instant before the line.
func (l Line) holding(at Instant) int {
	n, m := 0, len(l)
	for n < m {
		if i := int(uint(n+m) >> 1); l[i].at() > at {
			m = i
		} else {
			n = i + 1
		}
	}
	return max(0, n-1)
}

// piece is the time of mark n, which lasts until end where it is the last one.
func (l Line) piece(n int, end Instant) Piece {
	m := l[n]
	if n+1 < len(l) {
		end = l[n+1].at()
	}
	return Piece{Stretch: Stretch{Span{m.at(), end}, m.state()}, Certain: m&lineCertain != 0, Close: m&lineClose != 0}
}

// Pieces visits the pieces inside within until the as-of instant, in order, as
// [History.Pieces] does.
func (l Line) Pieces(asOf Instant, within Span, visit func(Piece)) {
	within.To = min(within.To, asOf)
	l.visit(Forever, within, visit)
}

func (l Line) visit(end Instant, within Span, visit func(Piece)) {
	for n := l.holding(within.From); n < len(l); n++ {
		p := l.piece(n, end)
		if p.From >= within.To {
			return
		}
		if p.Span = p.Clip(within); p.State != Closed && !p.Empty() {
			visit(p)
		}
	}
}

// Measure writes the figures of windows[i] into into[i], whatever was there, as
// [History.Measure] does of a history as of the same instant. The windows lie within the
// time of the line. Excused is the time inside corrections, in order and apart; none for raw
// figures.
func (l Line) Measure(asOf Instant, excused, windows []Span, into []Figures) {
	LineParts{Newer: l}.Measure(asOf, excused, windows, into)
}

// A lineMeasure adds up one window of a line, whose parts follow each other. Millions are measured
// at each refresh, so that pieces are not visited by calls of a function.
type lineMeasure struct {
	window Span
	into   *Figures
	outage outageRun // inside the window
}

// add adds a part of the line, whose last mark lasts until end.
func (m *lineMeasure) add(l Line, end Instant) {
	for n := l.holding(m.window.From); n < len(l) && l[n].at() < m.window.To; n++ {
		p := l.piece(n, end)
		p.From, p.To = max(p.From, m.window.From), min(p.To, m.window.To)
		if p.State != Closed && !p.Empty() {
			m.outage.next(p)
			m.into.count(p, m.outage.From)
		}
	}
}

// Slide measures windows as [Line.Measure] does, given the figures of earlier windows of the same
// line that ended at an earlier as-of instant. Of each it looks only at what the window left
// behind and at what it came to, unless one of these has outages.
func (l Line) Slide(asOf Instant, earlier []Span, was []Figures, windows []Span, into []Figures) {
	var known Span // what in came to, which is often the same for all
	var in Figures
	for n, window := range windows {
		before := earlier[n]
		if window.From < before.From || window.To < before.To {
			l.Measure(asOf, nil, windows[n:n+1], into[n:n+1])
			continue
		}
		if came := (Span{before.To, window.To}); n == 0 || came != known {
			known, in = came, l.measured(asOf, came)
		}
		left := l.measured(asOf, Span{before.From, window.From})
		if left.Down > 0 || in.Down > 0 {
			l.Measure(asOf, nil, windows[n:n+1], into[n:n+1])
			continue
		}
		into[n] = was[n]
		into[n].Add(in)
		into[n].take(left)
	}
}

// measured are the figures of one window.
func (l Line) measured(asOf Instant, window Span) (f Figures) {
	m := lineMeasure{window: Span{window.From, min(window.To, asOf)}, into: &f}
	m.add(l, Forever)
	return f
}

// Now is what [History.Now] says of a store that is open at the as-of instant, given its opening
// then and its last poll. It reports false where the state may have begun before the line does.
func (l Line) Now(asOf Instant, opening Span, last Poll) (c Current, known bool) {
	n := l.holding(asOf)
	if n+1 >= len(l) || l[n].at() > asOf {
		return c, false
	}
	state := l[n].state()
	for n > 0 && l[n-1].state() == state {
		n--
	}
	if n == 0 || state == Closed {
		return c, false
	}
	c = newCurrent(state, l[n].at(), opening.To)
	if last.At >= opening.From {
		c.Seen, c.SeenKnown = last.At, true
	}
	return c, true
}

// JoinAt is the line that is l until an instant, from which on it is next, without what was
// before from. Both are of one store.
func (l Line) JoinAt(at Instant, next Line, from Instant) Line {
	first, last := l.holding(from), sort.Search(len(l), func(i int) bool { return l[i].at() >= at })
	n := sort.Search(len(next), func(i int) bool { return next[i].at() > at }) // what follows the mark that holds at
	joined := make(Line, 0, max(0, last-first)+len(next)-n+1)
	if first < last {
		joined = append(joined, l[first:last]...)
	}
	held := newLineMark(at, Piece{Stretch: Stretch{State: Closed}})
	if n > 0 {
		held = newLineMark(at, Piece{}) | next[n-1]&(1<<lineBits-1)
	}
	if len(joined) == 0 || joined[len(joined)-1]&(1<<lineBits-1) != held&(1<<lineBits-1) {
		joined = append(joined, held)
	}
	return append(joined, next[n:]...)
}
