package uptime

// A Stretch is a time in which the state does not change.
type Stretch struct {
	Span
	State State
}

// A Piece is a stretch, or a part of one, that the polls tell equally well.
type Piece struct {
	Stretch
	Certain bool // between two polls of the opening that both saw the state
	Close   bool // near the poll that speaks for it
}

// Walk visits the open time inside within, in order, cut into stretches by what the polls
// say of it, and by corrections. The stretches are as long as they can be: neighbours
// differ in state, except where the store was closed between them.
//
// Time at or after the as-of instant is not visited: nothing is known of it yet.
func (h History) Walk(within Span, visit func(Stretch)) {
	var s Stretch
	h.Pieces(within, func(p Piece) {
		switch {
		case s.Empty():
			s = p.Stretch
		case p.State == s.State && p.From == s.To:
			s.To = p.To
		default:
			visit(s)
			s = p.Stretch
		}
	})
	if !s.Empty() {
		visit(s)
	}
}

// Pieces visits what Walk visits, cut where the polls tell it less or more well.
func (h History) Pieces(within Span, visit func(Piece)) {
	within.To = min(within.To, h.AsOf)
	if len(h.Excused) > 0 {
		visit = excusing(h.Excused, visit)
	}
	h.pieces(notAfter(h.Polls, h.AsOf), within, visit)
}

func (h History) pieces(polls []Poll, within Span, visit func(Piece)) {
	// Of the polls before within only the last can speak in it, or keep the
	// next from being the first of its opening.
	polls = polls[max(0, firstFrom(polls, within.From)-1):]
	c := cutter{within: within, near: h.Near, visit: visit}
	for _, opening := range h.Openings[firstEndingAfter(h.Openings, within.From):] {
		if opening.From >= within.To {
			return
		}
		polls = polls[firstFrom(polls, opening.From):]
		made := polls[:firstFrom(polls, opening.To)]
		c.cut(opening, made)
	}
}

// A cutter cuts openings into pieces and shows what of them lies within.
type cutter struct {
	within Span
	near   Micros
	visit  func(Piece)
	piece  Piece // that may go on
}

// cut is the evidence rule: polls are those made during the opening.
func (c *cutter) cut(opening Span, polls []Poll) {
	defer c.show()
	if len(polls) == 0 {
		c.add(opening.From, opening.To, Piece{})
		return
	}
	first := polls[0]
	from := max(opening.From, first.At.Add(-Reach))
	near := max(from, first.At.Add(-c.near))
	said := Piece{Stretch: Stretch{State: first.State()}}
	c.add(opening.From, from, Piece{})
	c.add(from, near, said)
	said.Close = true
	c.add(near, first.At, said)
	for i, p := range polls {
		if p.At >= c.within.To {
			break
		}
		next, certain := opening.To, false
		if i+1 < len(polls) {
			next, certain = polls[i+1].At, polls[i+1].Active == p.Active
		}
		c.speak(p, next, certain)
	}
}

// speak adds the time from a poll to the next, or to the end of the opening.
func (c *cutter) speak(p Poll, next Instant, certain bool) {
	said := Piece{Stretch: Stretch{State: p.State()}, Certain: certain, Close: true}
	if near := p.At.Add(c.near); near < next {
		silent := min(next, p.At.Add(Reach))
		c.add(p.At, near, said)
		said.Close = false
		c.add(near, silent, said)
		c.add(silent, next, Piece{})
		return
	}
	c.add(p.At, next, said)
}

// add lets the piece go on, or shows it and begins the next.
func (c *cutter) add(from, to Instant, p Piece) {
	if to <= from {
		return
	}
	p.From, p.To = c.piece.From, c.piece.To
	if p == c.piece && p.To == from {
		c.piece.To = to
		return
	}
	c.show()
	p.Span = Span{from, to}
	c.piece = p
}

// show shows what of the piece lies within, and leaves none.
func (c *cutter) show() {
	p := c.piece
	c.piece = Piece{}
	if p.Span = p.Clip(c.within); !p.Empty() {
		c.visit(p)
	}
}

// excusing cuts time out of the pieces that are visited, and visits it as excused.
func excusing(excused []Span, visit func(Piece)) func(Piece) {
	return func(p Piece) {
		for len(excused) > 0 && excused[0].To <= p.From {
			excused = excused[1:]
		}
		for _, e := range excused {
			if e = e.Clip(p.Span); e.Empty() {
				break
			}
			before := p
			if before.To = e.From; !before.Empty() {
				visit(before)
			}
			visit(Piece{Stretch: Stretch{e, Excused}})
			p.From = e.To
		}
		if !p.Empty() {
			visit(p)
		}
	}
}
