package uptime

import "time"

const secondsPerDay = 24 * 60 * 60

// A Date is a calendar date, in days since 1970-01-01. It is a date on
// somebody's wall and says nothing of when that date begins.
type Date int

// DateOf is the date of a year, month and day; days and months that overflow
// are carried on, as time.Date does.
func DateOf(year int, month time.Month, day int) Date {
	// In UTC every date is 24 hours long, so a division tells its number.
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// Weekday is the day of the week, 0 = Monday, as in the business hours.
func (d Date) Weekday() int {
	const thursday = 3 // 1970-01-01
	return (int(d+thursday)%7 + 7) % 7
}

// monday is the Monday of the date's week.
func (d Date) monday() Date { return d - Date(d.Weekday()) }

// utcDate is the date in UTC at the instant.
func (i Instant) utcDate() Date { return DateOf(i.Time().Date()) }

// Time is the date as a time in UTC, to write it by a layout.
func (d Date) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// DateText writes a date as 2023-01-24.
func DateText(d Date) string { return d.Time().Format(time.DateOnly) }

// ParseDate reads a date as DateText writes it.
func ParseDate(text string) (d Date, ok bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, false
	}
	return DateOf(t.Date()), true
}
