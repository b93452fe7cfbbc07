package feed

import (
	"fmt"
	"time"

	"lightson/models/words"
)

// MostAhead is how far ahead of the clock a poll may be, since clocks differ a little.
// The newest poll is the present time of every figure, so that one fast clock would
// turn time that has not passed into downtime of all other stores.
const MostAhead = 10 * time.Minute

// aheadExpected is what is expected of the time of a poll that is ahead.
const aheadExpected words.Text = "a time at most 10 minutes ahead of the clock, which was at {clock} (local time sent as UTC looks like this)"

// A horizon is the last instant that a poll may have.
type horizon struct {
	now      int64 // microseconds since 1970-01-01 UTC, as last
	last     int64
	expected string
}

func newHorizon(now time.Time) horizon {
	return horizon{
		now:      now.UnixMicro(),
		last:     now.Add(MostAhead).UnixMicro(),
		expected: words.Later(aheadExpected, "clock", now.UTC().Format("2006-01-02 15:04:05 UTC")).String(),
	}
}

func (h horizon) isBefore(at int64) bool { return at > h.last }

// found is what was found of a poll that is ahead: its time, and how far that is ahead.
func (h horizon) found(text string, at int64) string {
	return text + aheadFound + aheadText((at-h.now+999_999)/1_000_000) + " ahead"
}

// aheadText is a number of seconds in the two units that matter most.
func aheadText(seconds int64) string {
	minutes, hours := seconds/60, seconds/3600
	days := hours / 24
	switch {
	case days >= 2:
		return fmt.Sprintf("%d days", days)
	case hours >= 1:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	default:
		return fmt.Sprintf("%d min %d s", minutes, seconds%60)
	}
}
