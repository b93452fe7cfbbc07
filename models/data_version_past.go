package models

import (
	"math/rand/v2"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// RecentPolls is how long before the newest poll polls are recent: importers bring
// them every hour. What a reader found in older ones stays true while PastMark is the
// same, so it need not read them again.
const RecentPolls = 9 * uptime.Day

// PollsChanged renews PastMark where polls changed that were not recent before, given
// the oldest day on which any did. It does so too where the newest poll is days later
// than before: then a database may have been restored meanwhile.
// For packages of models only.
func (v *DataVersion) PollsChanged(before DataVersion, oldest int32) {
	was, _ := polls.Split(before.NewestPollAt.At)
	is, _ := polls.Split(v.NewestPollAt.At)
	recent, _ := polls.Split(before.NewestPollAt.At.Add(-RecentPolls))
	if !before.NewestPollAt.Known || oldest <= recent || is < was || is > was+1 {
		v.RenewPastMark()
	}
}

// RenewPastMark says that polls changed that may not be recent.
// For packages of models only.
func (v *DataVersion) RenewPastMark() { v.PastMark = rand.Int64() }
