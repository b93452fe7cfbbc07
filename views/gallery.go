package views

import (
	"fmt"
)

// The samples of this file are what the gallery shows: made up, but shaped like the real thing.

const (
	sampleID   = "1481966498820158979"
	sampleUUID = "5f3cbd1c-0b6e-4c3e-9a0e-6a1d2b7f4c55"
	sampleLong = "a-store-whose-id-uses-every-one-of-the-128-bytes-it-may-have-because-somebody-joined-the-brand-the-city-and-the-street-0000001"
)

// everything is what an operator may do.
var everything = Can{
	MakeReports: true, KeepSales: true, ShareReports: true, ReadQuality: true, ReadImports: true, Ingest: true, ManagePeople: true, ReadAudit: true, KeepAlerts: true,
}

func samplePage(title, active string) Page {
	return Page{
		Title: title, Active: active, Version: "gallery", Who: "Ana Kowalski", Can: everything,
		AsOf: at("2023-01-25T20:05:00Z", "14:05 CST"), AsOfAge: "22 min ago",
	}
}

func at(utc, text string) Time { return Time{UTC: utc, Text: text} }

var (
	goodDay = Window{
		Name: "Last day", Known: true, Availability: "100 %", Open: "8 h", Coverage: "100 %",
		Share: Share{Up: 1}, Change: "Same as the day before", Trend: "same",
	}
	mixedWeek = Window{
		Name: "Last week", Known: true, Availability: "97.4 %", Offline: "1 h 26 min", Bounds: "40 min – 3 h 12 min", Open: "56 h", NoData: "3 %",
		Coverage: "97 %", Share: Share{Up: .945, Down: .025, NoData: .03},
		Change: "Up 1.2 points from 96.2 % the week before", Trend: "up",
	}
	badHour = Window{
		Name: "Last hour", Known: true, Availability: "25.0 %", Offline: "45 min", Bounds: "12 min – 1 h", Open: "1 h", Coverage: "100 %",
		Share: Share{Up: .25, Down: .75}, Change: "Down 75 points from 100 % the hour before", Trend: "down",
	}
	almost = Window{
		Name: "Last week", Known: true, Availability: "99.96 %", Offline: "4 min", Open: "168 h", Coverage: "100 %",
		Share: Share{Up: .9996, Down: .0004},
	}
	farApart = Window{
		Name: "Last week", Known: true, Thin: true, Availability: "96.4 %", Offline: "6 h", Bounds: "0 min – 12 h", Open: "168 h", Coverage: "100 %", Closely: "25 %",
		Finding: "6 h of downtime seen; polls are too far apart to say more",
		Share:   Share{Up: .964, Down: .036, UpFar: .72, DownFar: .027}, Change: "polls are too far apart to compare with the week before",
	}
	silent = Window{Name: "Last day", Open: "8 h"}
	shut   = Window{Name: "Last hour", Closed: true}
)

func named(name string, w Window) Window {
	w.Name = name
	return w
}

var sampleBadges = []Badge{
	{State: Queued},
	{State: Running},
	{State: Running, Progress: "1,240 of 14,092 stores", Done: 1240, Total: 14092, Elapsed: "12 s"},
	{State: Complete},
	{State: Failed, Reason: "The server was stopped while it worked on this."},
	{State: Cancelled},
	{State: Preview},
}

var sampleStates = []StoreState{
	{Kind: Offline, Since: "since 14:05 CST", At: at("2023-01-25T20:05:00Z", "14:05 CST"), Note: Time{Text: "closes 22:00"}},
	{Kind: Online},
	{Kind: Online, Since: "since Mon 09:00 CST", Note: Time{Text: "closes 17:00"}, Seen: Time{Text: "last seen 12:05 CST"}},
	{Kind: Closed, Since: "until Mon 09:00 CST", At: at("2023-01-30T15:00:00Z", "Mon 09:00 CST")},
	{Kind: NoData, Since: "since 23 Jan 2023 09:14 CST", At: at("2023-01-23T15:14:00Z", "23 Jan 2023 09:14 CST")},
}

var sampleDownloads = []Download{
	{Label: "CSV", URL: "/reports/x.csv", Size: "1.1 MB"},
	{Label: "Details CSV", URL: "/reports/x-details.csv", Size: "4.6 MB"},
}

