package uptime

// Hours is one row of business hours: a weekly time at which a store is open.
type Hours struct {
	Day        int // 0 = Monday … 6 = Sunday
	Start, End int // seconds since local midnight, as typed
}

// Seconds is when the store opens and closes, counted from the midnight that
// begins the row's date; beyond 24 hours is the next day.
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
