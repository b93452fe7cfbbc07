package web

import (
	"fmt"
	"math/bits"

	"lightson/models/uptime"
)

// A confidence is how much may be said of figures, by how much of the open time was
// seen. Whatever shows a percentage, compares or reassures asks it first, so that
// silence looks like success nowhere.
type confidence int

// From the least to the most that may be said.
const (
	neverOpen confidence = iota // there was no open time
	unseen                      // no poll speaks for the open time: no percentage
	thin                        // under half was seen: the percentage is small, hollow and in words
	fair                        // a percentage stands, praise does not
	firm                        // nine tenths were seen: "great news" may be said
)

// confidenceIn is how much may be said of figures.
func confidenceIn(f uptime.Figures) confidence {
	seen := f.Up + f.Down
	switch {
	case f.Open == 0:
		return neverOpen
	case seen == 0:
		return unseen
	case seen < f.Open-seen:
		return thin
	case seen < 9*(f.Open-seen):
		return fair
	default:
		return firm
	}
}

// areComparable reports whether figures can be compared with those of another period:
// enough of both was seen, and neither has under half of the other's coverage.
func areComparable(now, before uptime.Figures) bool { return whyIncomparable(now, before, "") == "" }

// whyIncomparable says why figures cannot be compared with those of the period before.
// It is empty where they can.
func whyIncomparable(now, before uptime.Figures, period string) string {
	switch {
	case confidenceIn(before) == neverOpen:
		return "closed in the " + period
	case confidenceIn(before) == unseen:
		return "nothing is known of the " + period
	case confidenceIn(now) < fair, underHalf(now, before):
		return "too little data to compare with the " + period
	case underHalf(before, now):
		return "too little data in the " + period
	default:
		return ""
	}
}

// underHalf reports whether a has under half of the coverage of b. Both had open time.
func underHalf(a, b uptime.Figures) bool {
	// Sums of many stores, multiplied, do not fit in 64 bits.
	high1, low1 := bits.Mul64(uint64(a.Up+a.Down)*2, uint64(b.Open))
	high2, low2 := bits.Mul64(uint64(b.Up+b.Down), uint64(a.Open))
	return high1 < high2 || high1 == high2 && low1 < low2
}

// checkedText is the coverage of figures in words, rounded to whole percent: "42 %".
// It is never rounded up to all, nine tenths or half, where less than that was seen.
func checkedText(f uptime.Figures) string {
	seen := f.Up + f.Down
	if seen == 0 {
		return "0 %"
	}
	ratio, _ := f.Coverage()
	percent := int(ratio*100 + .5)
	switch {
	case percent == 0:
		return "under 1 %"
	case percent == 100 && f.NoData() > 0,
		percent == 90 && confidenceIn(f) < firm,
		percent == 50 && confidenceIn(f) < fair:
		percent--
	}
	return fmt.Sprintf("%d %%", percent)
}

// findingText is what was found where little was seen: "no downtime seen in the 42 %
// that we could check".
func findingText(f uptime.Figures) string {
	found := "no downtime"
	if f.Down > 0 {
		found = lengthText(f.Down) + " of downtime"
	}
	return found + " seen in the " + checkedText(f) + " that we could check"
}
