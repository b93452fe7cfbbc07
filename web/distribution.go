package web

import (
	"lightson/models/uptime"
	"lightson/views"
)

// bins are the ranges of availability in which a report's stores are counted,
// best first. A bin begins at least thousandths; the first holds only stores that
// were never down.
var bins = []struct {
	text  string
	least uptime.Micros
}{
	{"100 %", 1000},
	{"99.9–100 %", 999},
	{"99–99.9 %", 990},
	{"95–99 %", 950},
	{"90–95 %", 900},
	{"50–90 %", 500},
	{"under 50 %", 0},
}

// noDataBin is the number of the bin for stores without data.
var noDataBin = len(bins)

// binOf is the number of the bin that figures belong in.
func binOf(f uptime.Figures) int {
	seen := f.Up + f.Down
	if seen == 0 {
		return noDataBin
	}
	for n, bin := range bins {
		if f.Up*1000 >= bin.least*seen {
			return n
		}
	}
	panic("the last bin takes everything")
}

func binText(n int) string {
	if n == noDataBin {
		return "No data"
	}
	return bins[n].text
}

// newDistribution counts the stores of a report by their availability in the last
// week.
func newDistribution(r *finishedReport, q reportQuery) *views.Distribution {
	if len(r.rows) == 0 {
		return nil
	}
	counts := make([]int, len(bins)+1)
	for n := range r.rows {
		counts[binOf(r.rows[n].Figures[uptime.LastWeek])]++
	}
	most := 0
	for _, count := range counts {
		most = max(most, count)
	}
	d := &views.Distribution{Caption: plural(len(r.rows), "store") + " by availability in the last week"}
	for n, count := range counts {
		bin := views.Bin{
			Text: binText(n), Count: countText(count), NoData: n == noDataBin, Active: q.binned && q.Bin == n,
			Share: shareText(count, len(r.rows)), Width: float64(count) / float64(most),
		}
		if count > 0 {
			bin.URL = q.with(func(q *reportQuery) { q.binned, q.Bin = true, n }).url() + "#report-rows"
		}
		d.Bins = append(d.Bins, bin)
	}
	return d
}

// shareText is a part of a count, in percent.
func shareText(part, of int) string {
	return uptime.ShortPercent(uptime.Micros(part), uptime.Micros(of-part)) + " %"
}
