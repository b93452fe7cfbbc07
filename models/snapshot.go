package models

import (
	"context"
	"fmt"
	"iter"
	"sort"
	"time"

	"lightson/models/uptime"
)

// A Snapshot is what is known of every store as of one instant. It is computed
// once per version of the data, shared by every page and report, and never
// changes.
type Snapshot struct {
	Version int64
	AsOf    uptime.Instant
	Stores  []Store // sorted by code; the other slices go with it
	Hours   [][]uptime.Hours
	Figures [][windows]uptime.Figures
	Now     []uptime.Current
	Polls   int64 // read

	openings [][]uptime.Span
	week     weekPolls
	earlier  map[int]uptime.Poll // see fetchEarlier
	zones    map[string]zone
}

// zone is a store's zone, to show times in and to compute with.
type zone struct {
	location *time.Location
	offsets  *uptime.Zone
}

const (
	// history is how far back a snapshot reads polls: a week, the reach of a
	// poll before it, and a day more, so that seven local days can be drawn.
	history = uptime.Week + uptime.Reach + uptime.Day
	// ahead is how far openings are laid out into the future: a store that is
	// open once a week has its next opening within it.
	ahead = uptime.Week + uptime.Day
)

// Span is the time for which the snapshot can answer.
func (s *Snapshot) Span() uptime.Span {
	return uptime.Span{From: s.AsOf.Add(-history + uptime.Reach), To: s.AsOf}
}

// Find returns the index of a store, by the id that the feeds use.
func (s *Snapshot) Find(code string) (int, bool) {
	n := sort.Search(len(s.Stores), func(i int) bool { return s.Stores[i].Code >= code })
	return n, n < len(s.Stores) && s.Stores[n].Code == code
}

// Location is the zone of store n.
func (s *Snapshot) Location(n int) *time.Location { return s.zones[s.Stores[n].ZoneName()].location }

// Openings are those of store n around the snapshot's span.
func (s *Snapshot) Openings(n int) []uptime.Span { return s.openings[n] }

// PollsOf are the polls of store n, sorted: all since the beginning of the span
// less the reach of a poll, and one before where it matters.
func (s *Snapshot) PollsOf(n int) ([]uptime.Poll, error) { return s.appendPolls(nil, n) }

// Rows iterates over the snapshot in the form of a report.
func (s *Snapshot) Rows() iter.Seq2[ReportRow, error] {
	return func(yield func(ReportRow, error) bool) {
		for n, store := range s.Stores {
			row := ReportRow{
				Store: store.Code, Zone: store.ZoneName(), ZoneAssumed: store.Zone == "",
				HoursAssumed: len(s.Hours[n]) == 0, Figures: s.Figures[n],
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (s *Snapshot) appendPolls(dst []uptime.Poll, n int) ([]uptime.Poll, error) {
	if p, ok := s.earlier[n]; ok {
		dst = append(dst, p)
	}
	for _, row := range s.week.of(s.Stores[n].ID) {
		var err error
		if dst, err = row.polls.AppendPolls(dst, row.day); err != nil {
			return dst, fmt.Errorf("store %s, day %d: %w", s.Stores[n].Code, row.day, err)
		}
	}
	return dst, nil
}

// Progress is told how much is done of how much. It must be quick and safe to
// call from several goroutines.
type Progress func(done, total int64)

// SnapshotAt computes a snapshot as of an instant; 0 is the newest poll.
func (db *DB) SnapshotAt(ctx context.Context, asOf uptime.Instant, progress Progress) (*Snapshot, error) {
	s := &Snapshot{AsOf: asOf, zones: map[string]zone{}}
	err := db.View(ctx, func(tx *Tx) error {
		if err := s.read(ctx, tx); err != nil {
			return err
		}
		if err := s.layOutAll(ctx); err != nil {
			return err
		}
		return s.fetchEarlier(ctx, tx)
	})
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if err := s.measureAll(ctx, progress); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return s, nil
}

// read takes everything the snapshot needs from the database, in one
// transaction, so that it is of one version of the data.
func (s *Snapshot) read(ctx context.Context, tx *Tx) error {
	version, err := tx.dataVersion(ctx)
	if err != nil {
		return err
	}
	s.Version = version.Version
	if s.AsOf == 0 {
		s.AsOf = version.NewestPollAt
	}
	if s.Stores, err = tx.stores(ctx); err != nil {
		return err
	}
	hours, err := tx.allHours(ctx)
	if err != nil {
		return err
	}
	s.Hours = make([][]uptime.Hours, len(s.Stores))
	for n, store := range s.Stores {
		s.Hours[n] = hours[store.ID]
	}
	first, _ := splitInstant(int64(s.AsOf.Add(-history)))
	last, _ := splitInstant(int64(s.AsOf))
	if err := s.week.read(ctx, tx.bulk.polls, first, last); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	s.Polls = s.week.count
	return nil
}
