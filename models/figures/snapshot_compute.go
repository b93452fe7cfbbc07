package figures

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// Progress is told how much is done of how much, in stores. It must be quick and
// safe to call from several goroutines.
type Progress func(done, total int64)

// SnapshotAt computes a snapshot as of an instant, or of the newest poll.
// The snapshot is not kept. Polls of the instant's last week that were deleted by
// retention are a KeptError. Progress may be nil.
func (f *Figures) SnapshotAt(ctx context.Context, asOf models.OptionalInstant, progress Progress) (*Snapshot, error) {
	return f.snapshotAt(ctx, asOf, f.forReports, progress)
}

// ReportSnapshotAt is SnapshotAt for reports, which do not say since when stores are in
// their state: it is not looked for beyond the polls that figures need.
func (f *Figures) ReportSnapshotAt(ctx context.Context, asOf models.OptionalInstant, progress Progress) (*Snapshot, error) {
	return f.snapshotAt(ctx, asOf, true, progress)
}

func (f *Figures) snapshotAt(ctx context.Context, asOf models.OptionalInstant, forReport bool, progress Progress) (*Snapshot, error) {
	// One at a time: each uses all processors, and holds one connection while it
	// waits for a second. Several could use up the pool and wait for ever.
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	defer f.computing.Release(1)
	var s *Snapshot
	err := f.db.View(ctx, func(tx *models.Tx) (err error) {
		s, err = f.computeSnapshot(ctx, tx, asOf, progress, false)
		if err == nil && !forReport {
			err = s.findSince(ctx, tx, &pastRuns{}) // perhaps of another time
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

// newestSnapshot computes the snapshot as of the newest poll, from the latest one where it
// can.
func (f *Figures) newestSnapshot(ctx context.Context) (s *Snapshot, err error) {
	if f.forReports {
		return f.SnapshotAt(ctx, models.OptionalInstant{}, nil)
	}
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	defer f.computing.Release(1)
	err = f.db.View(ctx, func(tx *models.Tx) (err error) {
		s, err = f.newestOf(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

// newestOf is the snapshot as of the newest poll that a view sees.
func (f *Figures) newestOf(ctx context.Context, tx *models.Tx) (*Snapshot, error) {
	latest, _ := f.snapshots.known()
	s, err := f.follow(ctx, tx, latest)
	if errors.Is(err, errOutdated) {
		s, err = f.computeSnapshot(ctx, tx, models.OptionalInstant{}, nil, true)
	}
	if err != nil {
		return nil, err
	}
	return s, s.findSince(ctx, tx, &f.past)
}

// computeSnapshot computes a snapshot of the version of the data that a view sees, from
// nothing. It leaves findSince to its caller.
func (f *Figures) computeSnapshot(ctx context.Context, tx *models.Tx, asOf models.OptionalInstant, progress Progress, followed bool) (*Snapshot, error) {
	s, err := f.readSnapshot(ctx, tx, asOf)
	if err != nil {
		return nil, err
	}
	if asOf.Known {
		if err := s.checkKept(uptime.Windows(asOf.At)[uptime.LastWeek]); err != nil {
			return nil, err
		}
	}
	if followed {
		s.carry = &carry{}
	}
	if err := s.computeOpenings(ctx); err != nil {
		return nil, err
	}
	s.allocate()
	if err := s.period.measureAll(ctx, tx, s.measure, progress); err != nil {
		return nil, err
	}
	s.Polls = s.PollsRead(allIndexes(len(s.Stores)))
	return s, nil
}

// computeOpenings computes the openings of every store, into the future as well.
func (s *Snapshot) computeOpenings(ctx context.Context) error {
	if s.carry == nil {
		return s.period.computeOpenings(ctx, s.AsOf.Add(ahead))
	}
	s.carry.until = s.AsOf.Add(ahead + carriedFor)
	if err := s.period.computeOpenings(ctx, s.carry.until); err != nil {
		return err
	}
	s.carry.openings = s.period.openings
	s.trimOpenings()
	return nil
}

// allocate makes room for what measure computes.
func (s *Snapshot) allocate() {
	s.Figures = make([][uptime.WindowCount]uptime.Figures, len(s.Stores))
	s.Now = make([]uptime.Current, len(s.Stores))
	s.beganBefore = make([]uptime.Span, len(s.Stores))
	if s.carry != nil {
		s.carry.lines, s.carry.glides = make([]uptime.Line, len(s.Stores)), make([]uptime.Glide, len(s.Stores))
	}
	s.polls = make([]int32, len(s.Stores))
	s.corrected = make([]*[uptime.WindowCount]uptime.Figures, len(s.Stores))
}

// measure computes the figures and the state of store n.
func (s *Snapshot) measure(n int, polls []uptime.Poll) {
	if s.carry != nil {
		s.carry.lines[n] = s.lineOf(n, polls)
		s.measureLine(n)
	} else {
		s.measureWindows(n, polls)
	}
	s.polls[n] = int32(countPolls(polls, s.period.allFrom(), s.AsOf+1))
	s.measureNow(n, polls)
}

// measureWindows is the plain way to the figures of store n, and measureLine the one that
// needs no polls.
func (s *Snapshot) measureWindows(n int, polls []uptime.Poll) {
	windows := uptime.Windows(s.AsOf)
	s.period.history(n, polls).Measure(windows[:], s.Figures[n][:])
	if s.period.excuses(n) {
		s.corrected[n] = new([uptime.WindowCount]uptime.Figures)
		s.period.corrected(n, polls).Measure(windows[:], s.corrected[n][:])
	}
}

// measureNow computes the state of store n, as far as the polls that were read
// tell: findSince completes it.
func (s *Snapshot) measureNow(n int, polls []uptime.Poll) {
	known, from := s.period.history(n, polls), s.period.allFrom()
	s.Now[n] = known.Now()
	if now := s.Now[n]; now.State == uptime.Closed && !(now.SinceKnown && now.UntilKnown) {
		// Where clocks were put forward over an opening, there may be none for two weeks.
		around := uptime.Span{From: s.AsOf.Add(-farAround), To: s.AsOf.Add(farAround)}
		known.Openings, known.Polls = uptime.Openings(s.period.zoneOf(n).offsets, s.Calendars[n], around), nil
		s.Now[n] = known.Now()
		return
	}
	if first := s.Stores[n].FirstPollAt; !first.Known || first.At >= from {
		return
	}
	if opening, needed := known.NeedsRun(from); needed {
		s.beganBefore[n] = opening
	}
}
