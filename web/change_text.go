package web

import (
	"math"
	"strconv"
	"strings"

	"lightson/models/uptime"
	"lightson/views"
)

// periodNames name the periods before the three windows.
var periodNames = [3]string{"hour before", "day before", "week before"}

// changeText says in words how availability changed against the period before.
// trend is "up", "down" or "same", and empty where the two cannot be compared.
// It compares the percentages that are shown, so that readers can check it.
func changeText(now, before uptime.Figures, period string) (words, trend string) {
	if confidenceIn(now) <= unseen {
		return "", ""
	}
	if why := whyIncomparable(now, before, period); why != "" {
		return why, ""
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

// addChanges compares each window with the period before it.
func addChanges(windows []views.Window, now, before [3]uptime.Figures) {
	for n := range windows {
		windows[n].Change, windows[n].Trend = changeText(now[n], before[n], periodNames[n])
	}
}

// shownPercent is the availability as it is shown, in hundredths of a percent.
func shownPercent(f uptime.Figures) int {
	percent, err := strconv.ParseFloat(uptime.Percent(f.Up, f.Down), 64)
	if err != nil {
		panic(err) // with any seen time it is a number
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