var sampleFiles = []Download{
	{Label: "polls.csv", URL: "/samples/polls.csv", Size: "1 kB"},
	{Label: "business_hours.csv", URL: "/samples/business_hours.csv", Size: "1 kB"},
	{Label: "timezones.csv", URL: "/samples/timezones.csv", Size: "1 kB"},
	{Label: "store_names.csv", URL: "/samples/store_names.csv", Size: "1 kB"},
	{Label: "special_days.csv", URL: "/samples/special_days.csv", Size: "1 kB"},
}

func sampleReports() ReportList {
	var l ReportList
	for i, b := range sampleBadges[:6] {
		id := fmt.Sprintf("0198c%03d", i)
		r := ReportRow{
			ID: id, Name: "Kowalski Family · 5–19 Nov 2026", URL: "/reports/" + id, RowURL: "/reports/" + id + "/row", Badge: b,
			AsOf:      at("2023-01-25T18:13:22Z", "25 Jan 2023 18:13 UTC"),
			Requested: at("2026-11-23T15:40:00Z", "23 Nov 2026 15:40 UTC"), By: "a browser",
		}
		switch {
		case b.State == Complete:
			r.Took, r.Stores, r.Downloads = "0.4 s", "14,092", sampleDownloads
		case !b.Final():
			r.CancelURL = r.URL + "/cancel"
		default:
			r.RetryURL = r.URL + "/retry"
		}
		l.Rows = append(l.Rows, r)
	}
	l.Pager, l.Can = Pager{Text: "1–6 of 31", Next: "/reports?after=6"}, everything
	return l
}

func sampleOverview() Overview {
	o := Overview{
		Verdict: sampleVerdict(), Worst: sampleWorst(), Movers: sampleMovers(),
		Counts: Counts{
			Offline: Count{"37", .003, "/stores?state=offline"}, Online: Count{"9,310", .66, "/stores?state=online"},
			Closed: Count{"4,120", .292, "/stores?state=closed"}, NoData: Count{"625", .045, "/stores?state=nodata"},
			Label: "The 14,092 stores now", Total: "14,092 stores in all", Now: "now",
		},
		Offline: OfflineList{Now: "now", More: "All 37 offline stores", URL: "/stores?state=offline"},
		Windows: []Window{badHour, goodDay, mixedWeek},
		Trend:   sampleTrend(),
		HeatMap: sampleHeatMap(),
		Groups:  sampleGroups(),
		Chooser: sampleGroupChoice(""),
		Reports: ReportList{Rows: sampleReports().Rows[2:5], Short: true, Can: everything},
		Can:     everything,
	}
	o.Generate.Short, o.Generate.Can = true, everything
	for i, id := range []string{sampleID, sampleUUID, "2947553842014530", "8139926242460185"} {
		o.Offline.Rows = append(o.Offline.Rows, OfflineStore{
			ID: id, URL: "/stores/" + id, Since: at("2023-01-25T20:05:00Z", fmt.Sprintf("%02d:05 CST", 8+2*i)),
			For: fmt.Sprintf("%d h 12 min", 7-2*i), Closes: Time{Text: "closes 22:00"}, Week: "5 h 10 min offline this week",
		})
	}
	return o
}

func sampleReport(b Badge) Report {
	r := Report{
		ID: "0198c3d2", Name: "All stores · as of 25 Jan 2023, 18:13 UTC", URL: "/reports/0198c3d2", Badge: b, Title: "Report " + string(b.State), Together: "All stores together",
		Can: everything,
		Facts: []Fact{
			{Name: "As of", At: at("2023-01-25T18:13:22Z", "25 Jan 2023 18:13:22 UTC"), Note: "the newest poll"},
			{Name: "Last week from", At: at("2023-01-18T18:13:22Z", "18 Jan 2023 18:13:22 UTC")},
			{Name: "Asked for by", Value: "a browser"},
			{Name: "Asked for at", At: at("2026-11-23T15:40:00Z", "23 Nov 2026 15:40 UTC")},
		},
	}
	switch b.State {
	case Queued, Running:
		r.CancelURL = r.URL + "/cancel"
		return r
	case Failed, Cancelled:
		r.RetryURL = r.URL + "/retry"
		return r
	}
	r.Facts = append(r.Facts,
		Fact{Name: "Took", Value: "0.4 s"},
		Fact{Name: "Stores", Value: "14,092"},
		Fact{Name: "Polls read", Value: "1,814,997"},
		Fact{Name: "Stores without data", Value: "625", Note: "zeros in the CSV"})
	r.Downloads = sampleDownloads
	r.Windows = []Window{badHour, goodDay, mixedWeek}
	r.Distribution = sampleDistribution()
	rows := sampleReportRows()
	r.Rows = &rows
	return r
}

