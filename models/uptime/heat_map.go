package uptime

// A HeatMap is open, up and down time by weekday (0 = Monday) and hour, as the
// clocks of each store show them. It does not count outages, since most reach
// over several hours: Outages and Longest stay zero.
type HeatMap [7][24]Figures

// Fill adds one store, over the time of the hours, which are those of the
// store's zone.
func (m *HeatMap) Fill(hours []ClockHour, h History) {
	if len(hours) == 0 {
		return
	}
	next := 0 // the first hour that is not over where the stretch begins
	within := Span{hours[0].From, hours[len(hours)-1].To}
	h.Pieces(within, func(p Piece) {
		for hours[next].To <= p.From {
			next++
		}
		for n := next; n < len(hours) && hours[n].From < p.To; n++ {
			part := p
			part.Span = p.Clip(hours[n].Span)
			m[hours[n].Weekday][hours[n].Hour].sum(part)
		}
	})
}

// Add makes m the map of a group that the stores of other belong to as well.
func (m *HeatMap) Add(other *HeatMap) {
	for day := range m {
		for hour := range m[day] {
			m[day][hour].Add(other[day][hour])
		}
	}
}
