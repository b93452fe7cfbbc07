package web

import (
	"lightson/models/uptime"
	"lightson/views"
)

// periodNames name the periods before the three windows.
var periodNames = [3]string{"hour before", "day before", "week before"}

// changeText says in words how availability changed against the period before.
func changeText(now, before uptime.Figures, period string) (words, trend string) {
	return now.ChangeText(before, period)
}

// addChanges compares each window with the period before it.
func addChanges(windows []views.Window, now, before [3]uptime.Figures) {
	for n := range windows {
		windows[n].Change, windows[n].Trend = changeText(now[n], before[n], periodNames[n])
	}
}

// shownPercent is the availability as it is shown, in hundredths of a percent.
func shownPercent(f uptime.Figures) int { return f.ShownPercent() }

// pointsText is a number of percentage points: "0.4 points", "1 point".
func pointsText(hundredths int) string { return uptime.PointsText(hundredths) }
