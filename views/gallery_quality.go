package views

// sampleQuality has found much, or nothing.
func sampleQuality(found bool) Quality {
	titles := []string{
		"Business hours unknown", "Time zone unknown", "Never polled", "Silent stores", "Conflicting polls",
		"Polls outside business hours", "Odd business hours", "Without a group",
	}
	var q Quality
	for n, title := range titles {
		c := QualityCheck{
			Title: title, URL: "/quality/x", Found: Mark{Well, "None"},
			Text: "No file has the hours of these stores, so they count as open around the clock. Add them to your business hours file.",
		}
		switch {
		case !found:
		case n == 3:
			c.Found, c.Note = Mark{Look, "14,092 stores"}, "For more than 24 hours. In business hours: 812 stores."
		case n == 5:
			c.Found, c.Note = Mark{Note, "9,310 stores"}, "613,204 of their 1,204,611 polls, 50.90 %."
		case n%2 == 0:
			c.Found = Mark{Look, "1 store"}
		}
		q.Checks = append(q.Checks, c)
	}
	return q
}

func sampleFound() QualityList {
	q := sampleQuality(true)
	silent := func(name, id string, open Cell) QualityRow {
		return QualityRow{ID: id, Name: name, URL: "/stores/x", Cells: []Cell{
			{At: at("2023-01-23T20:05:00Z", "Mon 23 Jan 2023, 14:05 CST")}, {Text: "2 days 4 h"}, open, {Text: "11 h 30 min"},
		}}
	}
	open := Cell{At: at("2023-01-24T15:00:00Z", "Tue 24 Jan 2023, 09:00 CST")}
	l := QualityList{
		Check:   q.Checks[3],
		Choices: []Filter{{Text: "6 h", Count: "1,204", URL: "#main"}, {Text: "24 h", Count: "37", URL: "#main", Active: true}, {Text: "3 days", Count: "5", URL: "#main"}},
		Columns: []Column{{Text: "Store"}, {Text: "Last poll"}, {"Silent for", true}, {Text: "Open since"}, {"Open time", true}},
		Pager:   Pager{Text: "1–5 of 14,092 stores", Next: "#main"},
		Export:  Download{Label: "silent.csv", URL: "/quality/silent/list.csv"},
		Rows: []QualityRow{
			silent("", sampleID, open), silent("Burger Barn Lincoln Park", sampleUUID, open), silent(germanName, "8139926242460185", open),
			silent(longName, sampleLong, Cell{Text: "Always closed"}), silent("", sampleLong, open),
		},
	}
	l.Rows[0].Cells[0].Note = "or before"
	l.Rows[3].City, l.Rows[3].Group = longName, Link{longName, "/?group=x"}
	return l
}

// sampleOdd is stores and imports whose cells hold more than a word.
func sampleOdd() QualityList {
	return QualityList{
		Check:   QualityCheck{Title: "Odd business hours", Found: Mark{Look, "2 stores"}},
		Columns: []Column{{Text: "Store"}, {Text: "Rows"}},
		Export:  Download{Label: "odd_hours.csv", URL: "/quality/odd_hours/list.csv"},
		Rows: []QualityRow{
			{ID: sampleID, URL: "/stores/x", Cells: []Cell{{Lines: []string{
				"Monday 09:00–09:01, 1 min: shorter than five minutes", "Monday 00:00–23:00, 23 h: the rows of this day cover more than 24 hours",
			}}}},
			{ID: "0198d3d2", City: "store status.csv and 2 more", URL: "/imports/x", Cells: []Cell{
				{Links: []Link{{sampleID, "/stores/x"}, {sampleLong, "/stores/x"}}, More: "and 7 more"},
			}},
		},
	}
}

var sampleSources = []SourceRow{
	{URL: "https://polls.example.com/store_status.csv", State: Mark{Coming, "Not checked yet"}, Next: at("2026-11-23T16:00:00Z", "Mon 23 Nov 2026, 16:00 UTC")},
	{
		URL: "https://polls.example.com/store_status.csv", State: Mark{Well, "Imported"}, Outcome: "Imported: 12 MB.",
		Checked: at("2026-11-23T15:45:00Z", "Mon 23 Nov 2026, 15:45 UTC"), Next: at("2026-11-23T16:00:00Z", "Mon 23 Nov 2026, 16:00 UTC"), Import: Link{"0198d3d2", "/imports/x"},
	},
	{
		URL: "https://polls.example.com/menu_hours.csv", State: Mark{Same, "Unchanged"}, Outcome: "Not changed since 22 Nov 2026, 14:05 UTC.",
		Checked: at("2026-11-23T15:45:00Z", "Mon 23 Nov 2026, 15:45 UTC"), Next: at("2026-11-23T16:00:00Z", "Mon 23 Nov 2026, 16:00 UTC"), Import: Link{Text: "0198d3d2"},
	},
	{
		URL: "https://files.example.com/" + sampleLong + "/" + sampleLong + ".csv?token=…", State: Mark{Look, "Failed"}, Outcome: "Its server does not answer: expected an answer within 30 seconds, found none.",
		Checked: at("2026-11-23T15:45:00Z", "Mon 23 Nov 2026, 15:45 UTC"), Next: at("2026-11-24T15:45:00Z", "Tue 24 Nov 2026, 15:45 UTC"),
	},
}

var sampleInbox = []InboxRow{
	{
		Name: "polls.csv", State: Mark{Look, "Cannot be moved"}, Since: at("2026-11-23T15:45:00Z", "Mon 23 Nov 2026, 15:45 UTC"), Import: Link{"0198d3d2", "/imports/x"},
		Problem: "It was imported. It cannot be moved to done: permission denied. Fix that, or move the file away yourself. It is not read again unless it changes.",
	},
	{
		Name: sampleLong + sampleLong + ".txt", State: Mark{Look, "Refused"}, Since: at("2026-11-23T15:45:00Z", "Mon 23 Nov 2026, 15:45 UTC"),
		Problem: "This is not a CSV file. It is in failed, with the reason beside it.",
	},
}
