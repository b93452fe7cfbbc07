package web

import (
	"fmt"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

const outagesOnPage = 20

// newOutages lists the outages of the last week, newest first.
func newOutages(s *figures.Snapshot, n int, past figures.StoreDays) (list []views.Outage, more string) {
	outages := past.Outages(uptime.Windows(s.AsOf)[uptime.LastWeek])
	slices.Reverse(outages)
	if len(outages) > outagesOnPage {
		more = fmt.Sprintf("and %d more", len(outages)-outagesOnPage)
		outages = outages[:outagesOnPage]
	}
	for _, o := range outages {
		outage := views.Outage{
			From:   timeText(o.From, past.Location, "Mon 2 Jan, "+clock),
			Length: lengthText(o.Length()),
		}
		if !ongoing(s, n, o) {
			outage.To = timeText(o.To, past.Location, "Mon 2 Jan, "+clock)
		}
		list = append(list, outage)
	}
	return list, more
}

// ongoing reports whether an outage of store n has not ended yet.
func ongoing(s *figures.Snapshot, n int, outage uptime.Span) bool {
	return outage.To == s.AsOf && s.Now[n].State == uptime.Down
}
