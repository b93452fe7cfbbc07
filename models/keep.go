package models

import (
	"time"

	"lightson/models/uptime"
)

// Keep is for how many days things are kept; 0 is for ever.
type Keep struct {
	Polls   int // before the newest poll
	Reports int // since they ended, as all below
	Imports int // with their files and rejects
	Rejects int
}

// LeastPolls is the fewest days of polls that can be kept: those of which pages
// show anything, two weeks and the evidence for their first day.
const LeastPolls = 16

// daysAgo is the instant so many days before now.
func daysAgo(days int) uptime.Instant {
	return uptime.At(time.Now().Add(-time.Duration(days) * 24 * time.Hour))
}