func sampleReportRows() ReportRows {
	sorted := SortLink{URL: "/reports/0198c3d2?sort=x"}
	l := ReportRows{
		Search:  Search{Action: "/reports/0198c3d2"},
		Filters: []Filter{{Text: "All", Count: "14,092", URL: "?", Active: true}, {Text: "With downtime", Count: "812", URL: "?down=1"}},
		Sort: ReportSort{
			Store: sorted, UpHour: sorted, UpDay: sorted, UpWeek: sorted, UpRange: sorted, DownHour: sorted, DownDay: sorted,
			DownWeek: SortLink{URL: "?", Dir: "descending"}, DownRange: sorted, Availability: sorted,
		},
		Pager: Pager{Text: "1–4 of 14,092", Next: "/reports/0198c3d2?after=4"},
	}
	for _, id := range []string{sampleID, sampleUUID, sampleLong} {
		l.Rows = append(l.Rows, ReportStore{
			ID: id, URL: "/stores/x", UpHour: "15.00", UpDay: "7.25", UpWeek: "52.91", DownHour: "45.00", DownDay: "0.75", DownWeek: "1.43",
			Hour: true, Day: true, Week: true, Known: true, Availability: "97.4 %", NoData: "3 %", Downtime: DownShare{Hour: true, Day: true, Week: true},
		})
	}
	l.Rows = append(l.Rows, ReportStore{ID: "2947553842014530", URL: "/stores/x", UpDay: "8.00", UpWeek: "56.00", DownDay: "0.00", DownWeek: "0.00",
		Day: true, Week: true, Availability: "100 %"},
		ReportStore{ID: "8139926242460185", URL: "/stores/x", NoData: "100 %"})
	return l
}

func sampleStores() StoreList {
	sorted := SortLink{URL: "/stores?sort=x"}
	return StoreList{
		Now:    "Now",
		Search: Search{Action: "/stores", Keep: []Param{{"state", "offline"}}},
		States: []Filter{
			{Text: "All", Count: "14,092", URL: "/stores", Active: true}, {Text: "Offline", Count: "37", URL: "/stores?state=offline"},
			{Text: "Online", Count: "9,310", URL: "/stores?state=online"}, {Text: "Closed", Count: "4,120", URL: "/stores?state=closed"},
			{Text: "No data", Count: "625", URL: "/stores?state=nodata"},
		},
		Downtime: Filter{Text: "Only with downtime", Count: "812", URL: "/stores?down=1"},
		Sort:     StoreSort{sorted, sorted, sorted, sorted, sorted, SortLink{URL: "/stores?sort=week", Dir: "ascending"}, sorted, sorted},
		Views:    []Filter{{Text: "Worst this week", URL: "/stores", Active: true}, {Text: "Got worse", URL: "/stores?sort=change&order=desc"}},
		View:     NamedView{Longest: 60, Keep: []Param{{"state", "offline"}}},
		Title:    "Stores", By: "week",
		Pages: Pages{
			Pager: Pager{Text: "1–5 of 14,092", Prev: "/stores", Next: "/stores?after=5"}, Page: "2", Last: "282",
			Sizes: []Filter{{Text: "25", URL: "/stores?size=25"}, {Text: "50", URL: "/stores", Active: true}},
		},
		Rows: []StoreRow{
			{ID: sampleID, URL: "/stores/x", State: sampleStates[0], Zone: "America/Chicago", Hour: badHour, Day: goodDay, Week: mixedWeek, Change: WeekChange{Text: "6 h 5 min worse", Trend: "up", Why: "8 h offline, 1 h 55 min the week before"}},
			{ID: sampleUUID, URL: "/stores/x", State: sampleStates[1], Zone: "America/Argentina/ComodRivadavia", Hour: goodDay, Day: goodDay, Week: almost, Change: WeekChange{Text: "No change", Trend: "same"}},
			{ID: sampleLong, URL: "/stores/x", State: sampleStates[2], Zone: "America/Chicago", ZoneAssumed: true, HoursAssumed: true, Hour: goodDay, Day: mixedWeek, Week: mixedWeek, Change: WeekChange{Why: "Too little data in the week before"}},
			{ID: "2947553842014530", URL: "/stores/x", State: sampleStates[3], Zone: "America/Phoenix", Hour: shut, Day: goodDay, Week: goodDay, Change: WeekChange{Text: "26 min better", Trend: "down"}},
			{ID: "8139926242460185", URL: "/stores/x", State: sampleStates[4], Zone: "Asia/Beirut", Hour: silent, Day: silent, Week: mixedWeek},
		},
	}
}

