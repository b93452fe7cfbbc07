package web

import (
	"strconv"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// trendFloors are the percentages at which the scale of a trend may begin. It begins
// at the highest one below its lowest day, since most groups' days differ little.
var trendFloors = []int{99, 98, 95, 90, 80, 60, 0}

// daysShown is how many days a trend has, beside as many of the week before.
const daysShown = 7

// newTrend draws the availability of some stores by day, over that of the week before.
func newTrend(w spoken, t *figures.Trend, g *groupFigures) views.Trend {
	last := g.trendEnd(t)
	if last == 0 {
		return views.Trend{}
	}
	days := g.days[last-2*daysShown : last]
	floor := trendFloor(days)
	trend := views.Trend{
		Low: percentOf(floor),
		Ticks: []views.TrendTick{
			{Text: percentOf(100), Height: 1}, {Text: percentOf(floor + (100-floor)/2), Height: float64((100-floor)/2) / float64(100-floor)},
			{Text: percentOf(floor), Height: 0},
		},
		Note: w.Say("A day is each store’s local day, from midnight to midnight."),
	}
	for n, date := range t.Dates[last-daysShown : last] {
		day := newTrendDay(w, w.date(date, dayName), days[daysShown+n], days[n], floor)
		day.SoFar = date >= g.earliest
		trend.Days = append(trend.Days, day)
	}
	return trend
}

// trendEnd is the place behind the last date that a trend shows, or 0 where nobody was ever
// polled.
func (g *groupFigures) trendEnd(t *figures.Trend) int {
	last := len(t.Dates)
	for last > 0 && t.Dates[last-1] > g.usual {
		last--
	}
	if last < 2*daysShown {
		return 0
	}
	return last
}

func newTrendDay(w spoken, name string, f, before uptime.Figures, floor int) views.TrendDay {
	window := newWindow(w, name, f)
	day := views.TrendDay{
		Name: window.Name, Known: window.Known, Thin: window.Thin, Height: trendHeight(f, floor),
		Availability: window.Availability, Offline: window.Offline, Bounds: window.Bounds, NoData: window.NoData,
	}
	if window.Known {
		if day.WhyNot = w.incomparable(f.Obstacle(before), weekBefore); day.WhyNot == "" {
			day.Before, day.BeforeHeight = w.percent(before.Up, before.Down), trendHeight(before, floor)
		}
	}
	return day
}

func trendHeight(f uptime.Figures, floor int) float64 {
	ratio, _ := f.Availability()
	return max(0, (ratio*100-float64(floor))/float64(100-floor))
}

func percentOf(n int) string { return strconv.Itoa(n) + "\u202f%" }

func trendFloor(days []uptime.Figures) int {
	lowest := 1.0
	for _, day := range days {
		if ratio, seen := day.Availability(); seen {
			lowest = min(lowest, ratio)
		}
	}
	for _, floor := range trendFloors {
		if lowest*100 > float64(floor) {
			return floor
		}
	}
	return 0
}

// localDates returns two of the dates that it is in the zones of the stores. From
// the earliest one on, days have not ended everywhere. A trend ends with the usual
// one, which most stores have: the first minutes of a day in a single far zone are
// no figure for all.
func localDates(s *figures.Snapshot, stores []int) (earliest, usual uptime.Date) {
	byZone := map[*time.Location]int{}
	for _, n := range stores {
		byZone[s.Location(n)]++
	}
	earliest = 1 << 30
	count := map[uptime.Date]int{}
	for zone, stores := range byZone {
		date := uptime.DateOf(s.AsOf.Time().In(zone).Date())
		count[date] += stores
		earliest = min(earliest, date)
	}
	for date, stores := range count {
		if most := count[usual]; stores > most || stores == most && date > usual {
			usual = date
		}
	}
	return earliest, usual
}
