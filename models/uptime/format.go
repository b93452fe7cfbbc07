package uptime

import (
	"fmt"
	"math/bits"
	"strconv"
)

// Minutes is m in minutes with two decimals, half a hundredth rounded up.
func (m Micros) Minutes() string { return m.in(Minute) }

// Hours is m in hours with two decimals, half a hundredth rounded up.
func (m Micros) Hours() string { return m.in(Hour) }

func (m Micros) in(unit Micros) string {
	hundredth := unit / 100
	return hundredths(uint64((m + hundredth/2) / hundredth))
}

// Percent is up ÷ (up + down) in percent, without the sign, with two
// decimals, half a hundredth rounded up; "—" where nothing was seen.
//
// Rounding never hides anything: while there is any downtime it is at most
// 99.99, and while there is any uptime at least 0.01.
func Percent(up, down Micros) string {
	seen := uint64(up + down)
	if seen == 0 {
		return "—"
	}
	// A group's week times 10,000 does not fit in 64 bits.
	high, low := bits.Mul64(uint64(up), 2*100_00)
	low, carry := bits.Add64(low, seen, 0)
	rounded, _ := bits.Div64(high+carry, low, 2*seen)
	switch {
	case up == 0 || down == 0:
	case rounded == 0:
		rounded = 1
	case rounded == 100_00:
		rounded--
	}
	return hundredths(rounded)
}

// hundredths is n ÷ 100. A report writes tens of thousands of these, which
// fmt takes five times as long for.
func hundredths(n uint64) string {
	b := strconv.AppendUint(make([]byte, 0, 24), n/100, 10)
	return string(append(b, '.', '0'+byte(n/10%10), '0'+byte(n%10)))
}

// ClockText writes seconds since local midnight as people type them: 09:00, or
// 23:59:59.
func ClockText(seconds int) string {
	if seconds%60 != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/3600, seconds/60%60)
}
