package feed

import "bytes"

const secondsPerDay = 24 * 60 * 60

// The dates between which special days are, and up to which hours may begin to hold.
// Others are slips of the pen.
var (
	firstSpecial, _ = civilDay(2000, 1, 1)
	lastDate, _     = civilDay(2100, 1, 1)
)

// parseDate reads a date, 2023-01-24, as days since 1970-01-01. Midnight may follow it,
// as spreadsheets and programs write dates that they hold as times.
func parseDate(text []byte) (days int, ok bool) {
	const size = len("2023-01-24")
	if len(text) < size || text[4] != '-' || text[7] != '-' || !isMidnight(text[size:]) {
		return 0, false
	}
	century, year, month, day := twoDigits(text, 0), twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)
	if century|year|month|day >= noDigits {
		return 0, false
	}
	return civilDay(century*100+year, month, day)
}

// isMidnight reports whether what follows a date is nothing, or 00:00 in local time.
func isMidnight(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	clock, fraction, some := bytes.Cut(text[1:], []byte{'.'})
	if text[0] != ' ' && text[0] != 'T' || some && len(fraction) == 0 {
		return false
	}
	switch string(clock) {
	case "00:00":
		return !some
	case "00:00:00":
		return len(bytes.Trim(fraction, "0")) == 0
	default:
		return false
	}
}

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
