package web

import (
	"fmt"
	"time"

	"lightson/models/uptime"
	"lightson/views"
)

// heatLevels are the upper limits of the colours of a cell: percent of seen time
// that was offline. One more colour is for all above.
var heatLevels = []int{0, 1, 3, 10}

// newHeatMap shows at which hours of the week stores are offline.
func newHeatMap(h *uptime.HeatMap) views.HeatMap {
	shown := views.HeatMap{
		Caption: "Percent of open time offline in the last week, by each store's own clock.",
		Levels:  []string{"0 %", "up to 1 %", "up to 3 %", "up to 10 %", "over 10 %"},
	}
	for hour := range 24 {
		shown.Hours = append(shown.Hours, fmt.Sprintf("%02d", hour))
	}
	for day := range h {
		row := views.HeatRow{Name: time.Weekday((day + 1) % 7).String()}
		for hour := range h[day] {
			row.Cells = append(row.Cells, newHeatCell(row.Name, hour, h[day][hour]))
		}
		shown.Rows = append(shown.Rows, row)
	}
	return shown
}

func newHeatCell(day string, hour int, f uptime.Figures) views.HeatCell {
	when := fmt.Sprintf("%s %02d:00 to %02d:00: ", day, hour, hour+1)
	seen := f.Up + f.Down
	switch {
	case f.Open == 0:
		return views.HeatCell{Closed: true, Title: when + "closed"}
	case seen == 0:
		return views.HeatCell{Title: when + "no data"}
	}
	cell := views.HeatCell{
		Known: true, Thin: f.Confidence() == uptime.Thin, Level: heatLevel(f), Text: uptime.ShortPercent(f.Down, f.Up),
		Title: when + percentText(f.Down, f.Up) + " offline, " + f.Down.LengthText() + " of " + seen.LengthText(),
	}
	if cell.Thin {
		cell.Title = when + f.FindingText() + ", " + f.Down.LengthText() + " of " + seen.LengthText()
	}
	return cell
}

func heatLevel(f uptime.Figures) int {
	level := 0
	for level < len(heatLevels) && f.Down*100 > uptime.Micros(heatLevels[level])*(f.Up+f.Down) {
		level++
	}
	return level
}
