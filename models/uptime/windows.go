package uptime

// The three windows of a report, as indexes.
const (
	LastHour = iota
	LastDay
	LastWeek
	WindowCount
)

// Windows are the last hour, day and week before asOf. They are elapsed
// time, not calendar days, and do not include asOf itself.
func Windows(asOf Instant) [WindowCount]Span {
	return [WindowCount]Span{
		{asOf.Add(-Hour), asOf},
		{asOf.Add(-Day), asOf},
		{asOf.Add(-Week), asOf},
	}
}

// Measure writes the figures of windows[i] into into[i], whatever was there.
// It walks once for all windows and allocates nothing.
func (h History) Measure(windows []Span, into []Figures) {
	into = into[:len(windows)]
	clear(into)
	var o outageRun
	h.Pieces(hull(windows), func(p Piece) { o.count(p, windows, into) })
}

// An outageRun is the outage that may go on with the next piece.
type outageRun struct{ Span }

// next takes the next piece into account: after a piece of down time, the run is the
// outage until its end.
func (o *outageRun) next(p Piece) {
	// Openings that touch are one, so two pieces that touch have no closed time between
	// them and are of the same opening.
	if goesOn := p.From == o.To && !o.Empty(); p.State != Down || !goesOn {
		o.Span = Span{}
		if p.State == Down {
			o.Span = p.Span
		}
		return
	}
	o.To = p.To
}

// count takes the next piece into account, and adds it to the windows that it meets.
func (o *outageRun) count(p Piece, windows []Span, into []Figures) {
	o.next(p)
	for i := range windows {
		// A window may be empty, as the date is that a zone left out.
		if from, to := max(p.From, windows[i].From), min(p.To, windows[i].To); from < to {
			part := p
			part.From, part.To = from, to
			into[i].count(part, max(o.From, windows[i].From))
		}
	}
}

// hull is the shortest span that holds them all.
func hull(spans []Span) Span {
	if len(spans) == 0 {
		return Span{}
	}
	h := spans[0]
	for _, s := range spans[1:] {
		h = Span{min(h.From, s.From), max(h.To, s.To)}
	}
	return h
}
