package models

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models/uptime"
)

// layOutAll finds the openings of every store. Stores of one chain keep the
// same hours, so each distinct pair of zone and hours is laid out once.
func (s *Snapshot) layOutAll(ctx context.Context) error {
	around := uptime.Span{From: s.AsOf.Add(-history), To: s.AsOf.Add(ahead)}
	for _, store := range s.Stores {
		name := store.ZoneName()
		if _, known := s.zones[name]; known {
			continue
		}
		location, err := time.LoadLocation(name)
		if err != nil {
			return fmt.Errorf("store %s: %w", store.Code, err)
		}
		s.zones[name] = zone{location, uptime.NewZone(location, around)}
	}
	s.openings = make([][]uptime.Span, len(s.Stores))
	return s.share(ctx, func(first, last int) error {
		laidOut := map[string][]uptime.Span{}
		var key []byte
		for n := first; n < last; n++ {
			name := s.Stores[n].ZoneName()
			key = append(key[:0], name...)
			for _, h := range s.Hours[n] {
				key = binary.AppendUvarint(key, uint64(h.Day))
				key = binary.AppendUvarint(key, uint64(h.Start))
				key = binary.AppendUvarint(key, uint64(h.End))
			}
			openings, known := laidOut[string(key)]
			if !known {
				openings = uptime.Openings(s.zones[name].offsets, s.Hours[n], around)
				laidOut[string(key)] = openings
			}
			s.openings[n] = openings
		}
		return nil
	})
}

// measureAll computes the figures and the state of every store. It returns those
// that need a poll from before the snapshot's history to be measured right.
func (s *Snapshot) measureAll(ctx context.Context, progress Progress) (needy []needyStore, err error) {
	s.Figures = make([][windows]uptime.Figures, len(s.Stores))
	s.Now = make([]uptime.Current, len(s.Stores))
	var mu sync.Mutex
	var done int64
	err = s.share(ctx, func(first, last int) error {
		var polls []uptime.Poll
		var found []needyStore
		for n := first; n < last; n++ {
			var err error
			if polls, err = s.appendPolls(polls[:0], n); err != nil {
				return err
			}
			if opening, needed := s.needsEarlier(n, polls); needed {
				found = append(found, needyStore{n, opening})
				continue
			}
			s.measure(n, polls)
		}
		mu.Lock()
		defer mu.Unlock()
		needy = append(needy, found...)
		done += int64(last - first)
		if progress != nil {
			progress(done, int64(len(s.Stores)))
		}
		return nil
	})
	return needy, err
}

func (s *Snapshot) measure(n int, polls []uptime.Poll) {
	spans := uptime.Windows(s.AsOf)
	uptime.Measure(s.openings[n], polls, s.AsOf, spans[:], s.Figures[n][:])
	s.Now[n] = uptime.Now(s.openings[n], polls, s.AsOf)
}

// A needyStore was open when the snapshot's history begins and seen only much
// later. A poll from before decides whether the first poll read is the first
// of its opening, and so whether it speaks for the time before it.
type needyStore struct {
	n       int
	opening uptime.Span
}

func (s *Snapshot) needsEarlier(n int, polls []uptime.Poll) (opening uptime.Span, needed bool) {
	first := s.Stores[n].FirstPollAt
	if first == 0 || first >= s.readFrom() {
		return uptime.Span{}, false // there is no poll that was not read
	}
	return uptime.NeedsEarlier(s.openings[n], polls, s.Span())
}

// readFrom is the instant from which on all polls were read.
func (s *Snapshot) readFrom() uptime.Instant { return s.Span().From.Add(-uptime.Reach) }

// measureAgain fetches the earlier poll of the stores that need one, and
// measures them.
func (s *Snapshot) measureAgain(ctx context.Context, tx *Tx, needy []needyStore) error {
	for _, store := range needy {
		if err := s.fetchEarlier(ctx, tx, store); err != nil {
			return fmt.Errorf("store %s: %w", s.Stores[store.n].Code, err)
		}
		polls, err := s.appendPolls(nil, store.n)
		if err != nil {
			return err
		}
		s.measure(store.n, polls)
	}
	return nil
}

func (s *Snapshot) fetchEarlier(ctx context.Context, tx *Tx, needy needyStore) error {
	store := s.Stores[needy.n]
	if store.FirstPollAt >= needy.opening.From {
		s.earlier[needy.n] = uptime.Poll{At: store.FirstPollAt, Active: true} // too old to speak, whatever it saw
		return nil
	}
	opened, _ := splitInstant(int64(needy.opening.From))
	before, _ := splitInstant(int64(s.readFrom()))
	return tx.bulk.polls.readStore(ctx, store.ID, opened, before, func(day int32, packed PollDay) error {
		found, err := packed.AppendPolls(nil, day)
		for _, p := range found {
			if needy.opening.From <= p.At && p.At < s.readFrom() {
				s.earlier[needy.n] = p
			}
		}
		return err
	})
}

// storesPerShare is how many stores a worker takes at a time.
const storesPerShare = 512

// share gives the stores out to all processors, some at a time. The result does
// not depend on how many there are: every store has its own place.
func (s *Snapshot) share(ctx context.Context, work func(first, last int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for first := 0; first < len(s.Stores); first += storesPerShare {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return work(first, min(first+storesPerShare, len(s.Stores)))
		})
	}
	return g.Wait()
}
