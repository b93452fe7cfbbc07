package uptime

// NeedsEarlier is for callers that have read a store's polls only from
// [Reach] before within on. It reports whether an older one would change what
// is known of within, and the opening in which to look for it: any poll from
// opening.From until [Reach] before within.From does, put in front of the
// others; where there is none, nothing is missing.
//
// That is so where the store opened before what was read and was not seen
// until after within began. The first poll read speaks for the time before
// it only if it is the first since the store opened.
func (h History) NeedsEarlier(within Span) (opening Span, needed bool) {
	readFrom := within.From.Add(-Reach)
	i := firstEndingAfter(h.Openings, within.From)
	if i == len(h.Openings) || h.Openings[i].From >= readFrom {
		return Span{}, false
	}
	opening = h.Openings[i]
	polls := h.Polls[firstFrom(h.Polls, opening.From):]
	if len(polls) == 0 {
		return Span{}, false
	}
	first := polls[0].At
	late := within.From < first && first < opening.To
	speaks := first.Add(-Reach) < within.To
	if !late || !speaks {
		return Span{}, false
	}
	return opening, true
}
