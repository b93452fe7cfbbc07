package uptime

// A Tally adds up stretches to Figures, for a time too long to be walked at
// once. It is shown the stretches of one store in order, walk after walk, and
// takes an outage that one walk left off where the next begins for one outage.
//
// Each walk needs the polls of its own time only: those from [Reach] before it
// until Reach after it, and the older one where [NeedsEarlier] asks for it.
type Tally struct {
	figures Figures
	outage  Span // the latest; it may go on
}

// Add adds the stretch that comes next.
func (t *Tally) Add(s Stretch) {
	goesOn := s.State == Down && s.From == t.outage.To && !t.outage.Empty()
	if !goesOn {
		t.figures.count(s)
		if s.State == Down {
			t.outage = s.Span
		}
		return
	}
	// Openings that touch are one, so the two have no closed time between
	// them and are of the same opening.
	t.outage.To = s.To
	t.figures.sum(Down, s.Length())
	t.figures.Longest = max(t.figures.Longest, t.outage.Length())
}

// Figures are the sums so far.
func (t *Tally) Figures() Figures { return t.figures }
