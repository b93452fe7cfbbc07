package figures

import (
	"context"

	"lightson/models/uptime"
)

// layOutAll finds the openings of every store, into the future as well.
func (s *Snapshot) layOutAll(ctx context.Context) error {
	return s.period.layOut(ctx, s.AsOf.Add(ahead))
}

// measureAll computes the figures and the state of every store. It returns those
// that need a poll from before the snapshot's history to be measured right.
func (s *Snapshot) measureAll(ctx context.Context, progress Progress) (needy []storeNeedingEarlier, err error) {
	s.Figures = make([][uptime.WindowCount]uptime.Figures, len(s.Stores))
	s.Now = make([]uptime.Current, len(s.Stores))
	return s.period.measureEach(ctx, s.measure, progress)
}

func (s *Snapshot) measure(n int, polls []uptime.Poll) {
	spans := uptime.Windows(s.AsOf)
	uptime.Measure(s.period.openings[n], polls, s.AsOf, spans[:], s.Figures[n][:])
	s.Now[n] = uptime.Now(s.period.openings[n], polls, s.AsOf)
}
