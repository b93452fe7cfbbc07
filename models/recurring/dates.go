package recurring

import (
	"time"

	"lightson/models/uptime"
)

// DatesBefore are the first and the last date of the last whole day, week or month before a
// date. Weeks begin on Monday.
func DatesBefore(every Every, date uptime.Date) (first, last uptime.Date) {
	switch every {
	case Weekly:
		monday := date - uptime.Date(date.Weekday())
		return monday - 7, monday - 1
	case Monthly:
		year, month, _ := Civil(date)
		return uptime.DateOf(year, month-1, 1), uptime.DateOf(year, month, 1) - 1
	default:
		return date - 1, date - 1
	}
}

// Civil is the year, month and day of a date.
func Civil(date uptime.Date) (int, time.Month, int) {
	return time.Unix(int64(date)*secondsPerDay, 0).UTC().Date()
}
