package web

import (
	"fmt"
	"math/bits"

	"lightson/models/uptime"
)

// A confidence is how much may be said of figures, by how much of the open time was
// closely seen. Whatever shows a percentage, compares or reassures asks it first, so that
// silence looks like success nowhere.
type confidence int

// From the least to the most that may be said.
const (
	neverOpen confidence = iota // there was no open time, or all of it is excused
	unseen                      // no poll speaks for the open time: no percentage
	thin                        // under half was closely seen: the percentage is small, hollow and in words
	fair                        // a percentage stands, praise does not
	firm                        // nine tenths were closely seen: "great news" may be said
)

// confidenceIn is how much may be said of figures. Time that is closely seen is time that a
// poll speaks for, so where half or nine tenths are closely seen, as much is covered.
func confidenceIn(f uptime.Figures) confidence {
	open := openJudged(f)
	switch {
	case open == 0:
		return neverOpen
	case f.Up+f.Down == 0:
		return unseen
	case underHalf(f.Close, open):
		return thin
	case underNineTenths(f.Close, open):
		return fair
	default:
		return firm
	}
}

// openJudged is the open time that is not excused: what coverage and closely seen are shares of.
func openJudged(f uptime.Figures) uptime.Micros { return f.Open - f.Excused }

func underHalf(part, whole uptime.Micros) bool       { return part < whole-part }
func underNineTenths(part, whole uptime.Micros) bool { return part < 9*(whole-part) }

// areFarApart reports whether little may be said only because polls are far apart: they
// speak for at least half of the time, and most of that is far from them.
func areFarApart(f uptime.Figures) bool {
	return confidenceIn(f) == thin && !underHalf(f.Up+f.Down, openJudged(f))
}

// areComparable reports whether figures can be compared with those of another period:
// enough of both was seen, and neither has under half of what was seen of the other.
func areComparable(now, before uptime.Figures) bool { return whyIncomparable(now, before, "") == "" }

// whyIncomparable says why figures cannot be compared with those of the period before.
// It is empty where they can.
func whyIncomparable(now, before uptime.Figures, period string) string {
	switch {
	case confidenceIn(before) == neverOpen:
		return "closed in the " + period
	case confidenceIn(before) == unseen:
		return "nothing is known of the " + period
	case areFarApart(now):
		return "polls are too far apart to compare with the " + period
	case confidenceIn(now) < fair, underHalfOf(now, before, seen), underHalfOf(now, before, closelySeen):
		return "too little data to compare with the " + period
	case underHalfOf(before, now, seen):
		return "too little data in the " + period
	case underHalfOf(before, now, closelySeen):
		return "polls were too far apart in the " + period
	default:
		return ""
	}
}

func seen(f uptime.Figures) uptime.Micros        { return f.Up + f.Down }
func closelySeen(f uptime.Figures) uptime.Micros { return f.Close }

// underHalfOf reports whether the share of a that is a part of it is under half of that of
// b. Both had open time.
func underHalfOf(a, b uptime.Figures, part func(uptime.Figures) uptime.Micros) bool {
	// Sums of many stores, multiplied, do not fit in 64 bits.
	high1, low1 := bits.Mul64(uint64(part(a))*2, uint64(openJudged(b)))
	high2, low2 := bits.Mul64(uint64(part(b)), uint64(openJudged(a)))
	return high1 < high2 || high1 == high2 && low1 < low2
}

// checkedText is the coverage of figures in words, rounded to whole percent: "42 %".
func checkedText(f uptime.Figures) string { return roughPercent(f.Up+f.Down, openJudged(f)) }

// closelyText is how much was closely seen, in the same way.
func closelyText(f uptime.Figures) string { return roughPercent(f.Close, openJudged(f)) }

// roughPercent is a share in whole percent. It is never rounded up to all, nine tenths or
// half, where it is less than that.
func roughPercent(part, whole uptime.Micros) string {
	if part == 0 {
		return "0 %"
	}
	percent := int(float64(part)/float64(whole)*100 + .5)
	switch {
	case percent == 0:
		return "under 1 %"
	case percent == 100 && part < whole,
		percent == 90 && underNineTenths(part, whole),
		percent == 50 && underHalf(part, whole):
		percent--
	}
	return fmt.Sprintf("%d %%", percent)
}

// findingText is what was found where little may be said: "no downtime seen in the 42 %
// that we could check".
func findingText(f uptime.Figures) string {
	found := "no downtime"
	if f.Down > 0 {
		found = lengthText(f.Down) + " of downtime"
	}
	if areFarApart(f) {
		return found + " seen; polls are too far apart to say more"
	}
	return found + " seen in the " + checkedText(f) + " that we could check"
}

// doubtText says what stands in the way of saying more of a store. It is for figures that
// are not firm.
func doubtText(f uptime.Figures) string {
	if f.Close < f.Up+f.Down {
		return "Only " + closelyText(f) + " of the time that the store was open is near a poll."
	}
	return "Polls speak for " + checkedText(f) + " of the time that the store was open. Nobody knows about the rest."
}
