package web

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/uptime"
)

// countText is a number with separators: 14,092.
func countText[N ~int | ~int64](n N) string { return uptime.CountText(int64(n)) }

// plural is a number with its noun: "1 store", "14,092 stores".
func plural[N ~int | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return countText(n) + " " + noun + "s"
}

// bytesText is a size: 1.2 MB.
func bytesText(n int64) string {
	if n < 1000 {
		return plural(n, "byte")
	}
	size, unit := float64(n), "bytes"
	for _, next := range []string{"kB", "MB", "GB"} {
		if size < 1000 {
			break
		}
		size, unit = size/1000, next
	}
	if size < 10 {
		return fmt.Sprintf("%.1f %s", size, unit)
	}
	return fmt.Sprintf("%.0f %s", size, unit)
}

// exactText is elapsed time to the microsecond, so that sums can be checked:
// "7 h 33 min 37.388884 s".
func exactText(m uptime.Micros) string {
	hours, minutes, seconds := m/uptime.Hour, m%uptime.Hour/uptime.Minute, m%uptime.Minute
	var parts []string
	if hours > 0 {
		parts = append(parts, fmt.Sprintf("%d h", hours))
	}
	if minutes > 0 {
		parts = append(parts, fmt.Sprintf("%d min", minutes))
	}
	if seconds > 0 {
		text := fmt.Sprintf("%d.%06d", seconds/uptime.Second, seconds%uptime.Second)
		parts = append(parts, strings.TrimRight(strings.TrimRight(text, "0"), ".")+" s")
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

// narrow puts a space before the sign of percent that is narrow and never ends a line.
func narrow(text string) string { return strings.ReplaceAll(text, " %", "\u202f%") }

// tookText is how long work took; empty if it has not ended.
func tookText(from, to uptime.Instant) string {
	if from == 0 || to == 0 {
		return ""
	}
	d := time.Duration(to-from) * time.Microsecond
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", max(d.Seconds(), 0.1))
	}
	return uptime.Micros(d.Microseconds()).LengthText()
}

// Layouts of times, from long to short. The zone is always named.
const (
	dayAndClock = "Mon 2 Jan 2006, 15:04 MST"
	clock       = "15:04 MST"
	bareClock   = "15:04"
	exactClock  = "15:04:05.999999"
	dayName     = "Mon 2 Jan"
)

// upperFirst capitalizes the first letter of a word.
func upperFirst(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// shortID is enough of an id to tell imports and reports apart by eye.
func shortID(id string) string { return models.Work{ID: id}.ShortID() }
