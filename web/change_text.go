package web

import (
	"lightson/models/uptime"
	"lightson/views"
)

// beforeNames name the periods before the three windows.
var beforeNames = [3]string{"hour before", "day before", "week before"}

// addChanges compares each window with the period before it.
func addChanges(windows []views.Window, now, before [3]uptime.Figures) {
	for n := range windows {
		words, trend := now[n].ChangeText(before[n], beforeNames[n])
		windows[n].Change, windows[n].Trend = upperFirst(words), trend
	}
}
