package uptime

// A Tally adds up pieces to Figures, for a time too long to be walked at once. It is
// shown the pieces of one store in order, walk after walk, and takes an outage that one
// walk left off where the next begins for one outage.
//
// Each walk needs the polls of its own time only: those from [Reach] before it
// until Reach after it, and the older one where [History.NeedsEarlier] asks for it.
type Tally struct {
	figures Figures
	outage  outageRun
}

// Add adds the piece that comes next.
func (t *Tally) Add(p Piece) {
	t.outage.next(p)
	t.figures.count(p, t.outage.From)
}

// Figures are the sums so far.
func (t *Tally) Figures() Figures { return t.figures }
