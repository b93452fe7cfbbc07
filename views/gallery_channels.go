package views

import "github.com/a-h/templ"

// channelSamples are the pages of channels and of what was sent to them.
func channelSamples() map[string]templ.Component {
	p := samplePage("Sample", NavAlerts)
	return map[string]templ.Component{
		"channels":         ChannelsPage(samplePage("Channels", NavAlerts), sampleChannels()),
		"channels-none":    ChannelsPage(samplePage("Channels", NavAlerts), Channels{NoLinks: true, OwnEmail: "ana@example.com", Form: sampleChannelForm()}),
		"channels-refused": ChannelsPage(samplePage("Channels", NavAlerts), sampleChannelsRefused()),
		"deliveries":       DeliveriesPage(samplePage("Deliveries", NavAlerts), sampleDeliveries()),
		"deliveries-none":  DeliveriesPage(samplePage("Deliveries", NavAlerts), Deliveries{}),
		"delivery":         DeliveryPage(samplePage("Delivery", NavAlerts), sampleDelivery()),
		"unsubscribe":      UnsubscribePage(p, Unsubscribe{Action: "/unsubscribe/x", Address: longName + "@example.com"}),
		"unsubscribed":     UnsubscribePage(p, Unsubscribe{Address: "ana@example.com", Done: true, EnableURL: "/channels/1/enable"}),
		"unsubscribed-by":  UnsubscribePage(p, Unsubscribe{Address: "ana@example.com", Done: true, SignInURL: "/sign-in"}),
		"confirm":          ConfirmPage(p, Confirm{Action: "/confirm/x", Address: "jose@example.com", By: "Ana Kowalski"}),
		"confirmed-off":    ConfirmPage(p, Confirm{Address: "jose@example.com", Done: true, Off: true}),
		"confirmed":        ConfirmPage(p, Confirm{Address: "jose@example.com", Done: true}),
	}
}

var sampleSent = at("2026-11-23T15:40:00Z", "Mon 23 Nov 2026, 15:40 UTC")

func sampleChannels() Channels {
	last := func(kind, title string, s DeliveryState) *LastDelivery {
		return &LastDelivery{ID: "1", Kind: kind, What: Link{title, "/deliveries/1"}, At: sampleSent, State: s}
	}
	sent := DeliveryState{Badge: Badge{State: Complete}, Answer: "Sent in 0.4 s: 200 OK"}
	waits := DeliveryState{Badge: Badge{State: Failed}, Answer: "The server answered 503 Service Unavailable.", Tries: "9 tries"}
	return Channels{
		Notice: "The channel is added.",
		Secret: Secret{Title: "The secret of “till system”", Label: "Secret", Value: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Note: "Each message is signed as Standard Webhooks describes it."},
		Rows: []ChannelCard{
			{
				ID: "1", Name: "My e-mail", Kind: "E-mail", Icon: "mail", Address: "ana@example.com", State: Mark{Well, "Works"}, Last: last("Alert", "Blue Kettle Airport has been offline since 20:05 CST", sent),
				TestURL: "/channels/1/test", DisableURL: "/channels/1/disable", NameURL: "/channels/1/name", RemoveURL: "/channels/1/remove",
			},
			{
				ID: "2", Name: "till system", Kind: "Webhook", Icon: "webhook", Address: "https://hooks.example.com/…", State: Mark{Look, "Failing"}, Why: "Nothing was taken since Mon 23 Nov 2026, 15:40 UTC.", Last: last("Test", "Test message", waits),
				TestURL: "/channels/2/test", DisableURL: "/channels/2/disable", NameURL: "/channels/2/name", SecretURL: "/channels/2/secret", RemoveURL: "/channels/2/remove",
			},
			{
				ID: "3", Name: longName, Kind: "E-mail", Icon: "mail", Address: longName + "@example.com", State: Mark{Coming, "Waiting for confirmation"}, Why: "A mail was sent to it. Nothing else is sent before it is confirmed.",
				Last:       last("Confirmation", "Do you want messages from Lights On?", DeliveryState{Badge: Badge{State: Complete}, Answer: "Sent in 0.9 s: 250 OK"}),
				ConfirmURL: "/channels/3/ask", CodeURL: "/channels/3/confirm", DisableURL: "/channels/3/disable", NameURL: "/channels/3/name", RemoveURL: "/channels/3/remove",
			},
			{
				ID: "4", Name: "#alerts", Kind: "Slack", Icon: "chat", Address: "https://hooks.slack.com/…", State: Mark{Same, "Disabled"}, Why: "Since Mon 23 Nov 2026, 15:40 UTC: You disabled it.",
				EnableURL: "/channels/4/enable", NameURL: "/channels/4/name", RemoveURL: "/channels/4/remove",
			},
		},
		Form: sampleChannelForm(),
	}
}

