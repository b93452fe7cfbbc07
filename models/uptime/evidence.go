package uptime

// Evidence visits the polls made during one opening, in order, each with the
// time that it speaks for, until the as-of instant. It explains what [History.Walk]
// adds up: the first poll also speaks for the time since the store opened, each speaks
// until the next, the last until the store closes, and none for more than [Reach].
func (h History) Evidence(opening Span, visit func(Poll, Span)) {
	polls := notAfter(h.Polls, h.AsOf)
	polls = polls[firstFrom(polls, opening.From):]
	polls = polls[:firstFrom(polls, opening.To)]
	for i, p := range polls {
		said := Span{From: p.At, To: opening.To}
		if i == 0 {
			said.From = max(opening.From, p.At.Add(-Reach))
		}
		if i+1 < len(polls) {
			said.To = polls[i+1].At
		}
		said.To = min(said.To, p.At.Add(Reach), max(h.AsOf, p.At))
		visit(p, said)
	}
}
