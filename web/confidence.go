package web

import "lightson/models/uptime"

// doubtText says what stands in the way of saying more of a store. It is for figures that
// are not firm.
func doubtText(w spoken, f uptime.Figures) string {
	if f.Close < f.Up+f.Down {
		return w.Say("Only {share} of the time the store was open is near a poll.", "share", w.amount(f.CloselyText()))
	}
	return w.Say("Polls cover {share} of the time the store was open. The rest is unknown.", "share", w.amount(f.CheckedText()))
}
