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

// newStoreState says in words how store n of a snapshot is as of a moment.
func newStoreState(s *figures.Snapshot, n int, m moment) views.StoreState {
	return stateText(s.Now[n], lastSeen(s, n), s.PollEvery, m, s.Location(n))
}

// stateText says a state in words. seen is the poll by which it is known, if there is any;
// every is how often stores are polled.
func stateText(c uptime.Current, seen models.OptionalInstant, every uptime.Micros, m moment, zone *time.Location) views.StoreState {
	state := views.StoreState{Kind: kindOf(c.State)}
	if c.State == uptime.Closed {
		if c.UntilKnown {
			state.At = m.near(c.Until, zone, clock)
			state.Since = m.w.Say("until {time}|a store is closed", "time", state.At.Text)
		}
		return state
	}
	if c.SinceKnown {
		state.At = m.near(c.Since, zone, clock)
		state.Since = m.w.Say("since {time}", "time", state.At.Text)
	}
	state.Note = closesText(c, m, zone)
	if seen.Known && uptime.Micros(m.asOf-seen.At) > 2*every {
		state.Seen = seenText(seen.At, m, zone)
	}
	return state
}

// seenText says when a store was last seen: how long ago or, where the data are old, at
// what time.
func seenText(at uptime.Instant, m moment, zone *time.Location) views.Time {
	seen := m.near(at, zone, clock)
	if m.old() {
		seen.Clock = seen.Text
		seen.Text = m.w.Say("last seen {time}", "time", seen.Clock)
	} else {
		seen.Text = m.w.Say("last seen {ago}", "ago", m.w.ago(at, later(m.now, m.asOf.Time())))
	}
	return seen
}

// closesText says when an open store closes.
func closesText(c uptime.Current, m moment, zone *time.Location) views.Time {
	if !c.UntilKnown {
		return views.Time{Text: m.w.Say("open all day")}
	}
	closes := m.near(c.Until, zone, bareClock)
	closes.Clock = closes.Text
	closes.Text = m.w.Say("closes {time}", "time", closes.Clock)
	return closes
}

// later is the later of two times: our clock may be behind the data.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// lastSeen is the poll by which the state of store n is known. A store without data says
// its last poll of all, if that is not long ago.
func lastSeen(s *figures.Snapshot, n int) (seen models.OptionalInstant) {
	now := s.Now[n]
	if now.SeenKnown || now.State != uptime.NoData {
		return models.OptionalInstant{At: now.Seen, Known: now.SeenKnown}
	}
	polls, err := s.PollsOf(n)
	if err != nil {
		return seen // the figures beside it were computed from the same polls
	}
	for _, poll := range slices.Backward(polls) {
		if poll.At <= s.AsOf {
			return models.InstantAt(poll.At)
		}
	}
	return seen
}
