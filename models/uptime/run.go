package uptime

// A Run is what the latest polls of an opening say together: its last poll, and
// since when the store had been in the state that this poll saw, without any time
// of no data between.
type Run struct {
	Last  Poll
	Since Instant
	// SinceKnown is false where older polls of the opening are missing. Then the
	// run began at Since or before.
	SinceKnown bool
}

// Next is the run after one more poll of the same opening.
func (r Run) Next(p Poll) Run {
	if p.Active != r.Last.Active || r.Last.At.Add(Reach) < p.At {
		return Run{Last: p, Since: p.At, SinceKnown: true}
	}
	r.Last = p
	return r
}

// A RunSearch finds the last run of an opening. It is shown polls from the newest
// to the oldest, so that no more of them need be read than the run is long.
type RunSearch struct {
	opening     Span
	first, last Poll // of the run, as far as it is known
	some        bool // whether a poll of the opening was seen
	found       bool // whether the poll before the run was seen
	all         bool // whether all polls of the opening were seen
}

// NewRunSearch looks for the last run of an opening.
func NewRunSearch(opening Span) *RunSearch { return &RunSearch{opening: opening} }

// Before shows polls that are older than those shown before; they are sorted. It
// reports whether the search is over.
func (s *RunSearch) Before(polls []Poll) (over bool) {
	polls = polls[:firstFrom(polls, s.opening.To)]
	for i := len(polls) - 1; i >= 0 && !s.found && !s.all; i-- {
		switch p := polls[i]; {
		case p.At < s.opening.From:
			s.all = true
		case !s.some:
			s.first, s.last, s.some = p, p, true
		case p.Active != s.first.Active || p.At.Add(Reach) < s.first.At:
			s.found = true
		default:
			s.first = p
		}
	}
	return s.found || s.all
}

// NoMore says that the opening has no polls older than those shown.
func (s *RunSearch) NoMore() { s.all = true }

// Run is the run that was found. It reports false where no poll of the opening was
// shown.
func (s *RunSearch) Run() (run Run, ok bool) {
	run = Run{Last: s.last, Since: s.first.At, SinceKnown: s.found || s.all}
	if s.all && !s.found { // the first poll speaks for the time before it as well
		run.Since = max(s.opening.From, s.first.At.Add(-Reach))
	}
	return run, s.some
}

// First is the first poll of the run, as far as polls were shown. Found reports whether the
// poll before the run was shown as well: without it there may have been older ones.
func (s *RunSearch) First() (first Poll, found bool) { return s.first, s.found }
