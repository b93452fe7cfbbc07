package views

import (
	"cmp"
	"context"
	"fmt"
	"strings"
)

func (d TrendDay) available(context.Context) string { return d.Availability }
func (d TrendDay) offline(ctx context.Context) string {
	if d.Thin && d.Offline == "" {
		return say(ctx, "none seen|downtime")
	}
	return cmp.Or(d.Offline, "0 min")
}
func (d TrendDay) between(ctx context.Context) string { return between(ctx, d.Bounds) }
func (d TrendDay) noHint(context.Context) string      { return "" }
func (d TrendDay) noData(context.Context) string      { return cmp.Or(d.NoData, "0\u202f%") }

// remark says how far the figures of a day can be trusted.
func (d TrendDay) remark(ctx context.Context) string {
	switch {
	case d.SoFar && d.Thin:
		return say(ctx, "so far, little data|of a day")
	case d.SoFar:
		return say(ctx, "so far")
	case d.Thin:
		return say(ctx, "little data")
	default:
		return ""
	}
}

// scale is the lines to draw: those that were given, or the two ends.
func (t Trend) scale() []TrendTick {
	if len(t.Ticks) > 0 {
		return t.Ticks
	}
	return []TrendTick{{"100\u202f%", 1}, {t.Low, 0}}
}

// plotMargin is free above 100 % and below the foot of the scale, so that no point is cut off.
const plotMargin = .08

// plotY is how far from the top of a plot a height lies, from 0 to 1.
func plotY(height float64) float64 {
	return plotMargin + (1-2*plotMargin)*(1-min(max(height, 0), 1))
}

func plotHeight(height float64) string { return fmt.Sprintf("%.2f%%", 100*plotY(height)) }

// A trendLine is how high a line stands on a day, where it is known.
type trendLine func(TrendDay) (height float64, known bool)

func (d TrendDay) ofWeek() (float64, bool)   { return d.Height, d.Known }
func (d TrendDay) ofBefore() (float64, bool) { return d.BeforeHeight, d.Before != "" }

// path is where a line runs on a day, in thousandths of its column: from half way to the day
// before, through its own point, to half way to the day after. Where a neighbour is unknown the
// line ends at the point, because nobody knows how it went on.
func (t Trend) path(n int, line trendLine) [][2]float64 {
	height, _ := line(t.Days[n])
	here := plotY(height)
	path := [][2]float64{{500, 1000 * here}}
	if n > 0 {
		if height, known := line(t.Days[n-1]); known {
			path = append([][2]float64{{0, 500 * (plotY(height) + here)}}, path...)
		}
	}
	if n+1 < len(t.Days) {
		if height, known := line(t.Days[n+1]); known {
			path = append(path, [2]float64{1000, 500 * (here + plotY(height))})
		}
	}
	return path
}

func (t Trend) line(n int) string       { return points(t.path(n, TrendDay.ofWeek)) }
func (t Trend) lineBefore(n int) string { return points(t.path(n, TrendDay.ofBefore)) }

// area is what lies between the line and the foot of the scale. It goes a little beyond the column,
// or the columns would show as stripes where their widths are no whole pixels.
func (t Trend) area(n int) string {
	path := t.path(n, TrendDay.ofWeek)
	for i := range path {
		path[i][0] += (path[i][0] - 500) / 50
	}
	foot := 1000 * plotY(0)
	return points(append(path, [2]float64{path[len(path)-1][0], foot}, [2]float64{path[0][0], foot}))
}

func points(path [][2]float64) string {
	var b strings.Builder
	for n, p := range path {
		if n > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%.0f,%.1f", p[0], p[1])
	}
	return b.String()
}