func sampleDays() []TimelineDay {
	marks := []HourMark{{"06", .25}, {"12", .5}, {"18", .75}}
	stretch := func(kind StretchKind, from, to string, start, end float64) Stretch {
		return Stretch{Kind: kind, From: Time{Text: from}, To: Time{Text: to}, Length: fmt.Sprintf("%.0f h", (end-start)*24), At: start, Width: end - start}
	}
	var hourly []TimelinePoll
	for h := range 24 {
		hourly = append(hourly, TimelinePoll{At: (float64(h) + .3) / 24, Active: h != 14 && h != 15})
	}
	shutDay := []Stretch{stretch(StretchClosed, "00:00", "24:00", 0, 1)}
	fine := []Stretch{
		stretch(StretchClosed, "00:00", "09:00", 0, 9./24), stretch(StretchUp, "09:00", "17:00", 9./24, 17./24), stretch(StretchClosed, "17:00", "24:00", 17./24, 1),
	}
	outage := []Stretch{
		stretch(StretchClosed, "00:00", "09:00", 0, 9./24), stretch(StretchUp, "09:00", "14:00", 9./24, 14./24),
		stretch(StretchDown, "14:00", "16:00", 14./24, 16./24), stretch(StretchUp, "16:00", "17:00", 16./24, 17./24), stretch(StretchClosed, "17:00", "24:00", 17./24, 1),
	}
	far := stretch(StretchUp, "11:00", "14:00", 11./24, 14./24)
	far.Far = true
	farDown := stretch(StretchDown, "15:30", "17:00", 15.5/24, 17./24)
	farDown.Far = true
	seldom := []Stretch{
		stretch(StretchClosed, "00:00", "09:00", 0, 9./24), stretch(StretchUp, "09:00", "11:00", 9./24, 11./24), far,
		stretch(StretchDown, "14:00", "15:30", 14./24, 15.5/24), farDown, stretch(StretchClosed, "17:00", "24:00", 17./24, 1),
	}
	gap := []Stretch{
		stretch(StretchClosed, "00:00", "09:00", 0, 9./24), stretch(StretchNoData, "09:00", "13:00", 9./24, 13./24),
		stretch(StretchUp, "13:00", "17:00", 13./24, 17./24), stretch(StretchClosed, "17:00", "24:00", 17./24, 1),
	}
	today := []Stretch{
		stretch(StretchClosed, "00:00", "09:00", 0, 9./24), stretch(StretchUp, "09:00", "14:00", 9./24, 14./24),
		stretch(StretchDown, "14:00", "15:00", 14./24, 15./24), stretch(StretchAfter, "15:00", "24:00", 15./24, 1),
	}
	return []TimelineDay{
		{Name: "Thu 19 Jan", Summary: "8 h open · all online", Stretches: fine, Polls: hourly, Hours: marks},
		{Name: "Fri 20 Jan", Summary: "8 h open · no data 4 h", Stretches: gap, Polls: hourly[13:], Hours: marks},
		{Name: "Sat 21 Jan", Summary: "Closed", Stretches: shutDay, Polls: hourly, Hours: marks},
		{Name: "Sun 22 Jan", Summary: "Closed", Stretches: shutDay, Hours: marks, Note: "Clocks went forward at 02:00: this day had 23 hours."},
		{Name: "Mon 23 Jan", Summary: "8 h open · 2 h offline", Stretches: outage, Polls: hourly, Hours: marks},
		{Name: "Tue 24 Jan", Summary: "8 h open · 3 h offline · 4 h 30 min far from a poll", Stretches: seldom, Polls: hourly[9:15], Hours: marks},
		{Name: "Wed 25 Jan", Summary: "6 h open · 1 h offline so far", Stretches: today, Polls: hourly[:15], Hours: marks},
	}
}

