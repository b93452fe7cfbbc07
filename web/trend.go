package web

import (
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// trendFeet are where the scale of a trend may begin, in percent: as high as its
// lowest day allows, since the days of most groups are close to each other.
var trendFeet = []int{99, 98, 95, 90, 80, 60, 0}

// newTrend draws the availability of some stores by day.
func newTrend(t *models.Trend, g *groupFigures) views.Trend {
	foot := trendFoot(g.days)
	trend := views.Trend{
		Low: percentOf(foot),
		Ticks: []views.TrendTick{
			{Text: percentOf(100), Height: 1}, {Text: percentOf(foot + (100-foot)/2), Height: float64((100-foot)/2) / float64(100-foot)},
			{Text: percentOf(foot), Height: 0},
		},
		Note: "A day is each store's own local day, from midnight to midnight.",
	}
	for n, date := range t.Dates {
		f := g.days[n]
		w := newWindow(dateText(date, dayName), f)
		day := views.TrendDay{
			Name: w.Name, Known: w.Known, Thin: w.Known && thin(f), SoFar: date >= g.today,
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

func trendFoot(days []uptime.Figures) int {
	lowest := 1.0
	for _, f := range days {
		if ratio, seen := f.Availability(); seen {
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

// oldestToday is the earliest date that any of the stores is on: from it on, days
// have not ended everywhere.
func oldestToday(s *models.Snapshot, stores []int) uptime.Date {
	dates := map[*time.Location]uptime.Date{}
	oldest := uptime.Date(1 << 30)
	for _, n := range stores {
		zone := s.Location(n)
		date, known := dates[zone]
		if !known {
			date = uptime.DateOf(s.AsOf.Time().In(zone).Date())
			dates[zone] = date
		}
		oldest = min(oldest, date)
	}
	return oldest
}
