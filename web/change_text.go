package web

import (
	"lightson/models/uptime"
	"lightson/views"
)

// addChanges compares each window with the period before it.
func addChanges(w spoken, windows []views.Window, now, before [3]uptime.Figures) {
	for n := range windows {
		said, trend := w.change(now[n], before[n], beforeWindows[n])
		windows[n].Change, windows[n].Trend = upperFirst(said), trend
	}
}

// change says how availability changed against the period before, see [uptime.Change]. Both
// are empty where nothing was seen.
func (w spoken) change(now, before uptime.Figures, of earlier) (said, trend string) {
	c, known := now.Change(before)
	switch trend = c.Trend(); {
	case !known:
		return "", ""
	case trend == "":
		return w.incomparable(c.Obstacle, of), ""
	case trend == "same":
		return w.Say("same as {then}", "then", of.then), trend
	case trend == "up":
		return w.Say("up {points} from {percent} {then}", "points", w.points(c.Points), "percent", w.Figure(before.ShownText()), "then", of.then), trend
	default:
		return w.Say("down {points} from {percent} {then}", "points", w.points(-c.Points), "percent", w.Figure(before.ShownText()), "then", of.then), trend
	}
}

// incomparable says why figures cannot be compared with those of the period before; empty
// where they can.
func (w spoken) incomparable(o uptime.Obstacle, of earlier) string {
	switch o {
	case uptime.ClosedBefore:
		return w.Say("closed in {then}", "then", of.then)
	case uptime.UnseenBefore:
		return w.Say("no data for {then}", "then", of.then)
	case uptime.FarApart:
		return w.Say("polls are too far apart to compare {with}", "with", of.with)
	case uptime.TooLittle:
		return w.Say("too little data to compare {with}", "with", of.with)
	case uptime.TooLittleBefore:
		return w.Say("too little data in {then}", "then", of.then)
	case uptime.TooFarApartBefore:
		return w.Say("polls were too far apart in {then}", "then", of.then)
	default:
		return ""
	}
}

// points is a number of percentage points: "0.4 points".
func (w spoken) points(hundredths int) string { return w.figures().Points(hundredths) }
