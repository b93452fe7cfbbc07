package uptime

// A Glide is how the last hour, day and week of a line go on while the as-of instant and the
// beginning of each window stay in the pieces of the line that they are in: what comes to a window
// and what it leaves behind are known without a look at the line. The zero Glide goes on for no
// time.
type Glide struct {
	until Instant                // the latest as-of instant for which it is so
	edges [1 + WindowCount]uint8 // the bits of the marks that the as-of instant and the windows' beginnings are in
	goes  bool
}

// Glide is how the windows of the line go on from an as-of instant. Where a window gets or loses
// down time, of which the outages would have to be known, it goes on for no time.
func (l Line) Glide(asOf Instant) Glide {
	g := Glide{until: Forever, goes: true}
	windows := Windows(asOf)
	for n := range g.edges {
		edge := asOf
		if n > 0 {
			edge = windows[n-1].From
		}
		bits, end := l.edge(edge)
		if State(bits&lineStates) == Down {
			return Glide{}
		}
		g.edges[n] = bits
		g.until = min(g.until, end.Add(Micros(asOf-edge)))
	}
	return g
}

// edge are the bits of the piece that an instant is in, and its end.
func (l Line) edge(at Instant) (bits uint8, end Instant) {
	const never = Forever - Instant(Week)
	n := l.holding(at)
	switch {
	case len(l) == 0:
		return uint8(Closed), never
	case l[n].at() > at:
		return uint8(Closed), l[n].at()
	case n+1 == len(l):
		return uint8(l[n] & (1<<lineBits - 1)), never
	default:
		return uint8(l[n] & (1<<lineBits - 1)), l[n+1].at()
	}
}

// Until reports whether the windows go on in this way until an as-of instant.
func (g Glide) Until(asOf Instant) bool { return g.goes && asOf <= g.until }

// Move makes raw figures of the windows those of the windows that end so much later. They go on in
// this way until then.
func (g Glide) Move(figures *[WindowCount]Figures, by Micros) {
	in := g.passed(0, by)
	for n := range figures {
		if g.edges[n+1] != g.edges[0] { // else as much comes as goes
			figures[n].Add(in)
			figures[n].take(g.passed(n+1, by))
		}
	}
}

// passed are the figures of the time that an edge passes over.
func (g Glide) passed(edge int, by Micros) (f Figures) {
	m := lineMark(g.edges[edge])
	if p := (Piece{Stretch: Stretch{Span{0, Instant(by)}, m.state()}, Certain: m&lineCertain != 0, Close: m&lineClose != 0}); p.State != Closed {
		f.sum(p)
	}
	return f
}
