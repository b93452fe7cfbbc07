package uptime

// A Glide is how the last hour, day and week of a line go on while the as-of instant and the
// beginning of each window stay in the pieces of the line that they are in: what comes to a window
// and what it leaves behind are known without a look at the line. The zero Glide goes on for no
// time.
type Glide struct {
	until Instant               // the latest as-of instant for which it is so
	edges [1 + WindowCount]Edge // the as-of instant and the windows' beginnings
	goes  bool
}

// An Edge is the piece that an instant of a line is in, without where it begins and ends: the bits
// of its mark.
type Edge uint8

// Glide is how the windows of the line go on from an as-of instant: for no time where one of them
// gets or loses down time, because its outages would have to be known.
func (l Line) Glide(asOf Instant) Glide {
	g := Glide{until: Forever, goes: true}
	windows := Windows(asOf)
	for n := range g.edges {
		edge := asOf
		if n > 0 {
			edge = windows[n-1].From
		}
		in, end := l.edge(edge)
		if in.state() == Down {
			return Glide{}
		}
		g.edges[n] = in
		g.until = min(g.until, end.Add(Micros(asOf-edge)))
	}
	return g
}

func (e Edge) state() State { return State(e & lineStates) }

// passed are the figures of time that the edge passes over.
func (e Edge) passed(by Micros) (f Figures) {
	if e.state() != Closed {
		f.sum(Piece{Stretch: Stretch{Span{0, Instant(by)}, e.state()}, Certain: e&lineCertain != 0, Close: e&lineClose != 0})
	}
	return f
}

// edge is the piece that an instant is in, and its end.
func (l Line) edge(at Instant) (in Edge, end Instant) {
	const never = Forever - Instant(Week)
	n := l.holding(at)
	switch {
	case len(l) == 0:
		return Edge(Closed), never
	case l[n].at() > at:
		return Edge(Closed), l[n].at()
	case n+1 == len(l):
		return Edge(l[n] & (1<<lineBits - 1)), never
	default:
		return Edge(l[n] & (1<<lineBits - 1)), l[n+1].at()
	}
}

// Until reports whether the windows go on in this way until an as-of instant.
func (g Glide) Until(asOf Instant) bool { return g.goes && asOf <= g.until }

// Move makes raw figures of the windows those of the windows that end so much later. They go on in
// this way until then.
func (g Glide) Move(figures *[WindowCount]Figures, by Micros) {
	in := g.edges[0].passed(by)
	for n := range figures {
		if left := g.edges[n+1]; left != g.edges[0] { // else as much comes as goes
			figures[n].Add(in)
			figures[n].take(left.passed(by))
		}
	}
}

// AsOf is the piece that the as-of instant is in.
func (g Glide) AsOf() Edge { return g.edges[0] }

// A SpanGlide is a [Glide] of one span that ends before the as-of instant and moves along with it.
type SpanGlide struct {
	by       Micros // for which it is so
	from, to Edge
	goes     bool
}

// Glide is how a span of the line goes on: for no time where it gets or loses down time.
func (l LineParts) Glide(span Span) SpanGlide {
	from, fromEnd := l.edge(span.From)
	to, toEnd := l.edge(span.To)
	if from.state() == Down || to.state() == Down {
		return SpanGlide{}
	}
	return SpanGlide{min(Micros(fromEnd-span.From), Micros(toEnd-span.To)), from, to, true}
}

func (l LineParts) edge(at Instant) (in Edge, end Instant) {
	older := l.end()
	if at >= older || len(l.Older) == 0 {
		return l.Newer.edge(at)
	}
	in, end = l.Older.edge(at)
	return in, min(end, older)
}

// To is the piece that the end of the span is in.
func (g SpanGlide) To() Edge { return g.to }

// Move makes raw figures of the span those of the span that lies so much later, and is how that one
// goes on. It reports false where the line has to tell it.
func (g SpanGlide) Move(figures *Figures, by Micros) (next SpanGlide, moved bool) {
	if !g.goes || by > g.by {
		return SpanGlide{}, false
	}
	if g.from != g.to {
		figures.Add(g.to.passed(by))
		figures.take(g.from.passed(by))
	}
	g.by -= by
	return g, true
}
