package uptime

import (
	"fmt"
	"math/bits"
	"strconv"
)

// Minutes is m in minutes with two decimals, half a hundredth rounded up.
func (m Micros) Minutes() string { return string(m.AppendMinutes(make([]byte, 0, 24))) }

// Hours is m in hours with two decimals, half a hundredth rounded up.
func (m Micros) Hours() string { return string(m.AppendHours(make([]byte, 0, 24))) }

// AppendMinutes appends Minutes to dst.
func (m Micros) AppendMinutes(dst []byte) []byte {
	return appendHundredths(dst, uint64((m+Minute/200)/(Minute/100)))
}

// AppendHours appends Hours to dst.
func (m Micros) AppendHours(dst []byte) []byte {
	return appendHundredths(dst, uint64((m+Hour/200)/(Hour/100)))
}

// Percent is up ÷ (up + down) in percent, without the sign, with two
// decimals, half a hundredth rounded up; "—" where nothing was seen.
//
// Rounding never hides anything: while there is any downtime it is at most
// 99.99, and while there is any uptime at least 0.01.
func Percent(up, down Micros) string { return string(AppendPercent(make([]byte, 0, 24), up, down)) }

// AppendPercent appends Percent to dst.
func AppendPercent(dst []byte, up, down Micros) []byte {
	if up+down == 0 {
		return append(dst, "—"...)
	}
	return appendHundredths(dst, share(up, down, 100_00))
}

// ShortPercent is part ÷ (part + rest) in percent, without the sign, for a small
// place: with one decimal below 10, else with none, and "<.1" where it is too small
// for that. "—" stands for no time at all. It is rounded once, and like [Percent]
// never hides anything.
func ShortPercent(part, rest Micros) string {
	tenths := share(part, rest, 1000)
	switch {
	case part+rest == 0:
		return "—"
	case part == 0:
		return "0"
	case part < (part+rest+1999)/2000: // half a tenth
		return "<.1"
	case tenths < 100:
		return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
	default: // from the part again, not from the tenths: 10.46 is 10
		return strconv.FormatUint(share(part, rest, 100), 10)
	}
}

// share is part ÷ (part + rest) of a scale, rounded to whole units of it, half a unit
// up: at least one unit if there is a part, and less than all if there is a rest.
func share(part, rest Micros, scale uint64) uint64 {
	whole := uint64(part + rest)
	if whole == 0 {
		return 0
	}
	// A group's week times 10,000 does not fit in 64 bits.
	high, low := bits.Mul64(uint64(part), 2*scale)
	low, carry := bits.Add64(low, whole, 0)
	rounded, _ := bits.Div64(high+carry, low, 2*whole)
	switch {
	case part == 0 || rest == 0:
	case rounded == 0:
		rounded = 1
	case rounded == scale:
		rounded--
	}
	return rounded
}

// appendHundredths appends n ÷ 100. A report writes hundreds of thousands of these, which
// fmt takes five times as long for.
func appendHundredths(dst []byte, n uint64) []byte {
	dst = strconv.AppendUint(dst, n/100, 10)
	return append(dst, '.', '0'+byte(n/10%10), '0'+byte(n%10))
}

// CountText is a count, which is not negative, with separators: 14,092.
func CountText(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// LongClockText writes seconds since local midnight as files and programs have them:
// 09:00:00.
func LongClockText(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// ClockText writes seconds since local midnight as people type them: 09:00, or
// 23:59:59.
func ClockText(seconds int) string {
	if seconds%60 != 0 {
		return LongClockText(seconds)
	}
	return fmt.Sprintf("%02d:%02d", seconds/3600, seconds/60%60)
}

// LengthText is elapsed time in hours and minutes: "3 h 12 min", "26 min", "45 s".
// It is rounded to the nearest of its smallest unit, and carried: what rounds to 60
// min is 1 h. From 100 hours on it is in hours alone. Only 0 is "0 min".
func (m Micros) LengthText() string {
	rounded := m.nearest(Minute)
	hours, minutes := rounded/Hour, rounded%Hour/Minute
	switch {
	case m == 0:
		return "0 min"
	case m.nearest(Second) == 0:
		return "under 1 s"
	case m.nearest(Second) < Minute:
		return fmt.Sprintf("%d s", m.nearest(Second)/Second)
	case hours == 0:
		return fmt.Sprintf("%d min", minutes)
	case hours >= 100:
		return CountText(int64(m.nearest(Hour)/Hour)) + " h"
	case minutes == 0:
		return fmt.Sprintf("%d h", hours)
	default:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
}

// nearest rounds a length to a unit, half a unit up.
func (m Micros) nearest(unit Micros) Micros { return (m + unit/2) / unit * unit }
