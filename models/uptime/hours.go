package uptime

// Hours is one row of business hours: a weekly time at which a store is open.
type Hours struct {
	Day        int // 0 = Monday … 6 = Sunday
	Start, End int // seconds since local midnight, as typed
}

// ClosedDay is the row of a day on which the store is closed. It is there so that a store
// that is closed on every day has rows: one without any is always open.
func ClosedDay(day int) Hours { return Hours{Day: day, Start: closedAt, End: closedAt} }

// closedAt is no time that can be typed: the end of the day.
const closedAt = secondsPerDay

// Closed reports whether the row says that the store is closed.
func (h Hours) Closed() bool { return h.Start == closedAt }

// EndsNextDay reports whether the store closes on the day after the row's. An end
// that means midnight, as 23:59, is on the day itself; 00:00 is on the next.
func (h Hours) EndsNextDay() bool {
	_, end := h.Seconds()
	return end > secondsPerDay || end == secondsPerDay && h.End == 0
}

// Seconds is when the store opens and closes, counted from the midnight that
// begins the row's date; beyond 24 hours is the next day. A closed day has neither.
func (h Hours) Seconds() (start, end int) {
	const lastMinute = secondsPerDay - 60 // 23:59
	switch {
	case h.End == h.Start: // asked before 23:59 becomes midnight: the same time typed twice is a whole day
		return h.Start, h.Start + secondsPerDay
	case h.End >= lastMinute:
		return h.Start, secondsPerDay
	case h.End < h.Start:
		return h.Start, h.End + secondsPerDay
	default:
		return h.Start, h.End
	}
}
