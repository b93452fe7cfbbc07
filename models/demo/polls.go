package demo

import "slices"

// A poll is one row of the polls feed, small enough to shuffle millions.
type poll struct {
	at     int64 // microseconds since 1970
	store  uint32
	active bool
}

// appendPolls adds the polls of one store, oldest first, to polls. They depend
// on the options and the store's number only, never on the other stores.
func (s schedule) appendPolls(polls []poll, st store) []poll {
	if !st.hasPolls() {
		return polls
	}
	d := s.options.dice(polling, st.n)
	own := len(polls)
	// A round takes its stores in much the same order, most of them early in
	// the hour. Two minutes from either end leave room for the jitter below.
	turn := d.least(5, 2*minute, 58*minute)
	missed := d.between(150, 395)
	silence := s.silence(d, st.oddity)
	down := span{}
	for i, skipped := range s.skipped {
		start := s.first + int64(i)*hour
		down = st.strike(d, down, start)
		at := start + turn + d.between(-90*second, 90*second)
		newest := st.n == 0 && i == len(s.skipped)-1
		if newest {
			at = s.to
		} else if skipped || d.chance(missed, 1000) || silence.holds(at) {
			continue
		}
		if at <= s.from || at > s.to {
			continue
		}
		p := poll{at: at, store: uint32(st.n), active: !down.holds(at)}
		polls = append(polls, p)
		if d.chance(1, 1000) {
			polls = append(polls, p) // a poller tried again after it had been heard
		}
	}
	switch st.oddity {
	case offlineNow:
		switchOff(polls[own:], s.to-d.least(2, 90*minute, 8*hour))
	case disagreed:
		polls = disagree(polls, own)
	}
	return polls
}

// switchOff makes every poll from the instant on, and the last one in any case,
// inactive.
func switchOff(polls []poll, from int64) {
	if len(polls) > 0 {
		from = min(from, polls[len(polls)-1].at)
	}
	for i := range polls {
		if polls[i].at >= from {
			polls[i].active = false
		}
	}
}

// disagree adds to the polls from own on a second poller that saw one of the
// instants differently.
func disagree(polls []poll, own int) []poll {
	if own == len(polls) {
		return polls
	}
	middle := (own + len(polls)) / 2
	other := polls[middle]
	other.active = !other.active
	return slices.Insert(polls, middle, other)
}
