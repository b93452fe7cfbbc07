package web

import (
	"fmt"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// trendFloors are the percentages at which the scale of a trend may begin. It begins
// at the highest one below its lowest day, since most groups' days differ little.
var trendFloors = []int{99, 98, 95, 90, 80, 60, 0}

// newTrend draws the availability of some stores by day.
func newTrend(t *figures.Trend, g *groupFigures) views.Trend {
	floor := trendFloor(t, g)
	trend := views.Trend{
		Low: percentOf(floor),
		Ticks: []views.TrendTick{
			{Text: percentOf(100), Height: 1}, {Text: percentOf(floor + (100-floor)/2), Height: float64((100-floor)/2) / float64(100-floor)},
			{Text: percentOf(floor), Height: 0},
		},
		Note: "A day is each store's own local day, from midnight to midnight.",
	}
	for n, date := range t.Dates {
		if date > g.usual {
			break
		}
		f := g.days[n]
		w := newWindow(dateText(date, dayName), f)
		day := views.TrendDay{
			Name: w.Name, Known: w.Known, Thin: w.Thin, SoFar: date >= g.earliest,
			Availability: w.Availability, Offline: w.Offline, Bounds: w.Bounds, NoData: w.NoData,
		}
		if ratio, seen := f.Availability(); seen {
			day.Height = max(0, (ratio*100-float64(floor))/float64(100-floor))
		}
		trend.Days = append(trend.Days, day)
	}
	return trend
}

func percentOf(n int) string { return fmt.Sprintf("%d %%", n) }

func trendFloor(t *figures.Trend, g *groupFigures) int {
	lowest := 1.0
	for n, date := range t.Dates {
		if ratio, seen := g.days[n].Availability(); seen && date <= g.usual {
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