func sampleStore() Store {
	s := Store{
		ID: sampleID, State: sampleStates[0], Zone: "America/Chicago", ZoneNow: "CST, UTC−6", ZoneAssumed: true,
		Windows: []Window{badHour, goodDay, mixedWeek}, Days: sampleDays(), Week: "this week",
		Outages: []Outage{
			{From: at("2023-01-25T20:05:00Z", "Wed 25 Jan 14:05 CST"), Length: "1 h so far"},
			{From: at("2023-01-23T20:00:00Z", "Mon 23 Jan 14:00 CST"), To: at("2023-01-23T22:00:00Z", "16:00 CST"), Length: "2 h", Bounds: "1 h – 4 h"},
		},
		OutageFacts: []Fact{
			{Name: "This week", Value: "2", Note: "5 the week before"},
			{Name: "Longest", Value: "2 h", Note: "Mon 23 Jan, 14:00 CST"},
			{Name: "Per week", Value: "3.4", Note: "average of 11 weeks"},
		},
		DayForm: DayForm{Action: "/stores/x", Day: "2023-01-23", Min: "2022-11-12", Max: "2023-01-25"},
		Sales:   &Sales{Action: "/stores/x/sales", Currency: "$"},
		ExplainDays: []Filter{
			{Text: "Mon 23 Jan", URL: "?day=2023-01-23", Active: true}, {Text: "Tue 24 Jan", URL: "?day=2023-01-24"}, {Text: "Wed 25 Jan", URL: "?day=2023-01-25"},
		},
		Explain: &Explanation{
			Day: "Mon 23 Jan 2023", Prev: Link{"Sun 22 Jan", "?day=2023-01-22#explain"}, Next: Link{"Tue 24 Jan", "?day=2023-01-24#explain"},
			Openings: []ExplainedOpening{{
				From: Time{Text: "09:00"}, To: Time{Text: "12:00 CST"},
				Polls: []ExplainedPoll{
					{At: at("2023-01-23T16:14:00Z", "10:14 CST"), Active: true, From: Time{Text: "09:00"}, To: Time{Text: "11:15"}, Speaks: "2 h 15 min up", Sure: "not certain"},
					{At: at("2023-01-23T17:15:00Z", "11:15 CST"), From: Time{Text: "11:15"}, To: Time{Text: "12:00"}, Speaks: "45 min down", Sure: "not certain"},
				},
				Sum: "Up 2 h 15 min + down 45 min + no data 0 min = open 3 h", Bounds: "Possible downtime: 0 min to 3 h.",
			}},
			Sum: "Up 2 h 15 min + down 45 min + no data 0 min = open 3 h",
		},
	}
	for _, d := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"} {
		s.Calendar.Now.Hours = append(s.Calendar.Now.Hours, HoursDay{d, []string{"11:00–14:00", "17:00–02:00 (next day)"}})
	}
	s.Calendar.Now.Hours = append(s.Calendar.Now.Hours, HoursDay{Name: "Saturday"}, HoursDay{Name: "Sunday"})
	s.Calendar.Now.When = "From 24 Jan 2023"
	s.Calendar.Others = []Schedule{{When: "Until 23 Jan 2023", AlwaysOpen: true}}
	s.Calendar.Special = []SpecialDayLine{
		{Date: "Mon 23 Jan 2023", Hours: "10:00–14:00 and 18:00–02:00 (next day)", Note: "Inventory"},
		{Date: "Thu 23 Nov 2023", Hours: "closed all day", Note: "Thanksgiving Day", Of: "group Kowalski Family", Closed: true},
	}
	s.Calendar.SpecialURL, s.Calendar.ICS = "/special-days?store=1", "/stores/1/openings.ics"
	return s
}

var sampleUpload = ImportForm{
	Limits: "Up to 2 GB together. CSV, or ZIP and gzip archives of it: polls, business hours, time zones, store names, special days, in any order.", MaxBytes: 2e9, Samples: sampleFiles, CanPreview: true, Can: everything,
}

