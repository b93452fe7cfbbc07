package web

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/uptime"
	"lightson/views"
)

// heatLevels are the upper limits of the colours of a cell: percent of seen time
// that was offline. One more colour is for all above.
var heatLevels = []uptime.Micros{0, 1, 3, 10}

// A weekHour is an hour of the week, as clocks show it.
type weekHour struct {
	weekday int // 0 = Monday … 6 = Sunday
	hour    int
}

func (h weekHour) day() string { return time.Weekday((h.weekday + 1) % 7).String() }

// text is "Monday 21:00".
func (h weekHour) text() string { return fmt.Sprintf("%s %02d:00", h.day(), h.hour) }

// span is "Monday 21:00 to 22:00".
func (h weekHour) span() string { return fmt.Sprintf("%s to %02d:00", h.text(), h.hour+1) }

// slug is the hour as an address has it: monday-21.
func (h weekHour) slug() string { return fmt.Sprintf("%s-%02d", strings.ToLower(h.day()), h.hour) }

// parseWeekHour reads a slug back.
func parseWeekHour(slug string) (h weekHour, ok bool) {
	for h.weekday = range 7 {
		for h.hour = range 24 {
			if h.slug() == slug {
				return h, true
			}
		}
	}
	return weekHour{}, false
}

// newHeatMap shows at which hours of the week stores are offline. Hours at which nobody
// is open on any day are folded together. A map of no open time is the zero one.
func newHeatMap(h *uptime.HeatMap, group string) views.HeatMap {
	shown := views.HeatMap{
		Caption: "Percent of open time offline in the last week, in each store’s time zone.",
		Levels:  []string{"0\u202f%", "up to 1\u202f%", "up to 3\u202f%", "up to 10\u202f%", "over 10\u202f%"},
		Worst:   worstHour(h, group),
		Rows:    make([]views.HeatRow, len(h)),
	}
	for day := range h {
		shown.Rows[day].Name = weekHour{day, 0}.day()
	}
	open := false
	for from := 0; from < 24; {
		to := from
		for to < 24 && closedOnAllDays(h, to) {
			to++
		}
		if to > from {
			addFolded(&shown, from, to)
			from = to
			continue
		}
		open = true
		shown.Hours = append(shown.Hours, fmt.Sprintf("%02d", from))
		for day := range h {
			shown.Rows[day].Cells = append(shown.Rows[day].Cells, newHeatCell(weekHour{day, from}, h[day][from], group))
		}
		from++
	}
	if !open {
		return views.HeatMap{}
	}
	return shown
}

func closedOnAllDays(h *uptime.HeatMap, hour int) bool {
	for day := range h {
		if h[day][hour].Open > 0 {
			return false
		}
	}
	return true
}

// addFolded adds one column for hours at which nobody is open.
func addFolded(shown *views.HeatMap, from, to int) {
	head := fmt.Sprintf("%02d", from)
	if to > from+1 {
		head += fmt.Sprintf("–%02d", to-1)
	}
	shown.Hours = append(shown.Hours, head)
	for day := range shown.Rows {
		row := &shown.Rows[day]
		row.Cells = append(row.Cells, views.HeatCell{Closed: true, Title: fmt.Sprintf("%s %02d:00 to %02d:00: closed", row.Name, from, to)})
	}
}

func newHeatCell(when weekHour, f uptime.Figures, group string) views.HeatCell {
	seen := f.Up + f.Down
	switch {
	case f.Open == 0:
		return views.HeatCell{Closed: true, Title: when.span() + ": closed"}
	case seen == 0:
		return views.HeatCell{Title: when.span() + ": no data"}
	}
	cell := views.HeatCell{
		Known: true, Thin: f.Confidence() == uptime.Thin, Level: levelOf(f, heatLevels), Text: uptime.ShortPercent(f.Down, f.Up),
		Title: when.span() + ": " + percentText(f.Down, f.Up) + " offline, " + f.Down.LengthText() + " of " + seen.LengthText(),
	}
	if cell.Thin {
		cell.Title = when.span() + ": " + narrow(f.FindingText()) + ", " + f.Down.LengthText() + " of " + seen.LengthText()
	}
	if f.Down > 0 {
		cell.URL = hourURL(when, group, 1)
	}
	return cell
}

// worstHour is what the map comes to: the hour in which most of the time that was seen was
// offline, among those of which enough was seen.
func worstHour(h *uptime.HeatMap, group string) views.Sentence {
	var worst, all uptime.Figures
	var when weekHour
	for day := range h {
		for hour, f := range h[day] {
			all.Add(f)
			if f.Down > 0 && f.Confidence() >= uptime.Fair && (worst.Down == 0 || downShare(f) > downShare(worst)) {
				worst, when = f, weekHour{day, hour}
			}
		}
	}
	switch {
	case worst.Down > 0:
		return newSentence("Worst: {}, "+uptime.ShortPercent(worst.Down, worst.Up)+"\u202f%.", views.Link{Text: when.text(), URL: hourURL(when, group, 1)})
	case all.Down > 0:
		return newSentence("Too little data to say which hour is the worst.")
	case all.Confidence() == uptime.Firm:
		return newSentence("No downtime at any hour.")
	case all.Up > 0:
		return newSentence("No downtime was seen at any hour.")
	default:
		return newSentence("There is no data for any hour.")
	}
}

func downShare(f uptime.Figures) float64 { return float64(f.Down) / float64(f.Up+f.Down) }

// levelOf is how many of some limits, in percent, the share of seen time that was offline
// exceeds.
func levelOf(f uptime.Figures, limits []uptime.Micros) (level int) {
	for level < len(limits) && f.Down*100 > limits[level]*(f.Up+f.Down) {
		level++
	}
	return level
}
