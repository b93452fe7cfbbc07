package uptime

import (
	"math"
	"strconv"
)

// A Change is how availability changed against the period before. It compares the
// percentages that are shown, so that readers can check it.
type Change struct {
	Obstacle Obstacle // why the two cannot be compared
	Points   int      // by how many hundredths of a percent it grew; 0 where they cannot
}

// Trend is the direction of a change: "up", "down" or "same"; empty where there is none to
// see.
func (c Change) Trend() string {
	switch {
	case c.Obstacle != Comparable:
		return ""
	case c.Points > 0:
		return "up"
	case c.Points < 0:
		return "down"
	default:
		return "same"
	}
}

// Change compares figures with those of the period before. Nothing is known where nothing was
// seen.
func (f Figures) Change(before Figures) (c Change, known bool) {
	if f.Confidence() <= NothingSeen {
		return Change{}, false
	}
	if c.Obstacle = f.Obstacle(before); c.Obstacle == Comparable {
		c.Points = f.ShownPercent() - before.ShownPercent()
	}
	return c, true
}

// ShownPercent is the availability as it is shown, in hundredths of a percent. Some time
// must have been seen.
func (f Figures) ShownPercent() int {
	percent, err := strconv.ParseFloat(Percent(f.Up, f.Down), 64)
	if err != nil {
		panic(err) // with any seen time it is a number
	}
	return int(math.Round(percent * 100))
}

// ShownText is the availability as it is shown, without zeros at its end: "97.4 %".
func (f Figures) ShownText() string { return PointsNumber(f.ShownPercent()) + " %" }

// PointsNumber is a number of percentage points without its unit: "0.4".
func PointsNumber(hundredths int) string {
	return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
}
