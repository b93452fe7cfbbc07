package web

import "lightson/models/uptime"

// doubtText says what stands in the way of saying more of a store. It is for figures that
// are not firm.
func doubtText(f uptime.Figures) string {
	if f.Close < f.Up+f.Down {
		return "Only " + narrow(f.CloselyText()) + " of the time the store was open is near a poll."
	}
	return "Polls cover " + narrow(f.CheckedText()) + " of the time the store was open. The rest is unknown."
}
