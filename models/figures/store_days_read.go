package figures

import (
	"context"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// Dates are the first and the last local date of which anything can be known of
// store n: that of its first poll, or the first of which all polls are kept, and
// that of the as-of instant. There are none for a store that was never polled
// until then.
func (s *Snapshot) Dates(n int) (first, last uptime.Date, some bool) {
	polled := s.Stores[n].FirstPollAt
	if polled == 0 || polled > s.AsOf {
		return 0, 0, false
	}
	return s.firstDate(n), s.period.zoneOf(n).date(s.AsOf), true
}

// FirstPollAt is the instant of the oldest poll of all stores, or the one from
// which on polls are kept; 0 where there is none.
func (s *Snapshot) FirstPollAt() uptime.Instant {
	oldest := uptime.Instant(0)
	for n := range s.Stores {
		if since := s.KnownSince(n); since != 0 && (oldest == 0 || since < oldest) {
			oldest = since
		}
	}
	return oldest
}

// StoreDays is the past of store n on its local dates from first to last, as of the
// snapshot's instant. It reads the polls of those days from the database. It is
// ErrDataMoved where the data are no longer those of the snapshot.
func (f *Figures) StoreDays(ctx context.Context, s *Snapshot, n int, first, last uptime.Date) (p StoreDays, err error) {
	span, err := spanOfDates(s.period.zoneOf(n).location, first, last)
	if err != nil {
		return p, fmt.Errorf("past of store %s: %w", s.Stores[n].Code, err)
	}
	e := s.period.another([]int{n}, span)
	if err := e.layOut(ctx, span.To); err != nil {
		return p, err
	}
	err = f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		if err := e.readStore(ctx, tx); err != nil {
			return err
		}
		return e.measureAll(ctx, tx, func(int, []uptime.Poll) {}, nil) // for the earlier poll that it may need
	})
	if err != nil {
		return p, fmt.Errorf("past of store %s: %w", s.Stores[n].Code, err)
	}
	return e.storeDays(0)
}

// spanOfDates is the time from the beginning of one date to the end of another.
func spanOfDates(location *time.Location, first, last uptime.Date) (uptime.Span, error) {
	if first > last || first < uptime.Date(polls.FirstDay) || last > uptime.Date(polls.LastDay) {
		return uptime.Span{}, fmt.Errorf("no dates from %d to %d", first, last)
	}
	midnight := func(d uptime.Date) uptime.Instant { return uptime.Instant(d) * uptime.Instant(uptime.Day) }
	offsets := uptime.NewZone(location, uptime.Span{From: midnight(first), To: midnight(last + 1)})
	return uptime.Span{From: offsets.Instant(first, 0), To: offsets.Instant(last+1, 0)}, nil
}

// readStore reads the polls of an era that has one store. Days before its first
// poll have none.
func (e *period) readStore(ctx context.Context, tx *models.Tx) error {
	first, last := e.days()
	store := e.stores[0]
	if store.FirstPollAt == 0 {
		return nil
	}
	polled, _ := polls.Split(store.FirstPollAt)
	if first = max(first, polled); first > last {
		return nil
	}
	few := fewPolls{}
	e.polls = append(e.polls, few)
	return few.readStore(ctx, tx.PollTable(), store.ID, first, last)
}
