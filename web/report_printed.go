package web

import (
	"context"
	"strings"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	// worstPrinted is how many stores paper begins with.
	worstPrinted = 10
	// mostPrinted is how many stores a report has on paper, about eight pages of them. The
	// page carries them all, whether it is printed or not.
	mostPrinted = 250
)

// onPaper are the parts of a report that only paper has. It is the same however the table was
// searched and sorted on the screen, and most of the page.
func onPaper(ctx context.Context, about models.Report, r *finishedReport) (*views.OnPaper, error) {
	return r.printed.get(ctx, everybody, struct{}{}, struct{}{}, func(ctx context.Context) (*views.OnPaper, error) {
		printed, err := newPrintedReport(ctx, about, r)
		if err != nil {
			return nil, err
		}
		worst, err := newPart(ctx, views.PrintedWorst(*printed))
		if err != nil {
			return nil, err
		}
		stores, err := newPart(ctx, views.PrintedStores(*printed))
		return &views.OnPaper{Worst: worst, Stores: stores}, err
	})
}

// newPrintedReport is what a report says on paper.
func newPrintedReport(ctx context.Context, about models.Report, r *finishedReport) (*views.PrintedReport, error) {
	q := usualReportQuery(about, "")
	q.Sort, q.Desc = q.usual, true
	chosen, err := q.choose(ctx, r)
	if err != nil {
		return nil, err
	}
	w := spokenOf(ctx)
	p := &views.PrintedReport{WorstOf: worstText(w, about), Range: about.Ranged(), Targets: r.targets > 0}
	for _, row := range chosen[:min(worstPrinted, len(chosen))] {
		if row.Main().Down > 0 {
			p.Worst = append(p.Worst, newPrintedStore(w, row))
		}
	}
	shown := chosen[:min(mostPrinted, len(chosen))]
	for _, row := range shown {
		p.Stores = append(p.Stores, newReportStore(w, row))
	}
	p.LeftOut = leftOutText(w, len(chosen), len(shown))
	return p, nil
}

func newPrintedStore(w spoken, r *reports.Row) views.PrintedStore {
	f := r.Main()
	s := views.PrintedStore{
		ID: r.Store, Name: r.Name, Place: joinSome(" · ", r.City, r.Group), Offline: w.length(f.Down),
		Availability: w.percent(f.Up, f.Down), Thin: f.Confidence() == uptime.Thin, Outages: w.Number(int64(f.Outages)), Longest: w.length(f.Longest),
	}
	if f.NoData() > 0 {
		s.NoData = w.percent(f.NoData(), f.Up+f.Down)
	}
	return s
}

// joinSome joins those of the texts that are not empty.
func joinSome(separator string, texts ...string) string {
	var some []string
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return strings.Join(some, separator)
}

// leftOutText says on paper what is not there.
func leftOutText(w spoken, all, shown int) string {
	if all == shown {
		return ""
	}
	return w.Count(int64(all-shown), words.Plural{
		One:   "The {shown} of {all} with the most downtime. The other store is in the CSV.",
		Other: "The {shown} of {all} with the most downtime. The other {n} stores are in the CSV.",
	}, "shown", shown, "all", w.stores(all))
}

// worstText is the heading of the stores with the most downtime in what a report is about.
func worstText(w spoken, r models.Report) string {
	if !r.Ranged() {
		return w.Say("Most downtime in the last week")
	}
	return w.Say("Most downtime in the range, {range}", "range", rangeText(w, r.Scope().Range))
}
