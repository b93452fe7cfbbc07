package uptime

// Current is what is known of a store at one instant.
type Current struct {
	State State

	// Since is when the store went into this state within its current
	// opening, or when it last closed. SinceKnown is false where there is no
	// such instant, and Since is Beginning: no poll ever in a store that is
	// always open, or no earlier opening given. It is false as well where the
	// polls that would tell were deleted; then the state began at Since or
	// before.
	Since      Instant
	SinceKnown bool

	// Until is when the store closes, or, closed, when it opens next.
	// UntilKnown is false, and Until is Forever, where it never closes or no
	// later opening is given.
	Until      Instant
	UntilKnown bool

	// Seen is when the store was polled last in its current opening. SeenKnown is
	// false where it is closed, or was not polled since it opened.
	Seen      Instant
	SeenKnown bool
}

// Now is the state of a store at the as-of instant, whatever was corrected, for a caller
// that gives all polls of the opening that holds it. Openings must reach beyond it to
// tell when a closed store opens next, and before it to tell when it closed; a week and a
// day will do unless clocks are put forward over an opening. [History.NeedsRun] is for
// callers that have only the latest polls.
func (h History) Now() Current {
	i := firstEndingAfter(h.Openings, h.AsOf)
	if i == len(h.Openings) || !h.Openings[i].Contains(h.AsOf) {
		return closed(h.Openings[:i], h.Openings[i:])
	}
	opening, polls := h.Openings[i], notAfter(h.Polls, h.AsOf)
	now := h.Raw()
	now.AsOf++ // one microsecond more, so that the instant itself is the last seen
	now.Openings, now.Polls = h.Openings[i:i+1], polls
	var last Stretch
	now.Walk(opening, func(s Stretch) { last = s })
	c := newCurrent(last.State, last.From, opening.To)
	if n := len(polls); n > 0 && polls[n-1].At >= opening.From {
		c.Seen, c.SeenKnown = polls[n-1].At, true
	}
	return c
}

// NeedsRun is for callers that have read a store's polls only from readFrom on. It
// reports whether the state at asOf may have begun before, and the opening of
// which the last [Run] before readFrom then has to be found, for [NowAfter].
func (h History) NeedsRun(readFrom Instant) (opening Span, needed bool) {
	i := firstEndingAfter(h.Openings, h.AsOf)
	if i == len(h.Openings) || !h.Openings[i].Contains(h.AsOf) || h.Openings[i].From >= readFrom {
		return Span{}, false
	}
	polls := notAfter(h.Polls[firstFrom(h.Polls, readFrom):], h.AsOf)
	if len(polls) == 0 {
		return h.Openings[i], true
	}
	run := Run{Last: polls[0], Since: polls[0].At}
	for _, p := range polls[1:] {
		run = run.Next(p)
	}
	return h.Openings[i], !run.SinceKnown && run.Last.At.Add(Reach) > h.AsOf
}

// NowAfter is the state at asOf during an opening, of which run is the last one
// before the polls.
func NowAfter(run Run, opening Span, polls []Poll, asOf Instant) Current {
	polls = notAfter(polls, asOf)
	for _, p := range polls[firstFrom(polls, run.Last.At+1):] {
		run = run.Next(p)
	}
	c := newCurrent(run.Last.State(), run.Since, opening.To)
	c.SinceKnown = c.SinceKnown && run.SinceKnown
	if silent := run.Last.At.Add(Reach); silent <= asOf {
		c = newCurrent(NoData, silent, opening.To)
	}
	c.Seen, c.SeenKnown = run.Last.At, true
	return c
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
