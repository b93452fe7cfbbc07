package uptime

// NeedsLater is for callers that have read a store's polls only until [Reach] after
// within. It reports whether a later one would change what is known of within, and the
// opening in which to look for it: the first poll from [Reach] after within.To on that
// was made in the opening, until the as-of instant, does, put behind the others; where
// there is none, nothing is missing.
//
// That is so where the last poll read speaks in within and the store is open until after
// what was read: the time that it speaks for is certain only if the next poll saw the same.
func (h History) NeedsLater(within Span) (opening Span, needed bool) {
	readTo := within.To.Add(Reach)
	i := firstEndingAfter(h.Openings, within.To-1)
	if i == len(h.Openings) || h.Openings[i].To <= readTo || h.AsOf <= readTo {
		return Span{}, false
	}
	opening = h.Openings[i]
	n := len(h.Polls)
	if n == 0 || h.Polls[n-1].At < opening.From || h.Polls[n-1].At >= within.To || h.Polls[n-1].At.Add(Reach) <= within.From {
		return Span{}, false
	}
	return opening, true
}
