package web

import (
	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// bins are the ranges of availability in which a report's stores are counted, best
// first. Each begins at least thousandths; the first holds only stores that were never
// down. Two more bins are for stores of which too little was seen.
var bins = []struct {
	text  string
	least uptime.Micros
}{
	{"100\u202f%", 1000},
	{"99.9–100\u202f%", 999},
	{"99–99.9\u202f%", 990},
	{"95–99\u202f%", 950},
	{"90–95\u202f%", 900},
	{"50–90\u202f%", 500},
	{"under 50\u202f%", 0},
}

// The numbers of the bins for stores without data, and for those of which under half
// was seen. The first is older: addresses that people keep name it.
var (
	noDataBin     = len(bins)
	littleDataBin = len(bins) + 1
)

// binOf is the number of the bin that figures belong in.
func binOf(f uptime.Figures) int {
	seen := f.Up + f.Down
	switch f.Confidence() {
	case uptime.NeverOpen, uptime.NothingSeen:
		return noDataBin
	case uptime.Thin:
		return littleDataBin
	}
	for n, bin := range bins {
		if f.Up*1000 >= bin.least*seen {
			return n
		}
	}
	panic("the last bin takes everything")
}

func binText(n int) string {
	switch n {
	case noDataBin:
		return "No data"
	case littleDataBin:
		return "Under half closely seen"
	default:
		return bins[n].text
	}
}

// newDistribution counts the stores of a report by their availability in what it is
// about: its range or the last week.
func newDistribution(about models.Report, r *finishedReport, q reportQuery) *views.Distribution {
	if len(r.rows) == 0 {
		return nil
	}
	counts := make([]int, len(bins)+2)
	for n := range r.rows {
		counts[binOf(r.rows[n].Main())]++
	}
	most := 0
	for _, count := range counts {
		most = max(most, count)
	}
	d := &views.Distribution{Caption: plural(len(r.rows), "store") + " by availability in " + mainText(about)}
	for _, n := range binOrder() {
		count := counts[n]
		bin := views.Bin{
			Text: binText(n), Count: countText(count), NoData: n >= noDataBin, Active: q.binned && q.Bin == n,
			Share: shareText(count, len(r.rows)), Width: float64(count) / float64(most),
		}
		if count > 0 {
			bin.URL = q.with(func(q *reportQuery) { q.binned, q.Bin = true, n }).url() + "#report-rows"
		}
		d.Bins = append(d.Bins, bin)
	}
	return d
}

// mainText names the time that a report is about.
func mainText(r models.Report) string {
	if r.Ranged() {
		return "the range, " + rangeText(r.Scope().Range)
	}
	return "the last week"
}

// binOrder are the numbers of the bins as they are shown: no data last.
func binOrder() []int {
	order := make([]int, 0, len(bins)+2)
	for n := range bins {
		order = append(order, n)
	}
	return append(order, littleDataBin, noDataBin)
}

// shareText is a part of a count, in percent.
func shareText(part, of int) string {
	return uptime.ShortPercent(uptime.Micros(part), uptime.Micros(of-part)) + "\u202f%"
}
