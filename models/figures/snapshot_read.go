package figures

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/uptime"
)

// readSnapshot takes everything a snapshot needs from the database, by two
// connections at once: reading is what a snapshot costs, and it is the
// processor's work. They see the same data if they see the same version of it,
// because every change of the data changes the version in its transaction.
func (f *Figures) readSnapshot(ctx context.Context, tx *models.Tx, asOf uptime.Instant) (*Snapshot, error) {
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Version: version.Version, AsOf: asOf, KeptFrom: version.KeptFrom}
	if s.AsOf == 0 {
		s.AsOf = version.NewestPollAt
	}
	s.period = newPeriod(nil, nil, uptime.Span{From: s.AsOf.Add(-history + uptime.Reach), To: s.AsOf}, s.AsOf)
	first, last := s.period.days()
	week := newDensePolls(first, last)
	s.period.polls = []packedPolls{week}
	if !f.db.TwoConnections() {
		return s, s.readAlone(ctx, tx, week)
	}

	// Neither reader may end the other: a query that is broken off takes its
	// PostgreSQL connection with it.
	var readers errgroup.Group
	// Stores and hours take one of them as long as most of the polls the other.
	middle := last - (last-first)/4
	readers.Go(func() error {
		return f.db.View(ctx, func(beside *models.Tx) error {
			if err := beside.RequireVersion(ctx, s.Version); err != nil {
				return err
			}
			return week.read(ctx, beside.PollTable(), first, middle)
		})
	})
	readers.Go(func() error {
		if err := s.readStores(ctx, tx); err != nil {
			return err
		}
		return week.read(ctx, tx.PollTable(), middle+1, last)
	})
	err = readers.Wait()
	if errors.Is(err, models.ErrDataMoved) && ctx.Err() == nil {
		week = newDensePolls(first, last)
		s.period.polls = []packedPolls{week}
		return s, s.readAlone(ctx, tx, week)
	}
	if err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	s.Polls = week.count()
	return s, nil
}

// readAlone reads everything by one connection, which is slower and always of
// one mind.
func (s *Snapshot) readAlone(ctx context.Context, tx *models.Tx, week *densePolls) error {
	if err := s.readStores(ctx, tx); err != nil {
		return err
	}
	first, last := s.period.days()
	if err := week.read(ctx, tx.PollTable(), first, last); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	s.Polls = week.count()
	return nil
}

// readStores takes the stores and their hours.
func (s *Snapshot) readStores(ctx context.Context, tx *models.Tx) (err error) {
	if s.Stores, err = tx.Stores(ctx); err != nil {
		return err
	}
	hours, err := tx.AllHours(ctx)
	if err != nil {
		return err
	}
	s.Hours = make([][]uptime.Hours, len(s.Stores))
	for n, store := range s.Stores {
		s.Hours[n] = hours[store.ID]
	}
	s.period.stores, s.period.hours = s.Stores, s.Hours
	return nil
}
