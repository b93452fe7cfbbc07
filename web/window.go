package web

import (
	"slices"
	"time"

	"lightson/models/figures"
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

// addFar draws what of windows is far from its poll.
func addFar(windows []views.Window, past figures.StoreDays) {
	for n, span := range uptime.Windows(past.AsOf) {
		drawFar(&windows[n], past.History(), span)
	}
}

// drawFar tells the share of a window that is far from its poll from the rest.
func drawFar(w *views.Window, h uptime.History, span uptime.Span) {
	var open uptime.Micros
	far := map[uptime.State]uptime.Micros{}
	h.Pieces(span, func(p uptime.Piece) {
		open += p.Length()
		if !p.Close {
			far[p.State] += p.Length()
		}
	})
	if open == 0 {
		return
	}
	w.Share.Pale = false
	w.Share.UpFar, w.Share.DownFar = float64(far[uptime.Up])/float64(open), float64(far[uptime.Down])/float64(open)
}

// anyBounds reports whether a window shows bounds, which the page then explains. Those that
// had no downtime have them as a hint alone.
func anyBounds(windows []views.Window) bool {
	return slices.ContainsFunc(windows, func(w views.Window) bool { return w.Offline != "" && w.Bounds != "" })
}

// newWindow says the figures of one window in words.
func newWindow(name string, f uptime.Figures) views.Window {
	w := views.Window{
		Name:   name,
		Known:  f.Up+f.Down > 0,
		Closed: f.Open == 0,
		Open:   f.Open.LengthText(),
	}
	if f.Confidence() == uptime.Thin {
		w.Thin, w.Finding, w.InShort = true, narrow(f.FindingText()), findingInShort(f)
	}
	if f.Open > 0 {
		open := float64(f.Open)
		w.Share = views.Share{Up: float64(f.Up) / open, Down: float64(f.Down) / open, NoData: float64(f.NoData()) / open, Pale: f.FarApart()}
		w.Coverage = percentText(f.Up+f.Down, f.NoData())
	}
	if w.Known {
		w.Bounds = figureBounds(f)
	}
	if w.Known && f.Confidence() < uptime.Firm && f.Close < f.Up+f.Down {
		w.Closely = narrow(f.CloselyText())
	}
	if w.Known {
		w.Availability = percentText(f.Up, f.Down)
	}
	if f.Down > 0 {
		w.Offline = f.Down.LengthText()
	}
	if f.NoData() > 0 {
		w.NoData = percentText(f.NoData(), f.Up+f.Down)
	}
	return w
}

// findingInShort is what was found where little may be said, for a narrow column.
func findingInShort(f uptime.Figures) string {
	found := "no downtime"
	if f.Down > 0 {
		found = f.Down.LengthText() + " offline"
	}
	if f.FarApart() {
		return found + ", few polls"
	}
	return found + " in " + narrow(f.CheckedText())
}
