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

func (h weekHour) day() time.Weekday { return time.Weekday((h.weekday + 1) % 7) }

// text is "Monday 21:00".
func (h weekHour) text(w spoken) string {
	return w.Say("{weekday} {clock}", "weekday", w.Weekday(h.day()), "clock", wholeHour(h.hour))
}

// span is "Monday 21:00 to 22:00".
func (h weekHour) span(w spoken) string { return h.until(w, h.hour+1) }

// until is the hour and those after it, before another.
func (h weekHour) until(w spoken, end int) string {
	return w.Say("{weekday} {from} to {to}|hours of a day", "weekday", w.Weekday(h.day()), "from", wholeHour(h.hour), "to", wholeHour(end))
}

// wholeHour is an hour as clocks show it.
func wholeHour(hour int) string { return fmt.Sprintf("%02d:00", hour) }

// slug is the hour as an address has it: monday-21.
func (h weekHour) slug() string {
	return fmt.Sprintf("%s-%02d", strings.ToLower(h.day().String()), h.hour)
}

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
func newHeatMap(w spoken, h *uptime.HeatMap, group string) views.HeatMap {
	shown := views.HeatMap{
		Caption: w.Say("Percent of open time offline in the last week, in each store’s time zone."),
		Levels:  []string{"0\u202f%", w.Say("up to 1\u202f%"), w.Say("up to 3\u202f%"), w.Say("up to 10\u202f%"), w.Say("over 10\u202f%")},
		Worst:   worstHour(w, h, group),
		Rows:    make([]views.HeatRow, len(h)),
	}
	for day := range h {
		shown.Rows[day].Name = upperFirst(w.Weekday(weekHour{day, 0}.day()))
	}
	open := false
	for from := 0; from < 24; {
		to := from
		for to < 24 && closedOnAllDays(h, to) {
			to++
		}
		if to > from {
			addFolded(w, &shown, from, to)
			from = to
			continue
		}
		open = true
		shown.Hours = append(shown.Hours, fmt.Sprintf("%02d", from))
		for day := range h {
			shown.Rows[day].Cells = append(shown.Rows[day].Cells, newHeatCell(w, weekHour{day, from}, h[day][from], group))
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
func addFolded(w spoken, shown *views.HeatMap, from, to int) {
	head := fmt.Sprintf("%02d", from)
	if to > from+1 {
		head += fmt.Sprintf("–%02d", to-1)
	}
	shown.Hours = append(shown.Hours, head)
	for day := range shown.Rows {
		row := &shown.Rows[day]
		row.Cells = append(row.Cells, views.HeatCell{Closed: true, Title: w.Say("{hour}: closed", "hour", upperFirst(weekHour{day, from}.until(w, to)))})
	}
}

func newHeatCell(w spoken, when weekHour, f uptime.Figures, group string) views.HeatCell {
	seen, hour := f.Up+f.Down, upperFirst(when.span(w))
	switch {
	case f.Open == 0:
		return views.HeatCell{Closed: true, Title: w.Say("{hour}: closed", "hour", hour)}
	case seen == 0:
		return views.HeatCell{Title: w.Say("{hour}: no data", "hour", hour)}
	}
	cell := views.HeatCell{
		Known: true, Thin: f.Confidence() == uptime.Thin, Level: levelOf(f, heatLevels), Text: w.shortPercent(f.Down, f.Up),
		Title: w.Say("{hour}: {percent} offline, {length} of {seen}", "hour", hour, "percent", w.percent(f.Down, f.Up), "length", w.length(f.Down), "seen", w.length(seen)),
	}
	if cell.Thin {
		cell.Title = w.Say("{hour}: {finding}, {length} of {seen}", "hour", hour, "finding", w.finding(f), "length", w.length(f.Down), "seen", w.length(seen))
	}
	if f.Down > 0 {
		cell.URL = hourURL(when, group, 1)
	}
	return cell
}

// worstHour is what the map comes to: the hour in which most of the time that was seen was
// offline, among those of which enough was seen.
func worstHour(w spoken, h *uptime.HeatMap, group string) views.Sentence {
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
		return linked(w.Pieces("Worst: [{hour}], {percent}.", "hour", when.text(w), "percent", narrow(w.figures().ShortPercent(worst.Down, worst.Up))), hourURL(when, group, 1))
	case all.Down > 0:
		return linked(w.Pieces("Too little data to say which hour is the worst."))
	case all.Confidence() == uptime.Firm:
		return linked(w.Pieces("No downtime at any hour."))
	case all.Up > 0:
		return linked(w.Pieces("No downtime was seen at any hour."))
	default:
		return linked(w.Pieces("There is no data for any hour."))
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
