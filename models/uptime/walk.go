package uptime

// A Stretch is a time in which the state does not change.
type Stretch struct {
	Span
	State State
}

// Walk visits the open time inside within, in order, cut into stretches by
// what the polls say of it. The stretches are as long as they can be:
// neighbours differ in state, except where the store was closed between them.
//
// Time at or after asOf is not visited: nothing is known of it yet.
func Walk(openings []Span, polls []Poll, asOf Instant, within Span, visit func(Stretch)) {
	within.To = min(within.To, asOf)
	walk(openings, notAfter(polls, asOf), within, visit)
}

func walk(openings []Span, polls []Poll, within Span, visit func(Stretch)) {
	// Of the polls before within only the last can speak in it, or keep the
	// next from being the first of its opening.
	polls = polls[max(0, firstFrom(polls, within.From)-1):]
	for _, opening := range openings[firstEndingAfter(openings, within.From):] {
		if opening.From >= within.To {
			return
		}
		polls = polls[firstFrom(polls, opening.From):]
		made := polls[:firstFrom(polls, opening.To)]
		cutter{within, visit}.cut(opening, made)
	}
}

// A cutter cuts openings into stretches and shows what of them lies within.
type cutter struct {
	within Span
	visit  func(Stretch)
}

// cut is the evidence rule: polls are those made during the opening.
func (c cutter) cut(opening Span, polls []Poll) {
	if len(polls) == 0 {
		c.show(opening.From, opening.To, NoData)
		return
	}
	from := max(opening.From, polls[0].At.Add(-Reach))
	state := polls[0].State()
	c.show(opening.From, from, NoData)
	for i, p := range polls {
		if p.At >= c.within.To {
			break
		}
		if s := p.State(); s != state {
			c.show(from, p.At, state)
			from, state = p.At, s
		}
		next := opening.To
		if i+1 < len(polls) {
			next = polls[i+1].At
		}
		if silent := p.At.Add(Reach); silent < next {
			c.show(from, silent, state)
			c.show(silent, next, NoData)
			from = next
		}
	}
	c.show(from, opening.To, state)
}

func (c cutter) show(from, to Instant, state State) {
	if s := (Span{from, to}).Clip(c.within); !s.Empty() {
		c.visit(Stretch{s, state})
	}
}
