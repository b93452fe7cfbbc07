package uptime

import (
	"fmt"
	"math/bits"
)

// A Confidence is how much may be said of figures, by how much of the open time was
// closely seen. Whatever shows a percentage, compares or reassures asks it first, so that
// silence looks like success nowhere.
type Confidence int

// From the least to the most that may be said.
const (
	NeverOpen   Confidence = iota // there was no open time, or all of it is excused
	NothingSeen                   // no poll speaks for the open time: no percentage
	Thin                          // under half was closely seen: the percentage is small, hollow and in words
	Fair                          // a percentage stands, praise does not
	Firm                          // nine tenths were closely seen: "great news" may be said
)

// Confidence is how much may be said of figures. Time that is closely seen is time that a
// poll speaks for, so where half or nine tenths are closely seen, as much is covered.
func (f Figures) Confidence() Confidence {
	open := f.Judged()
	switch {
	case open == 0:
		return NeverOpen
	case f.Up+f.Down == 0:
		return NothingSeen
	case underHalf(f.Close, open):
		return Thin
	case underNineTenths(f.Close, open):
		return Fair
	default:
		return Firm
	}
}

// Judged is the open time that is not excused: what coverage and closely seen are shares of.
func (f Figures) Judged() Micros { return f.Open - f.Excused }

func underHalf(part, whole Micros) bool       { return part < whole-part }
func underNineTenths(part, whole Micros) bool { return part < 9*(whole-part) }

// FarApart reports whether little may be said only because polls are far apart: they
// speak for at least half of the time, and most of that is far from them.
func (f Figures) FarApart() bool {
	return f.Confidence() == Thin && !underHalf(f.Up+f.Down, f.Judged())
}

// An Obstacle is why figures cannot be compared with those of the period before.
type Obstacle int

const (
	Comparable        Obstacle = iota // enough of both was seen, and neither has under half of what was seen of the other
	ClosedBefore                      // there was no open time in the period before
	UnseenBefore                      // no poll speaks for it
	FarApart                          // polls are too far apart
	TooLittle                         // little was seen
	TooLittleBefore                   // little was seen in the period before
	TooFarApartBefore                 // polls were too far apart in it
)

// Obstacle says why figures cannot be compared with those of the period before.
func (f Figures) Obstacle(before Figures) Obstacle {
	switch {
	case before.Confidence() == NeverOpen:
		return ClosedBefore
	case before.Confidence() == NothingSeen:
		return UnseenBefore
	case f.FarApart():
		return FarApart
	case f.Confidence() < Fair, underHalfOf(f, before, seen), underHalfOf(f, before, closelySeen):
		return TooLittle
	case underHalfOf(before, f, seen):
		return TooLittleBefore
	case underHalfOf(before, f, closelySeen):
		return TooFarApartBefore
	default:
		return Comparable
	}
}

// ComparableTo reports whether figures can be compared with those of another period.
func (f Figures) ComparableTo(other Figures) bool { return f.Obstacle(other) == Comparable }

func seen(f Figures) Micros        { return f.Up + f.Down }
func closelySeen(f Figures) Micros { return f.Close }

// underHalfOf reports whether the share of a that is a part of it is under half of that of
// b. Both had open time.
func underHalfOf(a, b Figures, part func(Figures) Micros) bool {
	// Sums of many stores, multiplied, do not fit in 64 bits.
	high1, low1 := bits.Mul64(uint64(part(a))*2, uint64(b.Judged()))
	high2, low2 := bits.Mul64(uint64(part(b)), uint64(a.Judged()))
	return high1 < high2 || high1 == high2 && low1 < low2
}

// CheckedText is the coverage of figures in words, rounded to whole percent: "42 %".
func (f Figures) CheckedText() string { return roughPercent(f.Up+f.Down, f.Judged()) }

// CloselyText is how much was closely seen, in the same way.
func (f Figures) CloselyText() string { return roughPercent(f.Close, f.Judged()) }

// roughPercent is a share in whole percent. It is never rounded up to all, nine tenths or
// half, where it is less than that.
func roughPercent(part, whole Micros) string {
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
