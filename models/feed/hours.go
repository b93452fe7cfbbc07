package feed

// An HoursRow is one span of business hours, on one day of the week.
type HoursRow struct {
	Store      []byte // only valid during the call
	Day        int    // 0 = Monday … 6 = Sunday
	Start, End int    // seconds since local midnight, as typed: 23:59 is 86340
}

func (r *reader) takeHours() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	weekday, expected := parseDay(r.value(day))
	if expected != "" {
		return r.rejectValue(day, expected)
	}
	start, expected := parseClock(r.value(startTime))
	if expected != "" {
		return r.rejectValue(startTime, expected)
	}
	end, expected := parseClock(r.value(endTime))
	if expected != "" {
		return r.rejectValue(endTime, expected)
	}
	return r.accepted(r.sink.Hours(HoursRow{Store: store, Day: weekday, Start: start, End: end}))
}

func parseDay(text []byte) (weekday int, expected string) {
	if len(text) != 1 || text[0] < '0' || text[0] > '6' {
		return 0, "a day from 0 (Monday) to 6 (Sunday)"
	}
	return int(text[0] - '0'), ""
}
