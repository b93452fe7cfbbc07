package reports

import (
	"time"

	"lightson/models/uptime"
)

// givenOrAssumed is the source of a store's zone or hours.
func givenOrAssumed(assumed bool) string {
	if assumed {
		return "assumed"
	}
	return "given"
}

// StateName is the state of a store as CSV files and the API call it.
func StateName(s uptime.State) string {
	switch s {
	case uptime.Up:
		return "online"
	case uptime.Down:
		return "offline"
	case uptime.Closed:
		return "closed"
	default:
		return "no_data"
	}
}

// instantCell is an instant in UTC as in RFC 3339, or nothing where it is not known.
func instantCell(at uptime.Instant, known bool) string {
	if !known {
		return ""
	}
	return at.Time().UTC().Format(time.RFC3339Nano)
}

// clockCell is a second of the day, as in 09:00:00.
func clockCell(second int) string {
	return time.Unix(int64(second), 0).UTC().Format(time.TimeOnly)
}
