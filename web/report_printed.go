package web

import (
	"context"
	"fmt"
	"strings"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	// worstPrinted is how many stores paper begins with.
	worstPrinted = 10
	// mostPrinted is how many stores a report has on paper, about eight pages of them. The
	// page carries them all, whether it is printed or not.
	mostPrinted = 250
)

// newPrintedReport is what a report says on paper, however its table was searched and
// sorted on the screen.
func newPrintedReport(ctx context.Context, about models.Report, r *finishedReport) (*views.PrintedReport, error) {
	q := usualReportQuery(about, "")
	q.Sort, q.Desc = q.usual, true
	chosen, err := q.choose(ctx, r)
	if err != nil {
		return nil, err
	}
	p := &views.PrintedReport{Main: mainText(about), Range: about.Ranged(), Targets: anyRowTarget(r.rows)}
	for _, row := range chosen[:min(worstPrinted, len(chosen))] {
		if row.Main().Down > 0 {
			p.Worst = append(p.Worst, newPrintedStore(row))
		}
	}
	shown := chosen[:min(mostPrinted, len(chosen))]
	for _, row := range shown {
		p.Stores = append(p.Stores, newReportStore(spokenOf(ctx), row))
	}
	p.LeftOut = leftOutText(len(chosen), len(shown))
	return p, nil
}

func newPrintedStore(r *reports.Row) views.PrintedStore {
	f := r.Main()
	s := views.PrintedStore{
		ID: r.Store, Name: r.Name, Place: joinSome(" · ", r.City, r.Group), Offline: f.Down.LengthText(),
		Availability: percentText(f.Up, f.Down), Thin: f.Confidence() == uptime.Thin, Outages: countText(f.Outages), Longest: f.Longest.LengthText(),
	}
	if f.NoData() > 0 {
		s.NoData = percentText(f.NoData(), f.Up+f.Down)
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
func leftOutText(all, shown int) string {
	if all == shown {
		return ""
	}
	return fmt.Sprintf("The %s of %s with the most downtime. The other %s are in the CSV.", countText(shown), plural(all, "store"), plural(all-shown, "store"))
}
