package web

import "lightson/models/uptime"

// boundsText is the least and the most down time that the polls allow, as it stands beside
// the down time itself: "12 min – 1 h 40 min". It is empty where the two differ too little
// to matter: by under a minute, or by under a tenth of the down time.
func boundsText(w spoken, least, down, most uptime.Micros) string {
	switch spread := most - least; {
	case spread < uptime.Minute, spread < down/10:
		return ""
	case down == 0: // then there was none for certain either
		return w.Say("at most {length}", "length", w.length(most))
	default:
		return w.length(least) + " – " + w.length(most)
	}
}

// figureBounds are the bounds of the down time of figures.
func figureBounds(w spoken, f uptime.Figures) string {
	return boundsText(w, f.Least(), f.Down, f.Most())
}

// boundsNote explains bounds, once on each page that shows some.
func boundsNote(w spoken, every uptime.Micros) string {
	return w.Say("In brackets: the least and the most downtime that is possible. A store may have gone offline or come back at any time between two polls, usually {length} apart.",
		"length", w.length(every))
}
