package web

import (
	"slices"
	"time"

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

// newStoreState says in words how a store is as of a moment. seen is the poll that
// the state is known by, 0 where there is none.
func newStoreState(c uptime.Current, seen uptime.Instant, m moment, zone *time.Location) views.StoreState {
	state := views.StoreState{Kind: kindOf(c.State)}
	if c.State == uptime.Closed {
		if c.UntilKnown {
			state.At = m.next(c.Until, zone, clock)
			state.Since = "until " + state.At.Text
		}
		return state
	}
	if c.SinceKnown {
		state.At = m.past(c.Since, zone)
		state.Since = "since " + state.At.Text
	}
	state.Note = closesText(c, m, zone)
	if seen != 0 && uptime.Micros(m.asOf-seen) > uptime.Micros(staleAfter.Microseconds()) {
		state.Seen = m.past(seen, zone)
		state.Seen.Text = "last seen " + state.Seen.Text
	}
	return state
}

// closesText says when an open store closes.
func closesText(c uptime.Current, m moment, zone *time.Location) views.Time {
	if !c.UntilKnown {
		return views.Time{Text: "open all day"}
	}
	closes := m.next(c.Until, zone, bareClock)
	closes.Text = "closes " + closes.Text
	return closes
}

// lastSeen is the poll by which the state of store n is known: for a store that is
// online or offline, of its present opening. It is 0 where the snapshot has none.
func lastSeen(s *figures.Snapshot, n int) uptime.Instant {
	polls, err := s.PollsOf(n)
	if err != nil {
		return 0 // the figures beside it were computed from the same polls
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
		if poll.At <= s.AsOf {
			if poll.At < from {
				return 0
			}
			return poll.At
		}
	}
	return 0
}
