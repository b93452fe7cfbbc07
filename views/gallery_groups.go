package views

import (
	"fmt"
	"math"
)

// sampleTrend has a day of every kind: known, unknown, with little data, not over.
func sampleTrend() Trend {
	t := Trend{Low: "90 %", Ticks: []TrendTick{{"100 %", 1}, {"95 %", .5}, {"90 %", 0}}, Note: "A day is each store's own local day."}
	for n, weekday := range []string{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"} {
		h, before := .6+.35*math.Sin(float64(n)*1.3), .7+.2*math.Sin(float64(n)*.9)
		day := TrendDay{
			Name: fmt.Sprintf("%s %d Jan", weekday, 19+n), Known: n != 3, Thin: n == 4, SoFar: n == 6,
			Availability: fmt.Sprintf("%.1f %%", 90+10*h), Offline: fmt.Sprintf("%d h", 60-4*n), NoData: "3 %", Height: h,
		}
		if n < 2 {
			day.WhyNot = "too little data in the week before"
		} else if day.Known {
			day.Before, day.BeforeHeight = fmt.Sprintf("%.1f %%", 90+10*before), before
		}
		t.Days = append(t.Days, day)
	}
	return t
}

func sampleHeatMap() HeatMap {
	m := HeatMap{
		Worst:   Sentence{{Text: "Worst: "}, {"Sunday 12:00", "/hours/sunday-12"}, {Text: ", 4.9 %."}},
		Caption: "Share of open time offline in %, last seven days, each store's local time",
		Levels:  []string{"0 %", "up to 1 %", "up to 2 %", "up to 5 %", "more"},
	}
	m.Hours = append(m.Hours, "00–04")
	for h := 5; h < 24; h++ {
		m.Hours = append(m.Hours, fmt.Sprintf("%02d", h))
	}
	for d, day := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		row := HeatRow{Name: day}
		for h := 4; h < 24; h++ {
			v := max(0, 3*math.Sin(float64(h-8)/3)+2*math.Sin(float64(d)))
			row.Cells = append(row.Cells, HeatCell{
				Known: h != 5, Closed: h < 5, Thin: h == 6, Level: int(math.Ceil(v * .8)), Text: fmt.Sprintf("%.1f", v),
				URL:   "/hours/x",
				Title: fmt.Sprintf("%s %02d:00 to %02d:00: %.1f %% of open time offline", day, h, h+1, v),
			})
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func sampleGroups() GroupList {
	row := func(name string, week Window) GroupRow {
		return GroupRow{
			Name: name, URL: "/?group=x", Stores: "312", StoresURL: "/stores?group=x", Offline: "0", Week: week,
		}
	}
	l := GroupList{
		Now:    "now",
		Search: Search{Action: "/groups"}, More: "All 37 groups", URL: "/groups",
		Rows: []GroupRow{
			row("Burger Barn", mixedWeek), row("Tacos al Parque", almost), row(germanName, goodDay), row(longName, silent), row("Night Kitchen", shut),
		},
	}
	l.Rows[0].Offline, l.Rows[0].AnyOffline, l.Rows[0].OfflineURL = "3", true, "/stores?group=x&state=offline"
	return l
}

// sampleAllGroups is the list on the groups' own page, which can be sorted.
func sampleAllGroups() GroupList {
	l := sampleGroups()
	sorted := SortLink{URL: "/groups?sort=x"}
	l.Sort = GroupSort{sorted, sorted, sorted, SortLink{URL: "/groups?order=desc", Dir: "ascending"}, sorted}
	l.Pager = Pager{Text: "1–5 of 37 groups", Next: "/groups?page=2"}
	return l
}

func sampleGroupChoice(chosen string) Select {
	s := Select{Name: "group", Label: "Group", Options: []Option{{Text: "All stores"}}}
	for _, name := range []string{"Burger Barn", "Tacos al Parque", germanName, longName} {
		s.Options = append(s.Options, Option{Value: name, Text: name, Selected: name == chosen})
	}
	return s
}

// sampleGroup is the overview narrowed to one group, with a rate of sales.
func sampleGroup() Overview {
	o := sampleOverview()
	o.Group, o.Chooser, o.Groups = "Burger Barn", sampleGroupChoice("Burger Barn"), GroupList{}
	week := mixedWeek
	week.Lost, week.LostNote = "≈ $86.00 lost sales", "1 h 26 min × $60 per hour; an estimate"
	o.Windows = []Window{badHour, goodDay, week}
	o.Sales = &Sales{Action: "/sales", Group: "Burger Barn", PerHour: "60.00", Currency: "$", Source: "Set for all stores of the group"}
	return o
}

func sampleDistribution() *Distribution {
	d := &Distribution{Caption: "14,092 stores by their availability in the last week"}
	for n, text := range []string{"100 %", "99.9–100 %", "99–99.9 %", "95–99 %", "90–95 %", "50–90 %", "under 50 %", "No data"} {
		width := math.Exp(-float64(n) / 1.4)
		b := Bin{Text: text, Count: fmt.Sprintf("%.0f", 8000*width), Share: fmt.Sprintf("%.1f %%", 57*width), Width: width, URL: "?bin=" + itoa(n), Active: n == 3, NoData: n == 7}
		if n == 6 {
			b.Count, b.Share, b.Width, b.URL = "0", "0 %", 0, ""
		}
		d.Bins = append(d.Bins, b)
	}
	return d
}

func sampleVerdict() Sentence {
	return Sentence{
		{"37", "/stores?state=offline"}, {Text: " of "}, {"14,092 stores", "/stores"}, {Text: " are offline now, and "}, {"625", "/stores?state=nodata"},
		{Text: " could not be checked. Last week "}, {"308 h", "/stores?down=true"}, {Text: " were lost, "}, {"46 h", "/outages?store=x"},
		{Text: " of them at "}, {"Blue Kettle", "/stores/x"}, {Text: "."},
	}
}

func sampleMovers() Movers {
	return Movers{
		Worse:   []Mover{{"6 h worse", Link{"Taco Airport", "/stores/x"}}, {"2 h 10 min worse", Link{sampleLong, "/stores/x"}}},
		Better:  []Mover{{"9 h better", Link{"Blue Kettle", "/stores/x"}}},
		Unknown: "Too little data to compare 12 more stores.",
	}
}

func sampleWorst() WorstStores {
	return WorstStores{
		Heading: "Worst stores last week", More: "All 14,092 stores", URL: "/stores", Now: "Now",
		Rows: []WorstStore{
			{ID: sampleID, Name: "Blue Kettle", City: "New York", URL: "/stores/x", Group: Link{"Kowalski Family", "/?group=x"}, State: sampleStates[0], Week: mixedWeek},
			{ID: sampleLong, URL: "/stores/x", State: sampleStates[4], Week: farApart},
		},
	}
}

// sampleHour is a cell of the heat map, opened.
func sampleHour() HourStores {
	return HourStores{
		Heading: "Monday 21:00 to 22:00", Lead: "Which stores were offline in this hour of the last week, in their own time zones.", Back: Link{"Overview", "/"}, Together: mixedWeek,
		Rows: []HourStore{
			{ID: sampleID, Name: "Blue Kettle", City: "New York", URL: "/stores/x", Group: Link{"Kowalski Family", "/?group=x"}, Hour: badHour},
			{ID: sampleLong, URL: "/stores/x", Hour: farApart},
		},
	}
}
