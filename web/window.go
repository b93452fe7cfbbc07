package web

import (
	"time"

	"lightson/models/uptime"
	"lightson/views"
)

// windowNames are the names of the three windows.
var windowNames = [3]string{"Last hour", "Last day", "Last week"}

// newWindows are the three windows of a store or of a group.
func newWindows(figures [3]uptime.Figures, asOf uptime.Instant, zone *time.Location) []views.Window {
	spans := uptime.Windows(asOf)
	windows := make([]views.Window, len(spans))
	for n, span := range spans {
		windows[n] = newWindow(windowNames[n], figures[n])
		windows[n].From = timeText(span.From, zone, dayAndClock)
		windows[n].To = timeText(span.To, zone, dayAndClock)
	}
	return windows
}

// newWindow says the figures of one window in words.
func newWindow(name string, f uptime.Figures) views.Window {
	w := views.Window{
		Name:   name,
		Known:  f.Up+f.Down > 0,
		Closed: f.Open == 0,
		Open:   lengthText(f.Open),
	}
	if confidenceIn(f) == thin {
		w.Thin, w.Finding = true, findingText(f)
	}
	if f.Open > 0 {
		open := float64(f.Open)
		w.Share = views.Share{Up: float64(f.Up) / open, Down: float64(f.Down) / open, NoData: float64(f.NoData()) / open}
		w.Coverage = percentText(f.Up+f.Down, f.NoData())
	}
	if w.Known {
		w.Availability = percentText(f.Up, f.Down)
	}
	if f.Down > 0 {
		w.Offline = lengthText(f.Down)
	}
	if f.NoData() > 0 {
		w.NoData = percentText(f.NoData(), f.Up+f.Down)
	}
	return w
}
