package models

import (
	"time"

	"lightson/models/uptime"
)

// Keep says for how many days things are kept; 0 is for ever.
type Keep struct {
	Polls   int // before the newest poll
	Reports int // after they ended
	Imports int // after they ended; with their files, rejects and journals
	Rejects int // after their imports ended
}

// LeastPolls is the fewest days of polls that can be kept. Pages show the last two
// weeks, whose first day needs the polls before it.
const LeastPolls = 16

// daysAgo is the instant that many times 24 hours before now.
func daysAgo(days int) uptime.Instant {
	return uptime.At(time.Now().Add(-time.Duration(days) * 24 * time.Hour))
}