func sampleChannelForm() ChannelForm {
	return ChannelForm{Open: true, Kinds: []Choice{
		{Value: "email", Text: "E-mail", Hint: "Another address than yours is asked first."},
		{Value: "slack", Text: "Slack", Hint: "The URL of an incoming webhook.", Selected: true},
	}}
}

func sampleChannelsRefused() Channels {
	c := sampleChannels()
	c.Notice, c.Secret = "", Secret{}
	c.Rows[1].Problem = Refusal{"", "Channel: expected at most 5 test messages in an hour, found 5 already: try again later."}
	c.Rows[2].Problem = Refusal{"code", "Code: expected the one in the latest mail to the address, found 123."}
	c.Rows[3].Problem, c.Rows[3].Typed = Refusal{"name", "Name: expected 1 to 80 characters, found nothing."}, ""
	c.Form.Problem, c.Form.Name = Refusal{"address", "Address: expected an address such as https://hooks.slack.com/services/…, found nothing."}, longName
	return c
}

func sampleDeliveries() Deliveries {
	row := func(id, kind, title string, s DeliveryState) DeliveryRow {
		return DeliveryRow{ID: id, Kind: kind, What: Link{title, "/deliveries/" + id}, Channel: Link{"My e-mail", "/channels#channel-1"}, At: sampleSent, State: s, RowURL: "/deliveries/" + id + "/row"}
	}
	l := Deliveries{
		States:   []Filter{{Text: "All", URL: "/deliveries", Active: true}, {Text: "Waiting", URL: "/deliveries?state=waiting"}, {Text: "Failed", URL: "/deliveries?state=failed"}},
		Channels: Select{Name: "channel", Label: "Channel", Options: []Option{{Text: "Any channel"}, {Value: "1", Text: longName}}},
		Rows: []DeliveryRow{
			row("1", "Alert", "Blue Kettle Airport has been offline since 20:05 CST", DeliveryState{Badge: Badge{State: Complete}, Answer: "Sent in 0.4 s: 250 OK"}),
			row("2", "Digest", longName, DeliveryState{Badge: Badge{State: Failed}, Answer: "The server answered 503 Service Unavailable.", Tries: "9 tries"}),
			row("3", "Test", "Test message", DeliveryState{Badge: Badge{State: Cancelled}, Answer: "The channel was disabled."}),
		},
		Pager: Pager{Next: "/deliveries?before=3", NextText: "Older"}, Filtered: true, ClearURL: "/deliveries",
	}
	l.Rows[1].RetryURL, l.Rows[2].RetryURL, l.Rows[2].Channel = "/deliveries/2/retry", "/deliveries/3/retry", Link{longName, ""}
	return l
}

func sampleDelivery() Delivery {
	return Delivery{
		DeliveryRow: sampleDeliveries().Rows[1], Notice: "It is tried again.",
		Message: SentMessage{
			Title: "312 stores in 14 cities have been offline since 20:05 CST", Lines: []string{"Probably the poller or a platform."},
			Sections: []SentSection{{"Offline", []SentRow{{Link{"Blue Kettle Airport", "/stores/12"}, "since 20:05 CST, 35 min"}, {Link{longName, "/stores/13"}, "since 20:05 CST"}}, "and 280 more"}},
			Links:    []Link{{"Offline stores", "/stores?state=offline"}}, Notes: []string{"You get this because of your rule “All stores”."},
		},
		Tries: []DeliveryTry{
			{At: sampleSent, Took: "10 s", Answer: "Nobody answered within 10 seconds.", State: Mark{Look, "Failed"}},
			{At: sampleSent, Took: "0.4 s", Answer: "503 Service Unavailable: " + longName, State: Mark{Look, "Failed"}},
		},
	}
}
