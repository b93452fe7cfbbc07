package uptime

// Current is what is known of a store at one instant.
type Current struct {
	State State

	// Since is when the store went into this state within its current
	// opening, or when it last closed. SinceKnown is false, and Since is
	// Beginning, where there is no such instant: no poll ever in a store
	// that is always open, or no earlier opening given.
	Since      Instant
	SinceKnown bool

	// Until is when the store closes, or, closed, when it opens next.
	// UntilKnown is false, and Until is Forever, where it never closes or no
	// later opening is given.
	Until      Instant
	UntilKnown bool
}

// Now is the state of a store at asOf. Openings must reach beyond asOf to
// tell when a closed store opens next; a week and a day will do. A run that
// goes back to the oldest poll given may really have begun earlier.
func Now(openings []Span, polls []Poll, asOf Instant) Current {
	i := firstEndingAfter(openings, asOf)
	if i == len(openings) || !openings[i].Contains(asOf) {
		return closed(openings[:i], openings[i:])
	}
	var run Stretch
	// One microsecond more, so that the instant itself is the last seen.
	upToNow := Span{openings[i].From, asOf + 1}
	walk(openings[i:i+1], notAfter(polls, asOf), upToNow, func(s Stretch) { run = s })
	return newCurrent(run.State, run.From, openings[i].To)
}

// closed is the state between the openings before and those after.
func closed(before, after []Span) Current {
	since, until := Beginning, Forever
	if n := len(before); n > 0 {
		since = before[n-1].To
	}
	if len(after) > 0 {
		until = after[0].From
	}
	return newCurrent(Closed, since, until)
}

func newCurrent(s State, since, until Instant) Current {
	return Current{
		State: s,
		Since: since, SinceKnown: since != Beginning,
		Until: until, UntilKnown: until != Forever,
	}
}
