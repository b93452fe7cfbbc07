package web

import (
	"fmt"
	"slices"
	"strings"

	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// alertKinds say what rules look for, in the words of forms.
var alertKinds = map[alerts.Kind]views.Choice{
	alerts.Offline:       {Text: "A store is offline", Hint: "During its business hours, and while it is closely seen."},
	alerts.NoData:        {Text: "A store has no data", Hint: "While it is open and other stores are polled."},
	alerts.PollsStale:    {Text: "No store is polled any more", Hint: "The poller itself may be down. You get one message, and no store counts as offline because of it."},
	alerts.ImportFailed:  {Text: "An import fails"},
	alerts.SourceFailing: {Text: "A source cannot be fetched", Hint: "Several times in a row."},
}

// alertCondition is what a rule looks for: "a store of Kowalski Family is offline for 30 minutes".
func alertCondition(s *figures.Snapshot, r alerts.Rule) string {
	switch r.Kind {
	case alerts.Offline:
		if r.After == 0 {
			return alertSubject(s, r.Subject) + " is offline"
		}
		return alertSubject(s, r.Subject) + " is offline for " + spanWords(r.After)
	case alerts.NoData:
		return alertSubject(s, r.Subject) + " has no data for " + spanWords(r.After) + " while it is open"
	case alerts.PollsStale:
		return "no store is polled for " + spanWords(r.After)
	case alerts.ImportFailed:
		return "an import fails"
	case alerts.SourceFailing:
		return "a source cannot be fetched"
	default:
		return string(r.Kind)
	}
}

// alertSubject names the stores of a rule, of which each counts alone.
func alertSubject(s *figures.Snapshot, of entered.Subject) string {
	switch of.Scope {
	case entered.OfAll:
		return "any store"
	case entered.OfGroup:
		return "a store of " + of.Name
	default:
		return subjectLink(s, of).Text
	}
}

// alertMore is what a rule says besides: "And when it is over. Not between 23:00 and 07:00, America/Chicago."
func alertMore(r alerts.Rule) string {
	var parts []string
	if r.TellBack {
		parts = append(parts, "Also when it is over.")
	}
	if r.Quiet() {
		parts = append(parts, fmt.Sprintf("Nothing is sent between %s and %s, %s.", uptime.ClockText(r.QuietFrom), uptime.ClockText(r.QuietTo), r.Zone))
	}
	if r.Remind > 0 {
		parts = append(parts, "A reminder comes every "+everyWords(r.Remind)+" until someone acknowledges it.")
	}
	return strings.Join(parts, " ")
}

// spanWords is a length in one unit, where it is one: "30 minutes", "2 hours", "90 minutes".
func spanWords(m uptime.Micros) string {
	switch {
	case m > 0 && m%uptime.Day == 0:
		return plural(m/uptime.Day, "day")
	case m > 0 && m%uptime.Hour == 0:
		return plural(m/uptime.Hour, "hour")
	case m%uptime.Minute == 0:
		return plural(m/uptime.Minute, "minute")
	default:
		return m.LengthText()
	}
}

// everyWords is how often something is done: "hour", "4 hours".
func everyWords(m uptime.Micros) string { return strings.TrimPrefix(spanWords(m), "1 ") }

// newChannelBoxes are the channels that a form offers.
func newChannelBoxes(channels []deliveries.Channel, chosen []string) (boxes []views.Box) {
	for _, c := range channels {
		boxes = append(boxes, views.Box{Value: c.ID, Text: c.Name, Hint: channelHint(c), Chosen: slices.Contains(chosen, c.ID)})
	}
	return boxes
}

// channelHint says what kind of channel it is, and why it does not work.
func channelHint(c deliveries.Channel) string {
	hint := c.Kind.Words()
	switch {
	case c.DisabledAt.Known:
		return hint + ", disabled"
	case !c.ConfirmedAt.Known:
		return hint + ", not confirmed yet"
	case c.Name != c.Shown():
		return hint + ", " + c.Shown()
	default:
		return hint
	}
}

// sendsTo names the channels of a rule, and says why nothing is sent to them.
func sendsTo(r alerts.Rule, channels []deliveries.Channel) (to, wrong string) {
	var called []string
	works := false
	for _, c := range channels {
		if slices.Contains(r.Channels, c.ID) {
			called, works = append(called, c.Name), works || c.Works()
		}
	}
	switch {
	case len(called) == 0:
		return "", "This rule has no channel, so no messages are sent."
	case works:
		return listWords(called), ""
	case len(called) == 1:
		return called[0], "This channel does not work."
	default:
		return listWords(called), "None of these channels works."
	}
}

// listWords joins words: "a, b and c".
func listWords(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
