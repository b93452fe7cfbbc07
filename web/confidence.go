package web

import "lightson/models/uptime"

// The rule of how much may be said of figures is that of package uptime; here are the names
// that pages call it by.
type confidence = uptime.Confidence

const (
	neverOpen = uptime.NeverOpen
	unseen    = uptime.NothingSeen
	thin      = uptime.Thin
	fair      = uptime.Fair
	firm      = uptime.Firm
)

func confidenceIn(f uptime.Figures) confidence { return f.Confidence() }

// areFarApart reports whether little may be said only because polls are far apart.
func areFarApart(f uptime.Figures) bool { return f.FarApart() }

// areComparable reports whether figures can be compared with those of another period.
func areComparable(now, before uptime.Figures) bool { return whyIncomparable(now, before, "") == "" }

// whyIncomparable says why figures cannot be compared with those of the period before.
// It is empty where they can.
func whyIncomparable(now, before uptime.Figures, period string) string {
	return now.WhyIncomparable(before, period)
}

// checkedText is the coverage of figures in words, rounded to whole percent: "42 %".
func checkedText(f uptime.Figures) string { return f.CheckedText() }

// closelyText is how much was closely seen, in the same way.
func closelyText(f uptime.Figures) string { return f.CloselyText() }

// findingText is what was found where little may be said: "no downtime seen in the 42 %
// that we could check".
func findingText(f uptime.Figures) string { return f.FindingText() }

// doubtText says what stands in the way of saying more of a store. It is for figures that
// are not firm.
func doubtText(f uptime.Figures) string {
	if f.Close < f.Up+f.Down {
		return "Only " + closelyText(f) + " of the time that the store was open is near a poll."
	}
	return "Polls speak for " + checkedText(f) + " of the time that the store was open. Nobody knows about the rest."
}
