package web

import (
	"math"
	"strconv"
	"strings"

	"lightson/models/uptime"
)

// periodNames are the periods before the three windows.
var periodNames = [3]string{"hour before", "day before", "week before"}

// changeText says in words how availability moved against the period before, and
// which way: "up", "down", "same", or "" where one of both is not known. It
// compares what is shown, so that the reader can check it.
func changeText(now, before uptime.Figures, period string) (words, trend string) {
	if now.Up+now.Down == 0 {
		return "", ""
	}
	if before.Up+before.Down == 0 {
		return "nothing is known of the " + period, ""
	}
	moved := shownPercent(now) - shownPercent(before)
	switch {
	case moved == 0:
		return "as the " + period, "same"
	case moved > 0:
		return pointsText(moved) + " more than the " + period, "up"
	default:
		return pointsText(-moved) + " less than the " + period, "down"
	}
}

// shownPercent is the availability as it is shown, in hundredths of a percent.
func shownPercent(f uptime.Figures) int {
	percent, err := strconv.ParseFloat(uptime.Percent(f.Up, f.Down), 64)
	if err != nil {
		panic(err) // it is a number wherever anything was seen
	}
	return int(math.Round(percent * 100))
}

// pointsText is a number of percentage points: "0.4 points", "1 point".
func pointsText(hundredths int) string {
	text := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(float64(hundredths)/100, 'f', 2, 64), "0"), ".")
	if text == "1" {
		return "1 point"
	}
	return text + " points"
}
