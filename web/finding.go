package web

import "lightson/models/uptime"

// finding is what was found where little may be said, see [uptime.Figures.FindingText].
func (w spoken) finding(f uptime.Figures) string {
	length, share := w.length(f.Down), w.amount(f.CheckedText())
	switch {
	case f.Down > 0 && f.FarApart():
		return w.Say("{length} of downtime seen; polls are too far apart to say more", "length", length)
	case f.Down > 0:
		return w.Say("{length} of downtime seen in the {share} that we could check", "length", length, "share", share)
	case f.FarApart():
		return w.Say("no downtime seen; polls are too far apart to say more")
	default:
		return w.Say("no downtime seen in the {share} that we could check", "share", share)
	}
}
