package views

func sampleAlerts() Alerts {
	since := at("2023-01-25T20:05:00Z", "14:05 CST")
	pause := func(id string) *PauseForm {
		return &PauseForm{Action: "/stores/x/pause", ID: id, Of: "Blue Kettle Airport", Until: "2023-02-01", Back: "list"}
	}
	return Alerts{
		Notice: "The rule is saved.", AllURL: "/alerts/incidents/acknowledge",
		Open: []Incident{
			{
				Of: Link{"Blue Kettle Airport", "/stores/x"}, Where: "Boise · Kowalski Family", State: StoreState{Kind: Offline, Since: "since 14:05 CST", At: since},
				Length: "1 h 12 min so far", Rule: Link{"A store of Kowalski Family is offline for 30 minutes", "/alerts/1"}, Told: "Told", ToldAt: at("2023-01-25T20:36:00Z", "14:36 CST"),
				AcknowledgeURL: "/alerts/incidents/1/acknowledge", Pause: pause("pause-1"),
			},
			{
				Of: Link{longName, "/stores/y"}, State: StoreState{Kind: NoData, Since: "since 12:00 CST", At: since}, Length: "3 h so far",
				Rule: Link{"Any store has no data for 2 hours", "/alerts/2"}, Told: "Told", ToldAt: since, Known: "Acknowledged by " + germanName, KnownAt: since, Pause: pause("pause-2"),
			},
			{Of: Link{"Imports", "/imports"}, Mark: Mark{Look, "Import failed"}, From: since, Rule: Link{"An import fails", "/alerts/3"}, Told: "Waits for the end of quiet hours", AcknowledgeURL: "/alerts/incidents/3/acknowledge"},
		},
		OpenPager: Pager{Text: "1–3 of 312 incidents", Next: "/alerts?open=2"},
		Rules: []AlertRule{
			{
				URL: "/alerts/1", Sentence: "Tell me when a store of Kowalski Family is offline for 30 minutes.", More: "And when it is over. Not between 23:00 and 07:00, America/Chicago. Remind me every 4 hours.",
				SendsTo: "ana@example.com and Slack", State: Mark{Well, "On"}, SwitchURL: "/alerts/1/disable", SwitchText: "Turn off",
			},
			{URL: "/alerts/2", Sentence: "Tell me when " + longName + " has no data for 2 hours while it is open.", SendsTo: longName, Problem: "This channel does not work.", State: Mark{Well, "On"}, SwitchURL: "/alerts/2/disable", SwitchText: "Turn off"},
			{URL: "/alerts/3", Sentence: "Tell me when an import fails.", Problem: "This rule has no channel, so no messages are sent.", State: Mark{Same, "Off"}, SwitchURL: "/alerts/3/enable", SwitchText: "Turn on"},
		},
		Pauses: []AlertPause{{Store: Link{"Blue Kettle Airport", "/stores/x"}, Until: "Wed 1 Feb 2023", ResumeURL: "/stores/x/resume"}, {Store: Link{longName, "/stores/y"}, Until: "Thu 2 Feb 2023", ResumeURL: "/stores/y/resume"}},
		Past: []Incident{
			{Of: Link{"Blue Kettle Airport", "/stores/x"}, Where: "Boise · Kowalski Family", Mark: Mark{Same, "Was offline"}, From: since, To: since, Length: "45 min", Rule: Link{Text: "A rule that was removed"}, Told: "Told", ToldAt: since, Known: "Acknowledged by Ana", KnownAt: since},
			{Of: Link{longName, "/stores/y"}, Mark: Mark{Note, "Was a false alarm"}, From: since, To: since, Rule: Link{"Any store is offline for 30 minutes", "/alerts/2"}, Told: "Not sent: it was already over"},
		},
		PastPager: Pager{Text: "1–2 of 61 incidents", Next: "/alerts?page=2"},
	}
}

func sampleQuietAlerts() Alerts {
	a := sampleAlerts()
	a.Notice, a.Open, a.Past, a.Pauses, a.NoChannel, a.AllURL, a.PastPager = "", nil, nil, nil, true, "", Pager{}
	a.None = Empty{"Nothing goes on", "No rule of yours finds anything now."}
	return a
}

func sampleAlertRule() AlertRuleForm {
	return AlertRuleForm{
		Action: "/alerts", TryURL: "/alerts/backtest", Title: "New rule",
		Kinds: []Choice{
			{Value: "offline", Text: "A store is offline", Hint: "During its business hours, and closely seen.", Selected: true},
			{Value: "no_data", Text: "A store has no data", Hint: "While it is open and others are polled."},
			{Value: "polls_stale", Text: "No store is polled any more", Hint: "The poller itself is down. It is said once."},
			{Value: "import_failed", Text: "An import fails"},
			{Value: "source_failing", Text: "A source cannot be fetched"},
		},
		Who: sampleForWhom(), After: "30", Units: []Option{{"minutes", "minutes", true}, {"hours", "hours", false}}, TellBack: true, Enabled: true,
		Remind: []Option{{"", "Never", true}, {"4", "Every 4 hours", false}}, Again: []Option{{"60", "An hour", true}},
		Zone: "America/Chicago", Zones: []string{"America/Chicago", "America/Denver"},
		Channels: []Box{{"1", "ana@example.com", "E-mail", true}, {"2", longName, "Slack, does not work", false}},
	}
}

func sampleMessage() SentMessage {
	return SentMessage{
		Title: "312 stores in 14 cities have been offline since 20:05 CST", Lines: []string{"Probably the poller or a platform."},
		Sections: []SentSection{{Heading: "Offline", More: "and 310 more", Rows: []SentRow{{Link{Text: "Blue Kettle Airport"}, "since 20:05 CST, 35 min"}, {Link{Text: longName}, "since 20:05 CST, 35 min"}}}},
		Notes:    []string{"You are told because of your rule: a store of Kowalski Family is offline for 30 minutes."},
	}
}

func sampleBacktest() AlertRuleForm {
	f := sampleAlertRule()
	f.Action, f.ID, f.Title, f.RemoveURL, f.More, f.QuietFrom, f.QuietTo = "/alerts/1", "1", "Change rule", "/alerts/1/remove", true, "23:00", "07:00"
	f.Backtest = Backtest{
		Done: true, Title: "31 messages in 30 days", Text: "From 26 Dec 2022 to 25 Jan 2023, about 9 stores.", Advice: "That is more than one a day. With 60 minutes it would have been 9.",
		Stores: []BacktestStore{{Link{"Blue Kettle Airport", "/stores/x"}, "12 messages"}, {Link{longName, "/stores/y"}, "7 messages"}}, Others: "And 7 more stores.",
		Messages: []BacktestMessage{{at("2023-01-25T02:05:00Z", "Tue 24 Jan 2023, 20:05 CST"), sampleMessage()}, {at("2023-01-24T02:05:00Z", "Mon 23 Jan 2023, 20:05 CST"), SentMessage{Title: longName + " was offline from 19:30 to 20:01 CST"}}},
		Pager:    "The latest 2 of 31 are shown.",
	}
	return f
}

func sampleAlertRuleRefused() AlertRuleForm {
	f := sampleAlertRule()
	f.Channels, f.After, f.Wrong = nil, "none", Refusal{"after", "after: expected minutes from 1 to 1,440, found none"}
	f.Backtest = Backtest{Done: true, Title: "What would it have sent?", Problem: "It took longer than ten seconds. Try it for a group."}
	return f
}

func sampleAcknowledge() Acknowledge {
	return Acknowledge{Action: "/acknowledge/x", Message: sampleMessage()}
}
