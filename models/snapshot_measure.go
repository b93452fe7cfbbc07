package models

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync/atomic"
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

// fetchEarlier fetches, for the few stores that need it, one poll from before
// the snapshot's history: it decides whether the first poll read is the first
// of its opening, and so whether it speaks for the time before it.
func (s *Snapshot) fetchEarlier(ctx context.Context, tx *Tx) error {
	s.earlier = map[int]uptime.Poll{}
	readFrom := s.Span().From.Add(-uptime.Reach)
	before, _ := splitInstant(int64(readFrom))
	var polls []uptime.Poll
	for n, store := range s.Stores {
		if store.FirstPollAt == 0 || store.FirstPollAt >= readFrom {
			continue // nothing was read short
		}
		var err error
		if polls, err = s.appendPolls(polls[:0], n); err != nil {
			return err
		}
		opening, needed := uptime.NeedsEarlier(s.openings[n], polls, s.Span())
		if !needed {
			continue
		}
		if store.FirstPollAt >= opening.From {
			s.earlier[n] = uptime.Poll{At: store.FirstPollAt, Active: true} // too old to speak, whatever it saw
			continue
		}
		opened, _ := splitInstant(int64(opening.From))
		err = tx.bulk.polls.readStore(ctx, store.ID, opened, before, func(day int32, packed PollDay) error {
			found, err := packed.AppendPolls(nil, day)
			for _, p := range found {
				if opening.From <= p.At && p.At < readFrom {
					s.earlier[n] = p
				}
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("store %s: %w", store.Code, err)
		}
	}
	return nil
}

// measureAll computes the figures and the state of every store.
func (s *Snapshot) measureAll(ctx context.Context, progress Progress) error {
	s.Figures = make([][windows]uptime.Figures, len(s.Stores))
	s.Now = make([]uptime.Current, len(s.Stores))
	spans := uptime.Windows(s.AsOf)
	var done atomic.Int64
	return s.share(ctx, func(first, last int) error {
		var polls []uptime.Poll
		for n := first; n < last; n++ {
			var err error
			if polls, err = s.appendPolls(polls[:0], n); err != nil {
				return err
			}
			uptime.Measure(s.openings[n], polls, s.AsOf, spans[:], s.Figures[n][:])
			s.Now[n] = uptime.Now(s.openings[n], polls, s.AsOf)
		}
		if progress != nil {
			progress(done.Add(int64(last-first)), int64(len(s.Stores)))
		}
		return nil
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
