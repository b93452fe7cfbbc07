package alerts

import (
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

// A Backtest is what a rule would have told in some time.
type Backtest struct {
	Span      uptime.Span // of the data that it was tried on
	Stores    int         // that the rule has
	Incidents int         // that it would have found
	Messages  []Told      // in order of time
	// Short says why Span is less than the time that was asked for: data are missing, or
	// there was no more time to compute. Empty where it is not.
	Short string

	late bool // there was no more time
}

// Told is a message of a backtest.
type Told struct {
	At        uptime.Instant // when it would have been sent
	Message   deliveries.Message
	Stores    int // that it tells of
	Incidents int
}

// BacktestTime is for how long rules are tried.
const BacktestTime = 30 * uptime.Day
