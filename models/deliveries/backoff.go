package deliveries

import "lightson/models/uptime"

// backoffs are the pauses after failed tries, as Standard Webhooks recommends them.
var backoffs = []uptime.Micros{
	5 * uptime.Second, 5 * uptime.Minute, 30 * uptime.Minute, 2 * uptime.Hour, 5 * uptime.Hour,
	10 * uptime.Hour, 14 * uptime.Hour, 20 * uptime.Hour, 24 * uptime.Hour,
}

const (
	// triedFor is how long a delivery is tried.
	triedFor = 72 * uptime.Hour
	// longestWait is the longest wait that a receiver can ask for.
	longestWait = 24 * uptime.Hour
	// mostTries ends tries whatever the clocks do.
	mostTries = 15
	// lastPause is the shortest pause before the last try.
	lastPause = uptime.Hour
)

// NextTry is when a delivery is tried again that was tried in vain so many times since
// began, the last time now. The receiver may have asked for a wait. jitter is a random
// number from 0 to 1, which keeps those who failed together from coming back together. ok
// is false where it is to be given up.
func NextTry(began, now uptime.Instant, tried int, asked uptime.Micros, jitter float64) (next uptime.Instant, ok bool) {
	pause := backoffs[min(max(tried, 1), len(backoffs))-1]
	pause += uptime.Micros((jitter - 0.5) * 0.2 * float64(pause)) // a tenth either way
	next, end := now.Add(max(pause, min(asked, longestWait))), began.Add(triedFor)
	switch {
	case tried >= mostTries, next > end && end < now.Add(lastPause):
		return 0, false
	default:
		return min(next, end), true
	}
}
