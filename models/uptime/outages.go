package uptime

// An Outage is a maximal run of down time inside one opening, as far as it lies in the
// time asked about.
type Outage struct {
	Span
	// Least is how much of it lies between polls that saw the store inactive. Most is
	// the longest that the polls allow, from the last poll before it that saw the store
	// active. The state changed at most once between two polls.
	Least, Most Micros
	// Ended says what came after it.
	Ended End
	// Seen is when the store was first seen inactive in the outage, also where that is
	// before the time asked about. An outage that ends in a correction may have none.
	Seen      Instant
	SeenKnown bool
}

// An End is what ended an outage.
type End uint8

// What can end an outage.
const (
	GoesOn    End = iota // as far as is known, it goes on
	CameBack             // the store was seen active
	AtClose              // the store closed
	Unseen               // no poll speaks for the time after it
	Corrected            // a correction excuses the time after it
)

func (e End) String() string {
	return [...]string{GoesOn: "goes on", CameBack: "back up", AtClose: "closed", Unseen: "no data", Corrected: "excused"}[e]
}

// Outages are the outages within, in order and cut to it.
func (h History) Outages(within Span) []Outage { return h.OutagesIn(within, within) }

// OutagesIn are the outages in a part of within, cut to the part, for callers that go
// through a time that is too long to be walked at once. Where one goes on at the end of
// its part, the next part begins with the rest of it; [Outage.Then] puts the two together.
//
// Each part needs the polls that a walk of a [Tally] needs, and has the older poll and the
// openings that it has. An outage that began long before within has a Seen that is that of
// the polls that are given.
func (h History) OutagesIn(part, within Span) []Outage {
	h.Polls = notAfter(h.Polls, h.AsOf)
	if part.To = min(part.To, h.AsOf); part.Empty() {
		return nil
	}
	// From the beginning of the opening on, to see the beginning of the first outage, and
	// until just after the part, to see whether the last goes on.
	whole := Span{part.From, part.To + 1}
	if i := firstEndingAfter(h.Openings, part.From); i < len(h.Openings) {
		whole.From = min(whole.From, h.Openings[i].From)
	}
	var outages []Outage
	add := func(o Outage) {
		if !o.Clip(part).Empty() {
			h.explain(&o, part, within)
			outages = append(outages, o)
		}
	}
	var o Outage
	beyond := h
	beyond.AsOf++ // the polls are those until the as-of instant, which is shown as well
	beyond.Pieces(whole, func(p Piece) {
		if p.State != Down {
			return
		}
		if o.Empty() || o.To != p.From {
			add(o)
			o = Outage{Span: p.Span}
		}
		o.To = p.To
		if p.Certain {
			o.Least += p.Clip(part).Length()
		}
	})
	add(o)
	return outages
}

// Then is the outage of which o is the first part and next the rest.
func (o Outage) Then(next Outage) Outage {
	o.To, o.Ended = next.To, next.Ended
	o.Least += next.Least
	o.Most += next.Most
	if !o.SeenKnown {
		o.Seen, o.SeenKnown = next.Seen, next.SeenKnown
	}
	return o
}

// explain completes an outage in a part, of which the whole span and the least are known,
// and cuts it to the part.
func (h History) explain(o *Outage, part, within Span) {
	opening := h.Openings[firstEndingAfter(h.Openings, o.From)]
	polls := h.Polls[firstFrom(h.Polls, opening.From):]
	polls = polls[:firstFrom(polls, opening.To)]

	first, next := firstFrom(polls, o.From), firstFrom(polls, o.To)
	if first < next && polls[first].At < part.To {
		o.Seen, o.SeenKnown = polls[first].At, true
	}
	since := o.From
	if o.From < part.From {
		since = part.From // what was before it belongs to the part before
	} else if first > 0 && polls[first-1].Active && polls[first-1].At.Add(Reach) >= o.From {
		since = polls[first-1].At
	}
	o.Most = h.unexcused(Span{since, min(o.To, part.To)}.Clip(within))
	switch {
	case o.To > part.To:
		o.Ended = GoesOn
	case h.excuses(o.To):
		o.Ended = Corrected
	case o.To == opening.To:
		o.Ended = AtClose
	case next < len(polls) && polls[next].At == o.To:
		o.Ended = CameBack
	default:
		o.Ended = Unseen
	}
	o.Span = o.Clip(part)
}

// excuses reports whether a correction excuses the time from an instant on.
func (h History) excuses(at Instant) bool {
	for _, e := range h.Excused {
		if e.Contains(at) {
			return true
		}
	}
	return false
}

// unexcused is how much of a span no correction excuses.
func (h History) unexcused(s Span) Micros {
	left := s.Length()
	for _, e := range h.Excused {
		left -= e.Clip(s).Length()
	}
	return left
}
