package web

import (
	"context"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const outagesOnPage = 20

// addOutages lists the outages in a span of time, newest first.
func (s *Server) addOutages(ctx context.Context, store *views.Store, snapshot *figures.Snapshot, n int, within uptime.Span) error {
	w := spokenOf(ctx)
	list, err := s.data.Outages(ctx, snapshot, figures.OutageQuery{Stores: []int{n}, Within: within, Limit: outagesOnPage})
	if err != nil {
		return err
	}
	if list.More {
		store.OutagesMore = w.Say("and {n} more", "n", list.Sum.Outages-outagesOnPage)
	}
	zone := snapshot.Location(n)
	for _, o := range list.Outages {
		outage := views.Outage{
			From:   w.time(o.From, zone, "Mon 2 Jan, "+clock),
			Length: w.length(o.Length()), Bounds: boundsText(w, o.Least, o.Length(), o.Most),
			Reason: o.Reason, Excused: excusedText(w, &o),
		}
		if may(ctx, access.Correct) && o.Excused < o.Length() {
			outage.ExcuseURL = excuseURL(snapshot.Stores[n].Code, o.Span)
		}
		if !snapshot.Ongoing(o.Outage) {
			outage.To = w.time(o.To, zone, "Mon 2 Jan, "+clock)
		}
		store.Outages = append(store.Outages, outage)
	}
	return nil
}

// excusedText says how much of an outage corrections excuse; empty for nothing.
func excusedText(w spoken, o *figures.StoreOutage) string {
	return ofExcused(w, o, "all of it excused", "{length} of it excused")
}

// ofExcused says how much of an outage corrections excuse, with a text for where they excuse
// all of it, and one for a part.
func ofExcused(w spoken, o *figures.StoreOutage, all, part words.Text) string {
	switch o.Excused {
	case 0:
		return ""
	case o.Length():
		return w.Say(all)
	default:
		return w.Say(part, "length", w.length(o.Excused))
	}
}

// noOutage says what is known of a week in which no outage was seen.
func noOutage(w spoken, week uptime.Figures, when string) views.Empty {
	switch week.Confidence() {
	case uptime.NeverOpen:
		return views.Empty{Title: w.Say("Closed {when}|a store, this week", "when", when), Text: w.Say("The store was not open.")}
	case uptime.NothingSeen:
		return views.Empty{Title: w.Say("No data {when}|this week", "when", when), Text: w.Say("There were no polls while the store was open.")}
	case uptime.Thin:
		if week.FarApart() {
			return views.Empty{Title: upperFirst(w.finding(week)), Text: doubtText(w, week)}
		}
		return views.Empty{Title: upperFirst(w.finding(week)), Text: w.Say("The rest of the time it was open is unknown.")}
	case uptime.Fair:
		return views.Empty{Title: w.Say("No downtime seen {when}|this week", "when", when), Text: doubtText(w, week)}
	default:
		return views.Empty{Title: w.Say("No downtime {when}. Great news|this week", "when", when), Text: w.Say("Every poll made during business hours found the store online.")}
	}
}
