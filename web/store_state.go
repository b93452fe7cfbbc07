package web

import (
	"time"

	"lightson/models/uptime"
	"lightson/views"
)

// kindOf is the state of a store as views name it.
func kindOf(state uptime.State) views.StoreKind {
	switch state {
	case uptime.Up:
		return views.Online
	case uptime.Down:
		return views.Offline
	case uptime.Closed:
		return views.Closed
	default:
		return views.NoData
	}
}

// newStoreState says in words how a store is as of an instant.
func newStoreState(c uptime.Current, asOf uptime.Instant, zone *time.Location) views.StoreState {
	state := views.StoreState{Kind: kindOf(c.State)}
	if c.State == uptime.Closed {
		if c.UntilKnown {
			state.At = nearText(c.Until, asOf, zone)
			state.Since = "until " + state.At.Text
		}
		return state
	}
	if c.SinceKnown {
		state.At = nearText(c.Since, asOf, zone)
		state.Since = "since " + state.At.Text
	}
	state.Note = closesText(c, zone)
	return state
}

// closesText says when an open store closes.
func closesText(c uptime.Current, zone *time.Location) string {
	if !c.UntilKnown {
		return "open all day"
	}
	return "closes " + c.Until.Time().In(zone).Format(bareClock)
}