func sampleImports() ImportList {
	l := ImportList{Can: everything}
	for i, b := range []Badge{sampleBadges[2], sampleBadges[3], sampleBadges[4]} {
		id := fmt.Sprintf("0198d%03d", i)
		r := ImportRow{
			ID: id, ShortID: id, URL: "/imports/" + id, RowURL: "/imports/" + id + "/row", Badge: b,
			Files: "store status.csv and 2 more", Source: "Upload", By: "ana", When: at("2026-11-23T15:40:00Z", "23 Nov 2026 15:40 UTC"),
		}
		if b.State == Running {
			r.Badge.Progress = "310,000 of 1,814,997 rows"
		}
		if b.State == Complete {
			r.Took = "1.2 s"
			r.Counts = sampleCounts
			r.RejectsURL = "/imports/x#rejects-heading"
			r.UndoURL = r.URL + "#undo"
		}
		if b.State == Failed {
			r.Badge.Reason = "polls.csv is a PNG image, not CSV."
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

var sampleCounts = ImportCounts{
	Rows: "1,814,997", New: "1,813,104", Duplicate: "1,844", Conflicting: "12", Rejected: "37", AnyConflicting: true, AnyRejected: true,
}

func sampleImport(b Badge) Import {
	i := Import{
		ID: "0198d3d2", ShortID: "0198d3d2", URL: "/imports/0198d3d2", Badge: b, Title: "Import " + string(b.State), Can: everything,
		Facts: []Fact{
			{Name: "Source", Value: "Upload"}, {Name: "By", Value: "ana"},
			{Name: "When", At: at("2026-11-23T15:40:00Z", "23 Nov 2026 15:40 UTC")}, {Name: "Took", Value: "1.2 s"},
		},
	}
	switch b.State {
	case Failed:
		i.Failure = "polls.csv: expected a CSV file with the columns store_id, status and timestamp_utc, found a PNG image."
		i.RetryURL = i.URL + "/retry"
		return i
	case Queued, Running:
		return i
	case Preview:
		i.ConfirmURL, i.DiscardURL, i.AgainURL = i.URL+"/confirm", i.URL+"/discard", i.URL+"/preview"
		i.Already = Already{ShortID: "abc12345", Gone: " Its record is gone. Imports are kept for 30 days."}
		i.NewStores = NewStores{Count: "12 new stores", Codes: []string{sampleID, sampleLong}, More: "and 10 more"}
		i.Doubts = []string{"None of your 200 stores is in store status.csv. It would add 12 new stores."}
		i.Changes = Changes{Count: "7 changes", More: "and 6 more", List: []Change{
			{Store: sampleID, URL: "/stores/x", Kind: "Business hours", After: "Mon–Fri 09:00–17:00"},
		}}
	case Complete:
		i.Already = Already{At: at("2026-11-23T14:05:00Z", "23 Nov 2026, 14:05 UTC"), ShortID: "abc12345", URL: "/imports/x"}
		i.AllRejects = Download{Label: "Download all 37 rejected rows", URL: "/imports/x/rejects.zip"}
		i.Story = ImportStory{
			Changed: []string{"New polls up to 23 Nov 2026.", "12 new stores.", "Business hours of 3 stores changed."},
			Next: []NextStep{
				{Link{"See the overview", "/"}, "Data as of 23 Nov 2026, 15:38 UTC."}, {Link{"Show 3 offline stores", "/stores?state=offline"}, "Offline now, inside business hours."},
				{Link{"Fix 37 rejected rows", "#rejects-heading"}, "Download them, fix them and upload that file."},
			},
		}
		i.Undone, i.UndoURL = "Undone on 23 Nov 2026, 14:05 UTC, by ana.", i.URL+"/undo"
	}
	i.Counts = sampleCounts
	i.Files = []ImportFile{
		{Name: "store status.csv", Kind: "Polls", Size: "106 MB", Rows: "1,814,997", Accepted: "1,814,960", Rejected: "37",
			Ignored: "comment, region", Notes: []string{"Read as inactive: closed (30)."}, Rejects: Download{Label: "rejects.csv", URL: "/imports/x/1/rejects.csv", Size: "4 kB"},
			First: [][]string{{"store_id", "status", "timestamp_utc"}, {sampleID, "active", "2023-01-22 12:09:39.388884 UTC"}}},
		{Name: sampleLong + ".csv", Kind: "Business hours", Size: "2 MB", Rows: "86,198", Accepted: "86,198", Rejected: "0"},
		{Name: "logo.csv", Kind: "Unknown", Size: "14 kB", Problem: "Expected a CSV file, found a PNG image."},
	}
	i.RejectGroups = []RejectGroup{
		{Cause: "timestamp_utc is not a time", Count: "35", More: "and 33 more like these", Rows: []RejectRow{
			{"42", "22/01/23", "2023-01-22 12:09:39 UTC"}, {"97", "yesterday", "2023-01-22 12:09:39 UTC"},
		}},
		{Cause: "status is not known", Count: "2", Rows: []RejectRow{{"1,204", "maybe", "Active or inactive"}, {Found: "A sentence of an earlier version."}}},
	}
	i.Conflicts = Conflicts{Count: "12 conflicting polls", More: "and 11 more", List: []Conflict{
		{Store: sampleID, URL: "/stores/x", At: at("2023-01-24T19:00:00Z", "24 Jan 2023 19:00:00 UTC")},
	}}
	return i
}
