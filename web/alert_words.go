package web

import (
	"slices"
	"strings"

	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// alertKinds say what rules look for, in the words of forms.
var alertKinds = map[alerts.Kind]struct{ text, hint words.Text }{
	alerts.Offline:       {"A store is offline", "During its business hours, and while it is closely seen."},
	alerts.NoData:        {"A store has no data", "While it is open and other stores are polled."},
	alerts.PollsStale:    {"No store is polled any more", "The poller itself may be down. You get one message, and no store counts as offline because of it."},
	alerts.ImportFailed:  {"An import fails", ""},
	alerts.SourceFailing: {"A source cannot be fetched", "Several times in a row."},
}

// alertConditions say what a rule looks for, after "when" and as a whole sentence.
var alertConditions = map[alerts.Kind]struct{ condition, sentence words.Text }{
	alerts.Offline:       {"{store} is offline for {length}", "Tell me when {store} is offline for {length}."},
	alerts.NoData:        {"{store} has no data for {length} while it is open", "Tell me when {store} has no data for {length} while it is open."},
	alerts.PollsStale:    {"no store is polled for {length}", "Tell me when no store is polled for {length}."},
	alerts.ImportFailed:  {"an import fails", "Tell me when an import fails."},
	alerts.SourceFailing: {"a source cannot be fetched", "Tell me when a source cannot be fetched."},
}

// alertCondition is what a rule looks for: "a store of Kowalski Family is offline for 30 minutes".
func alertCondition(s *figures.Snapshot, r alerts.Rule) words.Message {
	if r.Kind == alerts.Offline && r.After == 0 {
		return words.Later("{store} is offline", "store", alertSubject(s, r.Subject))
	}
	text := alertConditions[r.Kind].condition
	if text == "" {
		return words.Said(string(r.Kind))
	}
	return words.Later(text, "store", alertSubject(s, r.Subject), "length", spanLater(r.After))
}

// alertSentence says what a rule looks for: "Tell me when any store is offline for 30 minutes."
func alertSentence(s *figures.Snapshot, r alerts.Rule) words.Message {
	if r.Kind == alerts.Offline && r.After == 0 {
		return words.Later("Tell me when {store} is offline.", "store", alertSubject(s, r.Subject))
	}
	text := alertConditions[r.Kind].sentence
	if text == "" {
		return words.Said(string(r.Kind))
	}
	return words.Later(text, "store", alertSubject(s, r.Subject), "length", spanLater(r.After))
}

// alertSubject names the stores of a rule, of which each counts alone.
func alertSubject(s *figures.Snapshot, of entered.Subject) words.Message {
	switch of.Scope {
	case entered.OfAll:
		return words.Later("any store")
	case entered.OfGroup:
		return words.Later("a store of {group}", "group", of.Name)
	default:
		if n, found := s.Find(of.Name); found && s.Stores[n].Name != "" {
			return words.Said(s.Stores[n].Name)
		}
		return words.Later("Store {id}", "id", names.Visible(of.Name))
	}
}

// alertMore is what a rule says besides: "Also when it is over. Nothing is sent between 23:00 and 07:00, America/Chicago."
func alertMore(w spoken, r alerts.Rule) string {
	var parts []string
	if r.TellBack {
		parts = append(parts, w.Say("Also when it is over."))
	}
	if r.Quiet() {
		parts = append(parts, w.Say("Nothing is sent between {from} and {to}, {zone}.", "from", uptime.ClockText(r.QuietFrom), "to", uptime.ClockText(r.QuietTo), "zone", r.Zone))
	}
	if r.Remind > 0 {
		parts = append(parts, w.Say("A reminder comes {every} until someone acknowledges it.", "every", w.every(r.Remind)))
	}
	return strings.Join(parts, " ")
}

// spanLater is a length in one unit, where it is one: "30 minutes", "2 hours", "90 minutes".
func spanLater(m uptime.Micros) words.Message {
	switch {
	case m > 0 && m%uptime.Day == 0:
		return words.CountLater(int64(m/uptime.Day), words.Plural{One: "{n} day", Other: "{n} days"})
	case m > 0 && m%uptime.Hour == 0:
		return words.CountLater(int64(m/uptime.Hour), words.Plural{One: "{n} hour", Other: "{n} hours"})
	case m%uptime.Minute == 0:
		return words.CountLater(int64(m/uptime.Minute), words.Plural{One: "{n} minute", Other: "{n} minutes"})
	default:
		return words.FigureLater(m.LengthText())
	}
}

func (w spoken) span(m uptime.Micros) string { return spanLater(m).In(w.Words) }

// every is how often something is done: "every hour", "every 4 hours".
func (w spoken) every(m uptime.Micros) string {
	switch {
	case m > 0 && m%uptime.Day == 0:
		return w.Count(int64(m/uptime.Day), words.Plural{One: "every day", Other: "every {n} days"})
	case m > 0 && m%uptime.Hour == 0:
		return w.Count(int64(m/uptime.Hour), words.Plural{One: "every hour", Other: "every {n} hours"})
	default:
		return w.Count(int64(m/uptime.Minute), words.Plural{One: "every minute", Other: "every {n} minutes"})
	}
}

// newChannelBoxes are the channels that a form offers.
func newChannelBoxes(w spoken, channels []deliveries.Channel, chosen []string) (boxes []views.Box) {
	for _, c := range channels {
		boxes = append(boxes, views.Box{Value: c.ID, Text: c.Name, Hint: channelHint(w, c), Chosen: slices.Contains(chosen, c.ID)})
	}
	return boxes
}

// channelHint says what kind of channel it is, and why it does not work.
func channelHint(w spoken, c deliveries.Channel) string {
	switch {
	case c.DisabledAt.Known:
		return w.Say("{kind}, disabled", "kind", c.Kind.Words())
	case !c.ConfirmedAt.Known:
		return w.Say("{kind}, not confirmed yet", "kind", c.Kind.Words())
	case c.Name != c.Shown():
		return c.Kind.Words().In(w.Words) + ", " + c.Shown()
	default:
		return c.Kind.Words().In(w.Words)
	}
}

// sendsTo names the channels of a rule, and says why nothing is sent to them.
func sendsTo(w spoken, r alerts.Rule, channels []deliveries.Channel) (to, wrong string) {
	var called []string
	works := false
	for _, c := range channels {
		if slices.Contains(r.Channels, c.ID) {
			called, works = append(called, c.Name), works || c.Works()
		}
	}
	switch {
	case len(called) == 0:
		return "", w.Say("This rule has no channel, so no messages are sent.")
	case works:
		return w.list(called), ""
	case len(called) == 1:
		return called[0], w.Say("This channel does not work.")
	default:
		return w.list(called), w.Say("None of these channels works.")
	}
}
