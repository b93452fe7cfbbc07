package web

import (
	"lightson/models/uptime"
	"lightson/views"
)

// periodNames name the periods before the three windows.
var periodNames = [3]string{"hour before", "day before", "week before"}

// addChanges compares each window with the period before it.
func addChanges(windows []views.Window, now, before [3]uptime.Figures) {
	for n := range windows {
		words, trend := now[n].ChangeText(before[n], periodNames[n])
		windows[n].Change, windows[n].Trend = upperFirst(words), trend
	}
}
