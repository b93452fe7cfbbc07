package web

import (
	"slices"
	"time"

	"lightson/models"
	"lightson/models/figures"
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

// newStoreState says in words how a store is as of a moment. seen is the poll by which
// that is known, if there is any.
func newStoreState(c uptime.Current, seen models.OptionalInstant, m moment, zone *time.Location) views.StoreState {
	state := views.StoreState{Kind: kindOf(c.State)}
	if c.State == uptime.Closed {
		if c.UntilKnown {
			state.At = m.near(c.Until, zone, clock)
			state.Since = "until " + state.At.Text
		}
		return state
	}
	if c.SinceKnown {
		state.At = m.near(c.Since, zone, clock)
		state.Since = "since " + state.At.Text
	}
	state.Note = closesText(c, m, zone)
	if seen.Known && uptime.Micros(m.asOf-seen.At) > uptime.Micros(staleAfter.Microseconds()) {
		state.Seen = m.near(seen.At, zone, clock)
		state.Seen.Text = "last seen " + state.Seen.Text
	}
	return state
}

// closesText says when an open store closes.
func closesText(c uptime.Current, m moment, zone *time.Location) views.Time {
	if !c.UntilKnown {
		return views.Time{Text: "open all day"}
	}
	closes := m.near(c.Until, zone, bareClock)
	closes.Text = "closes " + closes.Text
	return closes
}

// lastSeen is the poll by which the state of store n is known: for a store that is
// online or offline, of its present opening.
func lastSeen(s *figures.Snapshot, n int) (seen models.OptionalInstant) {
	polls, err := s.PollsOf(n)
	if err != nil {
		return seen // the figures beside it were computed from the same polls
	}
	from := uptime.Beginning
	if state := s.Now[n].State; state == uptime.Up || state == uptime.Down {
		for _, opening := range s.Openings(n) {
			if opening.Contains(s.AsOf) {
				from = opening.From
			}
		}
	}
	for _, poll := range slices.Backward(polls) {
		if poll.At < from {
			break
		}
		if poll.At <= s.AsOf {
			return models.InstantAt(poll.At)
		}
	}
	return seen
}
