package uptime

import (
	"math"
	"strconv"
)

// ChangeText says in words how availability changed against the period before, which is
// called by a name such as "week before". trend is "up", "down" or "same", and empty where
// the two cannot be compared. It compares the percentages that are shown, so that readers
// can check it.
func (f Figures) ChangeText(before Figures, period string) (words, trend string) {
	if f.Confidence() <= NothingSeen {
		return "", ""
	}
	if why := f.WhyIncomparable(before, period); why != "" {
		return why, ""
	}
	moved := f.ShownPercent() - before.ShownPercent()
	switch {
	case moved == 0:
		return "same as the " + period, "same"
	case moved > 0:
		return "up " + PointsText(moved) + " from " + hundredthsText(before.ShownPercent()) + " % the " + period, "up"
	default:
		return "down " + PointsText(-moved) + " from " + hundredthsText(before.ShownPercent()) + " % the " + period, "down"
	}
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

// PointsText is a number of percentage points: "0.4 points", "1 point".
func PointsText(hundredths int) string {
	if hundredths == 100 {
		return "1 point"
	}
	return hundredthsText(hundredths) + " points"
}

func hundredthsText(hundredths int) string {
	return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
}
