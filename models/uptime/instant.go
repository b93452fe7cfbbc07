package uptime

import "time"

// An Instant is a point in time, in microseconds since 1970-01-01 00:00 UTC.
// Polls carry microseconds, and integers compare and subtract exactly.
type Instant int64

// Beginning and Forever stand for "no start" and "no end". They are years 1
// and 9999, so that sums with them cannot overflow and every calendar,
// database and RFC 3339 can still write them.
const (
	Beginning Instant = -62135596800 * 1e6
	Forever   Instant = 253370764800 * 1e6
)

// At is the instant of t; what t says below a microsecond is cut.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time is the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add is the instant m later, or earlier where m is negative.
func (i Instant) Add(m Micros) Instant { return i + Instant(m) }
