package feed

const secondsPerDay = 24 * 60 * 60

// daysBefore are the days of a year before a month, 1 = January; the last
// entry ends December. February has 28 days here.
var daysBefore = [14]int{1: 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// civilDay is the number of days from 1970-01-01 to a date of the Gregorian
// calendar. It reports false for a date that the calendar does not have. Years
// begin with 1.
func civilDay(year, month, day int) (days int, ok bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	leap := 0
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		leap = 1
	}
	days = daysBefore[month]
	length := daysBefore[month+1] - days
	switch {
	case month == 2:
		length += leap
	case month > 2:
		days += leap
	}
	if day > length {
		return 0, false
	}
	const until1970 = 719162 // days from 0001-01-01
	y := year - 1
	return y*365 + y/4 - y/100 + y/400 + days + day - 1 - until1970, true
}
