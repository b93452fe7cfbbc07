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
func Measure(openings []Span, polls []Poll, asOf Instant, windows []Span, into []Figures) {
	into = into[:len(windows)]
	clear(into)
	Walk(openings, polls, asOf, hull(windows), func(s Stretch) {
		for i, w := range windows {
			if part := s.Clip(w); !part.Empty() {
				into[i].count(Stretch{part, s.State})
			}
		}
	})
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
