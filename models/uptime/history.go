package uptime

// A History is all that is known of one store for some time: what every figure of that
// time is computed from.
type History struct {
	Openings []Span
	Polls    []Poll  // as the package's comment describes them
	AsOf     Instant // no time at or after it is judged
	Near     Micros  // how far from its poll time is still closely seen; see Near
	Excused  []Span  // the time inside corrections, in order and apart; none for raw figures
}

// Near is how far from the poll that speaks for it time is closely seen, where stores are
// polled every so often: one and a half times that, and at most [Reach].
func Near(every Micros) Micros { return min(every+every/2, Reach) }

// Raw is the history without corrections.
func (h History) Raw() History {
	h.Excused = nil
	return h
}
