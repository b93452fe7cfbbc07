package figures

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/names"
	"lightson/models/uptime"
)

// readSnapshot reads everything a snapshot needs from the database, by two
// connections at once where there are two: reading is most of what a snapshot
// costs, and it is work of the processor. Both see the same data if they see the
// same version, because every change of the data changes the version in its
// transaction.
func (f *Figures) readSnapshot(ctx context.Context, tx *models.Tx, asOf models.OptionalInstant) (*Snapshot, error) {
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	s := f.emptySnapshot(version, asOf)
	if !f.db.TwoConnections() {
		return s, s.readByOne(ctx, tx)
	}
	err = s.readByTwo(ctx, f.db, tx)
	if errors.Is(err, models.ErrDataMoved) && ctx.Err() == nil {
		return s, s.readByOne(ctx, tx)
	}
	return s, err
}

// emptySnapshot is one that has no stores and no polls yet, as of an instant or of the newest poll.
func (f *Figures) emptySnapshot(version models.DataVersion, asOf models.OptionalInstant) *Snapshot {
	asOf = asOf.Or(version.NewestPollAt)
	s := &Snapshot{Version: version.Version, AsOf: asOf.At, AsOfKnown: asOf.Known, KeptFrom: version.KeptFrom, pastMark: version.PastMark, PollEvery: f.pollEvery}
	s.period = newPeriod(times{}, uptime.Span{From: s.AsOf.Add(-history + uptime.Reach), To: s.AsOf}, s.AsOf, uptime.Near(f.pollEvery))
	return s
}

// readByTwo reads by the connection of tx and a second one. It is ErrDataMoved
// where the second sees another version of the data.
func (s *Snapshot) readByTwo(ctx context.Context, db *models.DB, tx *models.Tx) error {
	first, last := s.period.days()
	dense := newDensePolls(first, last)
	// The group has no context: neither reader may cancel the other, because a
	// query that is cancelled takes its PostgreSQL connection with it.
	var readers errgroup.Group
	// Each takes the next day that nobody reads yet, so that both end at the same time: the
	// one that reads the stores as well reads fewer days.
	var taken atomic.Int32
	read := func(tx *models.Tx) error {
		for day := first + taken.Add(1) - 1; day <= last; day = first + taken.Add(1) - 1 {
			if err := dense.read(ctx, tx.PollTable(), day, day); err != nil {
				return err
			}
		}
		return nil
	}
	readers.Go(func() error {
		return models.Caught(func() error {
			return db.View(ctx, func(second *models.Tx) error {
				if err := second.RequireVersion(ctx, s.Version); err != nil {
					return err
				}
				return read(second)
			})
		})
	})
	readers.Go(func() error {
		return models.Caught(func() error {
			if err := s.readStores(ctx, tx); err != nil {
				return err
			}
			return read(tx)
		})
	})
	if err := readers.Wait(); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	s.setPolls(dense)
	return nil
}

// readByOne reads everything by one connection. It is slower, and sees one
// version of the data only.
func (s *Snapshot) readByOne(ctx context.Context, tx *models.Tx) error {
	if err := s.readStores(ctx, tx); err != nil {
		return err
	}
	first, last := s.period.days()
	dense := newDensePolls(first, last)
	if err := dense.read(ctx, tx.PollTable(), first, last); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	s.setPolls(dense)
	return nil
}

func (s *Snapshot) setPolls(dense *densePolls) {
	s.period.polls = []packedPolls{dense}
}

// packed are the polls as they were read.
func (s *Snapshot) packed() *densePolls { return s.period.polls[0].(*densePolls) }

// readStores reads the stores, when they are open, and what of their time is excused.
func (s *Snapshot) readStores(ctx context.Context, tx *models.Tx) (err error) {
	stores, hours, err := tx.StoresWithHours(ctx)
	if err != nil {
		return err
	}
	s.Stores = stores
	if s.special, err = entered.ReadSpecial(ctx, tx); err != nil {
		return err
	}
	if s.excuses, err = entered.ReadExcuses(ctx, tx); err != nil {
		return err
	}
	s.takeHours(hours)
	return nil
}

// takeHours sets when the stores are open, given the hours of each, and what of their time is
// excused.
func (s *Snapshot) takeHours(hours [][]uptime.Schedule) {
	s.Calendars, s.excused = make([]uptime.Calendar, len(s.Stores)), make([][]uptime.Span, len(s.Stores))
	for n := range s.Stores {
		store := &s.Stores[n]
		s.Calendars[n] = uptime.Calendar{Schedules: hours[n], Special: s.special.Of(*store)}
		s.excused[n] = s.excuses.Of(*store)
		store.Name, store.Group, store.City = names.Visible(store.Name), names.Visible(store.Group), names.Visible(store.City)
	}
	s.period.times = times{s.Stores, s.Calendars, s.excused}
}
