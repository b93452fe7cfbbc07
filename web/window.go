package web

import (
	"slices"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// windowNames are the names of the three windows.
var windowNames = [3]words.Text{"Last hour", "Last day", "Last week"}

// newWindows are the three windows of a store or of a group.
func newWindows(w spoken, figures [3]uptime.Figures, asOf uptime.Instant, zone *time.Location) []views.Window {
	spans := uptime.Windows(asOf)
	windows := make([]views.Window, len(spans))
	for n, span := range spans {
		windows[n] = newWindow(w, w.Say(windowNames[n]), figures[n])
		windows[n].From = w.time(span.From, zone, dayAndClock)
		windows[n].To = w.time(span.To, zone, dayAndClock)
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
func newWindow(w spoken, name string, f uptime.Figures) views.Window {
	window := views.Window{
		Name:   name,
		Known:  f.Up+f.Down > 0,
		Closed: f.Open == 0,
		Open:   w.length(f.Open),
	}
	if f.Confidence() == uptime.Thin {
		window.Thin, window.Finding, window.InShort = true, w.finding(f), w.findingInShort(f)
	}
	if f.Open > 0 {
		open := float64(f.Open)
		window.Share = views.Share{Up: float64(f.Up) / open, Down: float64(f.Down) / open, NoData: float64(f.NoData()) / open, Pale: f.FarApart()}
		window.Coverage = w.percent(f.Up+f.Down, f.NoData())
	}
	if window.Known {
		window.Bounds = figureBounds(w, f)
	}
	if window.Known && f.Confidence() < uptime.Firm && f.Close < f.Up+f.Down {
		window.Closely = w.amount(f.CloselyText())
	}
	if window.Known {
		window.Availability = w.percent(f.Up, f.Down)
	}
	if f.Down > 0 {
		window.Offline = w.length(f.Down)
	}
	if f.NoData() > 0 {
		window.NoData = w.percent(f.NoData(), f.Up+f.Down)
	}
	return window
}

// findingInShort is what was found where little may be said, for a narrow column.
func (w spoken) findingInShort(f uptime.Figures) string {
	length, share := w.length(f.Down), w.amount(f.CheckedText())
	switch {
	case f.Down > 0 && f.FarApart():
		return w.Say("{length} offline, few polls", "length", length)
	case f.Down > 0:
		return w.Say("{length} offline in {share}", "length", length, "share", share)
	case f.FarApart():
		return w.Say("no downtime, few polls")
	default:
		return w.Say("no downtime in {share}", "share", share)
	}
}

// finding is what was found where little may be said, as a page writes its figures.
func (w spoken) finding(f uptime.Figures) string { return narrow(w.figures().Finding(f)) }
