package views

// sampleStrip has a day of every kind, and of every level.
func sampleStrip() Strip {
	s := Strip{Span: "28 Oct 2022 to 25 Jan 2023", Whose: "A day is each store's own local day.", URL: "#ninety"}
	s.Levels = []string{"no downtime", "up to 1 % offline", "up to 2 %", "up to 5 %", "up to 15 %", "more"}
	s.Pending = "Days until 2 Nov 2022 are still being added up and will appear here."
	for n := range 90 {
		d := StripDay{Window: Window{Name: "Day " + itoa(n+1), Known: true, Availability: "97.4 %", Offline: "26 min", NoData: "3 %", Share: Share{Up: .9, Down: .1}}, Level: n % 6, URL: "#explain"}
		if d.Level == 0 {
			d.Availability, d.Offline, d.Share.Down = "100 %", "", 0
		}
		switch {
		case n < 6:
			d.Kind, d.URL = StripPending, ""
		case n < 12:
			d.Kind, d.URL = StripNotKept, ""
		case n < 18:
			d.Kind, d.URL = StripBefore, ""
		case n%30 == 20:
			d.Month = "Nov"
		case n%11 == 0:
			d.Closed = true
		case n%13 == 0:
			d.Known = false
		case n%7 == 0:
			d.Thin, d.Finding = true, "26 min offline in the 42 % that we could check"
		}
		d.SoFar = n == 89
		s.Days = append(s.Days, d)
	}
	return s
}
