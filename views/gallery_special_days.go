package views

func sampleForWhom() ForWhom {
	return ForWhom{
		All: true, Scope: "group", Store: sampleLong,
		Groups: Select{Name: "for_group", Suggest: "/groups/names", Value: "Kowalski Family"},
		Stores: []Option{{Value: sampleLong, Text: "Blue Kettle"}},
	}
}

func sampleSpecialDays() SpecialDays {
	times := []TimesField{{"10:00", "14:00"}, {"18:00", "02:00"}, {}}
	entered := at("2026-11-23T15:40:00Z", "Mon 23 Nov 2026, 15:40 UTC")
	return SpecialDays{
		Filters:  []Filter{{Text: "To come", Count: "3", URL: "/special-days", Active: true}, {Text: "Past", Count: "12", URL: "/special-days?when=past"}},
		Narrowed: Link{"Kowalski Family", "/?group=Kowalski+Family"}, ClearURL: "/special-days",
		Rows: []SpecialDayRow{
			{
				Date: "Thu 26 Nov 2026", Hours: "Closed all day", Closed: true, Note: "Thanksgiving Day", Kind: "group", Of: Link{"Kowalski Family", "/?group=Kowalski+Family"},
				By: "Ana Kowalski", At: entered, Remove: &SpecialDayRemoval{"group", "Kowalski Family", "2026-11-26"},
			},
			{Date: "Thu 24 Dec 2026", Hours: "10:00–14:00 and 18:00–02:00 (next day)", Note: longName, Of: Link{longName, "/stores/x"}, By: longName, At: entered},
			{Date: "Fri 25 Dec 2026", Hours: "Closed all day", Closed: true, Of: Link{"All stores", ""}, At: entered},
		},
		Pager: Pager{Text: "1–3 of 3 special days"},
		Form:  &SpecialDayForm{Who: sampleForWhom(), Open: "hours", Times: times, From: "2026-11-26"},
		Holidays: &HolidayForm{
			Countries: []Option{{Text: "Choose a country"}, {Value: "US", Text: "United States", Selected: true}}, Year: "2026", Country: "US", Name: "United States 2026",
			Days: []HolidayBox{{"2026-11-26", "Thu 26 Nov", "Thanksgiving Day", true}, {"2026-12-25", "Fri 25 Dec", "Christmas Day", false}},
			Who:  sampleForWhom(), Times: times,
		},
	}
}

// sampleSpecialDaysRefused is what comes back where a time is half typed, and no holiday chosen.
func sampleSpecialDaysRefused() SpecialDays {
	s := sampleSpecialDays()
	s.Form.Wrong = Refusal{"times", "times: expected times such as 09:00 to 17:00; an end before the start means the next day, found 09:00 to nothing"}
	s.Holidays.Wrong = Refusal{"holiday", "holiday: expected at least one holiday, found none"}
	return s
}
