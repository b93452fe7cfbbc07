package web

import (
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// Figures are raw everywhere. Beside them stand those with corrections, where these
// excuse open time: elsewhere both are the same, and nothing is said.

// newCorrected says in words what corrections make of figures; nil where they excuse
// nothing.
func newCorrected(w spoken, corrected uptime.Figures) *views.Corrected {
	if corrected.Excused == 0 {
		return nil
	}
	return &views.Corrected{Availability: w.amount(availabilityText(corrected)), Excused: w.length(corrected.Excused)}
}

// availabilityText is the availability in percent, or a dash where nothing is known.
func availabilityText(f uptime.Figures) string {
	if f.Up+f.Down == 0 {
		return "—"
	}
	return uptime.Percent(f.Up, f.Down) + " %"
}

// withCorrected is a window of raw figures with the corrected ones beside them.
func withCorrected(w spoken, window views.Window, corrected uptime.Figures) views.Window {
	window.Corrected = newCorrected(w, corrected)
	return window
}

// addCorrected does the same for the three windows.
func addCorrected(w spoken, windows []views.Window, corrected []uptime.Figures) {
	for n := range windows {
		windows[n].Corrected = newCorrected(w, corrected[n])
	}
}

// correctedSumText is the sum of corrected figures, to be checked by hand.
func correctedSumText(w spoken, f uptime.Figures) string {
	return w.Say("Up {up} + down {down} + excused {excused} + no data {unknown} = open {open}",
		"up", w.exact(f.Up), "down", w.exact(f.Down), "excused", w.exact(f.Excused), "unknown", w.exact(f.NoData()), "open", w.exact(f.Open))
}

// anyExcused reports whether there is a correction of any of the stores, whenever it is.
func anyExcused(s *figures.Snapshot) bool {
	for n := range s.Stores {
		if len(s.Excused(n)) > 0 {
			return true
		}
	}
	return false
}

// A cutSpan is a part of a span of time, all or nothing of which is excused.
type cutSpan struct {
	uptime.Span
	excused bool
}

// cutAt cuts a span where corrections begin and end. excused is in order and apart.
func cutAt(excused []uptime.Span, whole uptime.Span) []cutSpan {
	var parts []cutSpan
	for _, e := range excused {
		if e = e.Clip(whole); e.Empty() {
			continue
		}
		if whole.From < e.From {
			parts = append(parts, cutSpan{Span: uptime.Span{From: whole.From, To: e.From}})
		}
		parts = append(parts, cutSpan{e, true})
		whole.From = e.To
	}
	if !whole.Empty() {
		parts = append(parts, cutSpan{Span: whole})
	}
	return parts
}

// apiCorrected is what corrections make of a window. Here
// open = up + down + excused + no data.
type apiCorrected struct {
	Up               uptime.Micros `json:"up_us"`
	Down             uptime.Micros `json:"down_us"`
	Excused          uptime.Micros `json:"excused_us"`
	NoData           uptime.Micros `json:"no_data_us"`
	Availability     *float64      `json:"availability"`
	AvailabilityText string        `json:"availability_text"`
}

// with is a window with its corrected figures beside the raw ones.
func (w apiWindow) with(corrected uptime.Figures) apiWindow {
	if corrected.Excused == 0 {
		return w
	}
	w.Corrected = &apiCorrected{
		Up: corrected.Up, Down: corrected.Down, Excused: corrected.Excused, NoData: corrected.NoData(),
		AvailabilityText: availabilityText(corrected),
	}
	if ratio, seen := corrected.Availability(); seen {
		w.Corrected.Availability = &ratio
	}
	return w
}

// with are the windows with their corrected figures beside the raw ones.
func (w apiWindows) with(corrected [3]uptime.Figures) apiWindows {
	w.LastHour = w.LastHour.with(corrected[uptime.LastHour])
	w.LastDay = w.LastDay.with(corrected[uptime.LastDay])
	w.LastWeek = w.LastWeek.with(corrected[uptime.LastWeek])
	return w
}
