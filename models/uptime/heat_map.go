package uptime

import "sort"

// A HeatMap is open, up and down time by weekday (0 = Monday) and hour, as the
// clocks of each store show them. It does not count outages, since most reach
// over several hours: Outages and Longest stay zero.
type HeatMap [7][24]Figures

// Fill adds one store, over the time of the hours, which are those of the
// store's zone.
func (m *HeatMap) Fill(hours []ClockHour, h History) {
	if len(hours) > 0 {
		h.Pieces(Span{hours[0].From, hours[len(hours)-1].To}, func(p Piece) { m.addPiece(&hours, p) })
	}
}

// FillLine is Fill for the line of a store as of an instant, over the part of the hours that
// lies within a span.
func (m *HeatMap) FillLine(hours []ClockHour, line Line, asOf Instant, within Span) {
	if within.Empty() {
		return
	}
	hours = hours[sort.Search(len(hours), func(i int) bool { return hours[i].To > within.From }):]
	if len(hours) > 0 {
		line.Pieces(asOf, within.Clip(Span{hours[0].From, hours[len(hours)-1].To}), func(p Piece) { m.addPiece(&hours, p) })
	}
}

// FillEdge is FillLine for so many stores that are in the same piece all the time of the span.
func (m *HeatMap) FillEdge(hours []ClockHour, in Edge, stores int, within Span) {
	for _, h := range hours[sort.Search(len(hours), func(i int) bool { return hours[i].To > within.From }):] {
		if h.From >= within.To {
			return
		}
		m[h.Weekday][h.Hour].Add(in.passed(Micros(stores) * within.Clip(h.Span).Length()))
	}
}

// addPiece adds the next piece of a store, and drops the hours that are over before it.
func (m *HeatMap) addPiece(hours *[]ClockHour, p Piece) {
	for (*hours)[0].To <= p.From {
		*hours = (*hours)[1:]
	}
	for _, h := range *hours {
		if h.From >= p.To {
			break
		}
		part := p
		part.Span = p.Clip(h.Span)
		m[h.Weekday][h.Hour].sum(part)
	}
}

// Add makes m the map of a group that the stores of other belong to as well.
func (m *HeatMap) Add(other *HeatMap) {
	for day := range m {
		for hour := range m[day] {
			m[day][hour].Add(other[day][hour])
		}
	}
}

// Take is the opposite of Add.
func (m *HeatMap) Take(other *HeatMap) {
	for day := range m {
		for hour := range m[day] {
			m[day][hour].take(other[day][hour])
		}
	}
}
