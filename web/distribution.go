package web

import (
	"slices"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
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
	{"50\u202f%", 0}, // and less, see binText
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
	last := len(bins) - 1 // it takes the rest
	for n, bin := range bins[:last] {
		if f.Up*1000 >= bin.least*seen {
			return n
		}
	}
	return last
}

func binText(w spoken, n int) string {
	switch n {
	case noDataBin:
		return w.Say("No data")
	case littleDataBin:
		return w.Say("Under half closely seen")
	case len(bins) - 1:
		return w.Say("under {share}", "share", w.Figure(bins[n].text))
	default:
		return w.Figure(bins[n].text)
	}
}

// newDistribution counts the stores of a report by their availability in what it is
// about: its range or the last week.
func newDistribution(w spoken, about models.Report, r *finishedReport, q reportQuery) *views.Distribution {
	if len(r.rows) == 0 {
		return nil
	}
	d := &views.Distribution{Caption: distributionText(w, about, len(r.rows))}
	most := slices.Max(r.bins)
	for _, n := range binOrder() {
		count := r.bins[n]
		bin := views.Bin{
			Text: binText(w, n), Count: w.Number(int64(count)), NoData: n >= noDataBin, Active: q.binned && q.Bin == n,
			Share: shareText(w, count, len(r.rows)), Width: float64(count) / float64(most),
		}
		if count > 0 {
			bin.URL = q.with(func(q *reportQuery) { q.binned, q.Bin = true, n }).url() + "#report-rows"
		}
		d.Bins = append(d.Bins, bin)
	}
	return d
}

// distributionText says of how many stores the availability is shown, and of which time: that
// which the report is about.
func distributionText(w spoken, r models.Report, stores int) string {
	if !r.Ranged() {
		return w.Count(int64(stores), words.Plural{One: "{n} store by availability in the last week", Other: "{n} stores by availability in the last week"})
	}
	return w.Count(int64(stores), words.Plural{
		One: "{n} store by availability in the range, {range}", Other: "{n} stores by availability in the range, {range}",
	}, "range", rangeText(w, r.Scope().Range))
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
func shareText(w spoken, part, of int) string {
	return narrow(w.figures().ShortPercent(uptime.Micros(part), uptime.Micros(of-part)))
}
