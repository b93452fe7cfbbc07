package web

import (
	"context"
	"fmt"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

const outagesOnPage = 20

// addOutages lists the outages in a span of time, newest first.
func (s *Server) addOutages(ctx context.Context, store *views.Store, snapshot *figures.Snapshot, n int, within uptime.Span) error {
	list, err := s.data.Outages(ctx, snapshot, figures.OutageQuery{Stores: []int{n}, Within: within, Limit: outagesOnPage})
	if err != nil {
		return err
	}
	if list.More {
		store.OutagesMore = fmt.Sprintf("and %d more", list.Sum.Outages-outagesOnPage)
	}
	zone := snapshot.Location(n)
	for _, o := range list.Outages {
		outage := views.Outage{
			From:   timeText(o.From, zone, "Mon 2 Jan, "+clock),
			Length: o.Length().LengthText(), Bounds: boundsText(spokenOf(ctx), o.Least, o.Length(), o.Most),
			Reason: o.Reason, Excused: excusedText(&o),
		}
		if may(ctx, access.Correct) && o.Excused < o.Length() {
			outage.ExcuseURL = excuseURL(snapshot.Stores[n].Code, o.Span)
		}
		if !snapshot.Ongoing(o.Outage) {
			outage.To = timeText(o.To, zone, "Mon 2 Jan, "+clock)
		}
		store.Outages = append(store.Outages, outage)
	}
	return nil
}

// excusedText says how much of an outage corrections excuse; empty for nothing.
func excusedText(o *figures.StoreOutage) string {
	switch o.Excused {
	case 0:
		return ""
	case o.Length():
		return "all of it"
	default:
		return o.Excused.LengthText() + " of it"
	}
}

// noOutage says what is known of a week in which no outage was seen.
func noOutage(w spoken, week uptime.Figures, when string) views.Empty {
	switch week.Confidence() {
	case uptime.NeverOpen:
		return views.Empty{Title: "Closed " + when, Text: "The store was not open."}
	case uptime.NothingSeen:
		return views.Empty{Title: "No data " + when, Text: "There were no polls while the store was open."}
	case uptime.Thin:
		if week.FarApart() {
			return views.Empty{Title: upperFirst(narrow(week.FindingText())), Text: doubtText(w, week)}
		}
		return views.Empty{Title: upperFirst(narrow(week.FindingText())), Text: "The rest of the time it was open is unknown."}
	case uptime.Fair:
		return views.Empty{Title: "No downtime seen " + when, Text: doubtText(w, week)}
	default:
		return views.Empty{Title: "No downtime " + when + ". Great news", Text: "Every poll made during business hours found the store online."}
	}
}
