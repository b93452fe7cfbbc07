package uptime

// Micros is elapsed time in microseconds.
//
// It is not a time.Duration because those are nanoseconds: 64 bits of them
// hold 292 years, which a week of some 15,250 stores added together exceeds.
type Micros int64

const (
	Second Micros = 1e6
	Minute        = 60 * Second
	Hour          = 60 * Minute
	Day           = 24 * Hour // elapsed time; a local date may be shorter or longer
	Week          = 7 * Day
)
