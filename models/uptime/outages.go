package uptime

// Outages are the maximal runs of down time inside one opening, in order, as
// far as they lie in within.
func Outages(openings []Span, polls []Poll, asOf Instant, within Span) []Span {
	var outages []Span
	Walk(openings, polls, asOf, within, func(s Stretch) {
		if s.State == Down {
			outages = append(outages, s.Span)
		}
	})
	return outages
}
