package figures

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// A Snapshot is what is known of every store as of one instant. It is computed
// once per version of the data, shared by every page and report, and never
// changes.
type Snapshot struct {
	Version int64
	AsOf    uptime.Instant
	Stores  []models.Store // sorted by code; the other slices go with it
	Hours   [][]uptime.Hours
	Figures [][uptime.WindowCount]uptime.Figures
	Now     []uptime.Current
	Polls   int64 // read

	KeptFrom uptime.Instant // as in DataVersion: of the time before, nothing can be said

	period *period // what they are computed from

	groupOnce sync.Once
	groups    []Group // by Groups alone
}

const (
	// history is how far back a snapshot reads polls: a week, the reach of a
	// poll before it, and a day more, so that seven local days can be drawn.
	history = uptime.Week + uptime.Reach + uptime.Day
	// ahead is how far openings are laid out into the future: a store that is
	// open once a week has its next opening within it.
	ahead = uptime.Week + uptime.Day
)

func (s *Snapshot) version() int64 { return s.Version }
func (s *Snapshot) empty() bool    { return len(s.Stores) == 0 }

// Span is the time for which the snapshot can answer.
func (s *Snapshot) Span() uptime.Span { return s.period.span }

// Find returns the index of a store, by the id that the feeds use.
func (s *Snapshot) Find(code string) (int, bool) {
	n := sort.Search(len(s.Stores), func(i int) bool { return s.Stores[i].Code >= code })
	return n, n < len(s.Stores) && s.Stores[n].Code == code
}

// Location is the zone of store n.
func (s *Snapshot) Location(n int) *time.Location { return s.period.zoneOf(n).location }

// Openings are those of store n around the snapshot's span.
func (s *Snapshot) Openings(n int) []uptime.Span { return s.period.openings[n] }

// PollsOf are the polls of store n, sorted: all since the beginning of the span
// less the reach of a poll, and one before where it matters.
func (s *Snapshot) PollsOf(n int) ([]uptime.Poll, error) { return s.period.appendPolls(nil, n) }

// Progress is told how much is done of how much. It must be quick and safe to
// call from several goroutines.
type Progress func(done, total int64)

// SnapshotAt computes a snapshot as of an instant; 0 is the newest poll.
func (f *Figures) SnapshotAt(ctx context.Context, asOf uptime.Instant, progress Progress) (*Snapshot, error) {
	// One at a time: each uses all processors, and holds one connection while it
	// waits for a second, for which several could wait for ever.
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	defer f.computing.Release(1)
	var s *Snapshot
	err := f.db.View(ctx, func(tx *models.Tx) (err error) {
		s, err = f.computeSnapshot(ctx, tx, asOf, progress)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

// computeSnapshot computes a snapshot of what a view sees.
func (f *Figures) computeSnapshot(ctx context.Context, tx *models.Tx, asOf uptime.Instant, progress Progress) (*Snapshot, error) {
	s, err := f.readSnapshot(ctx, tx, asOf)
	if err != nil {
		return nil, err
	}
	if asOf != 0 {
		if err := s.keeps(uptime.Windows(asOf)[uptime.LastWeek]); err != nil {
			return nil, err
		}
	}
	if err := s.layOutAll(ctx); err != nil {
		return nil, err
	}
	needy, err := s.measureAll(ctx, progress)
	if err != nil {
		return nil, err
	}
	return s, s.period.measureAgain(ctx, tx, needy, s.measure)
}
