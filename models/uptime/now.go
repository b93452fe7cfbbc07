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
}

// Now is the state of a store at asOf, for a caller that gives all polls of the
// opening that holds asOf. Openings must reach beyond asOf to tell when a closed
// store opens next, and before it to tell when it closed; a week and a day will do
// unless clocks are put forward over an opening. [NeedsRun] is for callers that
// have only the latest polls.
func Now(openings []Span, polls []Poll, asOf Instant) Current {
	i := firstEndingAfter(openings, asOf)
	if i == len(openings) || !openings[i].Contains(asOf) {
		return closed(openings[:i], openings[i:])
	}
	var last Stretch
	// One microsecond more, so that the instant itself is the last seen.
	upToNow := Span{openings[i].From, asOf + 1}
	walk(openings[i:i+1], notAfter(polls, asOf), upToNow, func(s Stretch) { last = s })
	return newCurrent(last.State, last.From, openings[i].To)
}

// NeedsRun is for callers that have read a store's polls only from readFrom on. It
// reports whether the state at asOf may have begun before, and the opening of
// which the last [Run] before readFrom then has to be found, for [NowAfter].
func NeedsRun(openings []Span, polls []Poll, readFrom, asOf Instant) (opening Span, needed bool) {
	i := firstEndingAfter(openings, asOf)
	if i == len(openings) || !openings[i].Contains(asOf) || openings[i].From >= readFrom {
		return Span{}, false
	}
	polls = notAfter(polls[firstFrom(polls, readFrom):], asOf)
	if len(polls) == 0 {
		return openings[i], true
	}
	run := Run{Last: polls[0], Since: polls[0].At}
	for _, p := range polls[1:] {
		run = run.Next(p)
	}
	return openings[i], !run.SinceKnown && run.Last.At.Add(Reach) > asOf
}

// NowAfter is the state at asOf during an opening, of which run is the last one
// before the polls.
func NowAfter(run Run, opening Span, polls []Poll, asOf Instant) Current {
	polls = notAfter(polls, asOf)
	for _, p := range polls[firstFrom(polls, run.Last.At+1):] {
		run = run.Next(p)
	}
	if silent := run.Last.At.Add(Reach); silent <= asOf {
		return newCurrent(NoData, silent, opening.To)
	}
	c := newCurrent(run.Last.State(), run.Since, opening.To)
	c.SinceKnown = c.SinceKnown && run.SinceKnown
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
