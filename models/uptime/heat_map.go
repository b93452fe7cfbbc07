package uptime

// A HeatMap is open, up and down time by weekday (0 = Monday) and hour, as the
// clocks of each store show them. It does not count outages, since most reach
// over several hours: Outages and Longest stay zero.
type HeatMap [7][24]Figures

// Fill adds one store, over the time of the hours, which are those of the
// store's zone.
func (h *HeatMap) Fill(hours []ClockHour, openings []Span, polls []Poll, asOf Instant) {
	if len(hours) == 0 {
		return
	}
	next := 0 // the first hour that is not over where the stretch begins
	within := Span{hours[0].From, hours[len(hours)-1].To}
	Walk(openings, polls, asOf, within, func(s Stretch) {
		for hours[next].To <= s.From {
			next++
		}
		for n := next; n < len(hours) && hours[n].From < s.To; n++ {
			h[hours[n].Weekday][hours[n].Hour].sum(s.State, s.Clip(hours[n].Span).Length())
		}
	})
}

// Add makes h the map of a group that the stores of other belong to as well.
func (h *HeatMap) Add(other *HeatMap) {
	for day := range h {
		for hour := range h[day] {
			h[day][hour].Add(other[day][hour])
		}
	}
}
