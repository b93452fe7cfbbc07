package demo

const (
	second = 1_000_000 // microseconds
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// A schedule is what the pollers did, whichever stores there are: one round at
// every full hour, of which a few did not happen.
type schedule struct {
	span           // the polls are in (from, to]
	first   int64  // the beginning of the first round
	skipped []bool // one per round
	options Options
}

func newSchedule(o Options) schedule {
	until := o.Until.UnixMicro()
	s := schedule{span: span{until - int64(o.Days)*day, until}, options: o}
	s.first = s.from - s.from%hour
	s.skipped = make([]bool, int((s.to-s.first)/hour)+1)
	d := o.dice(rounds, 0)
	for i := range s.skipped {
		s.skipped[i] = d.chance(5, 100)
	}
	// The pollers are at work when the data ends.
	s.skipped[len(s.skipped)-1] = false
	s.skipped[len(s.skipped)-2] = false
	return s
}

// silence is the time in which the pollers did not come to the store. It is a
// part of the whole, so that a demo of a single day has some too.
func (s schedule) silence(d dice, o oddity) span {
	whole := s.to - s.from
	switch o {
	case wentSilent:
		return span{s.to - d.between(whole/4, whole*5/8), s.to + 1}
	case silentStretch:
		from := s.from + d.between(whole/5, whole*2/5)
		return span{from, from + d.between(whole/4, whole*2/5)}
	}
	return span{}
}
