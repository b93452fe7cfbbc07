package web

import (
	"fmt"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// trendFeet are where the scale of a trend may begin, in percent: as high as its
// lowest day allows, since the days of most groups are close to each other.
var trendFeet = []int{99, 98, 95, 90, 80, 60, 0}

// newTrend draws the availability of some stores by day.
func newTrend(t *figures.Trend, g *groupFigures) views.Trend {
	foot := trendFoot(t, g)
	trend := views.Trend{
		Low: percentOf(foot),
		Ticks: []views.TrendTick{
			{Text: percentOf(100), Height: 1}, {Text: percentOf(foot + (100-foot)/2), Height: float64((100-foot)/2) / float64(100-foot)},
			{Text: percentOf(foot), Height: 0},
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
			Name: w.Name, Known: w.Known, Thin: w.Known && thin(f), SoFar: date >= g.earliest,
			Availability: w.Availability, Offline: w.Offline, NoData: w.NoData,
		}
		if ratio, seen := f.Availability(); seen {
			day.Height = max(0, (ratio*100-float64(foot))/float64(100-foot))
		}
		trend.Days = append(trend.Days, day)
	}
	return trend
}

func percentOf(n int) string { return fmt.Sprintf("%d %%", n) }

func trendFoot(t *figures.Trend, g *groupFigures) int {
	lowest := 1.0
	for n, date := range t.Dates {
		if ratio, seen := g.days[n].Availability(); seen && date <= g.usual {
			lowest = min(lowest, ratio)
		}
	}
	for _, foot := range trendFeet {
		if lowest*100 > float64(foot) {
			return foot
		}
	}
	return 0
}

// thin reports whether little data stand behind figures: less than half of the
// open time was seen.
func thin(f uptime.Figures) bool { return (f.Up+f.Down)*2 < f.Open }

// todays are the earliest date that any of the stores is on, from which on days
// have not ended everywhere, and the date that most of them are on. A trend ends
// there: the first minutes of a day in a single far zone are no figure for all.
func todays(s *figures.Snapshot, stores []int) (earliest, usual uptime.Date) {
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
