package views

// sampleOutageLog has all that a log may have.
func sampleOutageLog() OutageLog {
	from, to := at("2023-01-24T15:10:00Z", "Tue 24 Jan 2023, 09:10 CST"), at("2023-01-24T16:15:00Z", "Tue 24 Jan 2023, 10:15 CST")
	return OutageLog{
		Search: Search{Action: "/outages", Keep: []Param{{Name: "sort", Value: "longest"}}},
		Selects: append([]Select{
			{Name: "period", Label: "Time", Options: []Option{{Value: "7d", Text: "Last 7 days", Selected: true}, {Value: "24h", Text: "Last 24 hours"}}},
			{Name: "ended", Label: "Ended", Options: []Option{{Text: "Any end"}, {Value: "back_online", Text: "Back online", Selected: true}}},
		}, sampleSelects()[1]),
		Range: OutageRange{Zone: "UTC"},
		From:  at("2023-01-18T18:13:00Z", "Wed 18 Jan 2023, 18:13 UTC"), To: at("2023-01-25T18:13:00Z", "Wed 25 Jan 2023, 18:13 UTC"),
		Verdict: OutageVerdict{
			Outages: "120 outages", Offline: "46 h 12 min", Bounds: "31 h – 60 h", Stores: "38 stores", Ongoing: "3 still going on", Excused: "2 h of it excused",
			Lost: "≈ $2,772.00 lost sales", LostNote: "46 h 12 min × $60 per hour; an estimate",
		},
		Sort: OutageSort{From: SortLink{URL: "/outages"}, Length: SortLink{URL: "/outages?sort=longest", Dir: "descending"}},
		Rows: []OutageRow{
			{ID: "8419537941919820732", URL: "/stores/x", Name: "Burger Barn Lincoln Park", City: "Chicago", Group: Link{"Burger Barn", "/?group=x"}, From: from, Ongoing: true, Ended: "going on", Length: "3 h 12 min", Bounds: "2 h – 4 h 10 min", Reason: "tablet offline", Lost: "≈ $192.00"},
			{ID: "8419537941919820733", URL: "/stores/x", Name: longName, City: longName, Group: Link{longName, "/?group=x"}, From: from, To: to, Ended: "back online", Length: "1 h 5 min", Reason: longName, Excused: "20 min of it"},
			{ID: "8419537941919820734", URL: "/stores/x", From: from, To: to, Ended: "closed", Length: "1 h 5 min", Excused: "All of it"},
		},
		Reasons: true, Costs: true, Excused: true,
		Pager:    Pager{Text: "51–53 of 12,000 outages", Prev: "/outages"},
		Bound:    "Only the first 10,000 are shown. Use filters, or export all of them.",
		Export:   Download{Label: "Export 12,000 outages as CSV", URL: "/outages.csv"},
		Filtered: true, ClearURL: "/outages",
	}
}

// sampleOneOutage is of one store and of a time of its own, and has no more than it must.
func sampleOneOutage() OutageLog {
	l := sampleOutageLog()
	l.Only = OnlyStore{Store: Link{longName, "/stores/x"}, AllURL: "/outages"}
	l.Range.From, l.Range.To = "2023-01-18T00:00", "2023-01-25T00:00"
	l.Verdict = OutageVerdict{Outages: "1 outage", Offline: "1 h 5 min", Stores: "1 store"}
	l.Rows, l.Reasons, l.Costs, l.Excused = l.Rows[2:], false, false, false
	l.Pager, l.Bound = Pager{Text: "1–1 of 1 outage"}, ""
	return l
}
