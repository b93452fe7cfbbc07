package views

import (
	"strings"
)

// Names as long as a file may give them.
const germanName = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz-Imbiß am Bahnhofsvorplatz"

var longName = strings.Repeat("Donaudampfschiff", 12) + "fahrtsge"

// sampleNamedStores has names, cities and groups, from short to very long.
func sampleNamedStores() StoreList {
	l := sampleStores()
	names := []string{"Burger Barn Lincoln Park", germanName, longName, "Night Kitchen"}
	for n, name := range names {
		l.Rows[n].Name, l.Rows[n].City = name, "Chicago"
	}
	l.Rows[0].Group = Link{"Burger Barn", "/?group=x"}
	l.Rows[2].City, l.Rows[2].Group = longName, Link{longName, "/?group=x"}
	l.Selects = sampleSelects()
	l.Export = Download{Label: "Export 812 stores as CSV", URL: "/stores.csv"}
	l.Filtered, l.ClearURL = true, "/stores"
	return l
}

func sampleSelects() []Select {
	return []Select{
		{Name: "zone", Label: "Zone", Options: []Option{{Text: "Any"}, {Value: "America/Chicago", Text: "America/Chicago", Selected: true}, {Value: "Asia/Beirut", Text: "Asia/Beirut"}}},
		{Name: "group", Label: "Group", Options: []Option{{Text: "Any"}, {Value: "Burger Barn", Text: "Burger Barn"}, {Value: longName, Text: longName}}},
		{Name: "assumed", Label: "Assumed", Options: []Option{{Text: "Any"}, {Value: "hours", Text: "Hours assumed"}, {Value: "zone", Text: "Zone assumed"}}},
	}
}

// sampleNamedStore has all that a store may have: a name, a group, a rate of sales.
func sampleNamedStore() Store {
	s := sampleStore()
	s.Name, s.City, s.Group = "Burger Barn Lincoln Park", "Chicago", Link{"Burger Barn", "/?group=x"}
	s.Windows[2].Lost, s.Windows[2].LostNote = "≈ $86.00 lost sales", "1 h 26 min × $60 per hour; an estimate"
	s.Sales = &Sales{Action: "/stores/x/sales", PerHour: "60.00", Currency: "$", Source: "The rate of its group, Burger Barn, counts now: $60.00."}
	strip := s.Days[4]
	s.Explain.Strip = &strip
	return s
}

// sampleLongStore is called by the longest names there can be.
func sampleLongStore() Store {
	s := sampleStore()
	s.ID, s.Name, s.City, s.Group = sampleLong, longName, germanName, Link{longName, "/?group=x"}
	s.Sales = &Sales{Action: "/stores/x/sales", PerHour: "sixty", Problem: "Enter an amount such as 60 or 59.90.", Currency: "$"}
	s.DayForm.Problem = "Day: expected one from 12 Nov 2022 to 25 Jan 2023, found 2024-01-01"
	s.Explain, s.Outages = nil, nil
	return s
}

// sampleRangedReport was asked for a group and a range of its own.
func sampleRangedReport() Report {
	r := sampleReport(Badge{State: Complete})
	r.Facts = append(r.Facts, Fact{Name: "Group", Value: germanName}, Fact{Name: "Range", Value: "10 Jan 2023 00:00 to 24 Jan 2023 00:00 UTC"})
	r.Windows = append(r.Windows, named("10 to 24 Jan 2023", almost))
	r.Rows.Range = "10 to 24 Jan 2023"
	for n := range r.Rows.Rows {
		row := &r.Rows.Rows[n]
		row.UpRange, row.DownRange, row.Range = "112.25", "2.50", row.Week
		row.Downtime.Range = row.Downtime.Week
	}
	r.Rows.Rows[0].Name, r.Rows.Rows[1].Name, r.Rows.Rows[2].Name = "Burger Barn Lincoln Park", germanName, longName
	return r
}
