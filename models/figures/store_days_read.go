package figures

import (
	"context"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// Dates are the first and the last local date of which something can be known of
// store n. The first is that of its first poll, or the first of which all polls
// are kept; the last is that of the as-of instant. It reports false for a store
// that was never polled until then.
func (s *Snapshot) Dates(n int) (first, last uptime.Date, ok bool) {
	if !s.polled(n) {
		return 0, 0, false
	}
	return s.firstDate(n), s.period.zoneOf(n).date(s.AsOf), true
}

// FirstPollAt is the earliest KnownSince of all stores, if any was ever polled.
func (s *Snapshot) FirstPollAt() (oldest models.OptionalInstant) {
	for n := range s.Stores {
		oldest = oldest.Earliest(s.KnownSince(n))
	}
	return oldest
}

// StoreDays reads store n on its local dates from first to last, both included, as
// of the snapshot's instant. Days that the snapshot has are not read again. The error is
// models.ErrDataMoved where others are, and the data are no longer those of the snapshot.
func (f *Figures) StoreDays(ctx context.Context, s *Snapshot, n int, first, last uptime.Date) (d StoreDays, err error) {
	span, err := spanOfDates(s.period.zoneOf(n).location, first, last)
	if err != nil {
		return d, fmt.Errorf("past of store %s: %w", s.Stores[n].Code, err)
	}
	p := s.period.derive([]int{n}, span)
	if err := p.computeOpenings(ctx, span.To); err != nil {
		return d, err
	}
	if s.hasPolls(n, p) {
		return s.withPolls(p).storeDays(0)
	}
	err = f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		if err := p.readStore(ctx, tx, s.packed().first-1); err != nil {
			return err
		}
		s.withPolls(p)
		// Only for the earlier poll that it may read: nothing is measured.
		return p.measureAll(ctx, tx, func(int, []uptime.Poll) {}, nil)
	})
	if err != nil {
		return d, fmt.Errorf("past of store %s: %w", s.Stores[n].Code, err)
	}
	return p.storeDays(0)
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

// hasPolls reports whether the snapshot has all polls that decide a period of store n.
func (s *Snapshot) hasPolls(n int, p *period) bool {
	first, from := s.Stores[n].FirstPollAt, polls.InstantOf(s.packed().first, 0)
	return p.span.To > s.AsOf && (!first.Known || first.At >= max(from, p.readFrom()))
}

// withPolls adds to a period of one store the polls that the snapshot has on its days.
func (s *Snapshot) withPolls(p *period) *period {
	few, store := fewPolls{}, p.stores[0].ID
	first, last := p.days()
	for day := max(first, s.packed().first); day <= min(last, s.packed().end()-1); day++ {
		if packed := s.packed().on(day).of(store); packed != nil {
			few[store] = append(few[store], storeDay{day, packed})
		}
	}
	p.polls = append(p.polls, few)
	return p
}

// readStore reads the polls of a period of one store, from its first poll until a day.
func (p *period) readStore(ctx context.Context, tx *models.Tx, until int32) error {
	first, last := p.days()
	last = min(last, until)
	store := p.stores[0]
	if !store.FirstPollAt.Known {
		return nil
	}
	polled, _ := polls.Split(store.FirstPollAt.At)
	if first = max(first, polled); first > last {
		return nil
	}
	few := fewPolls{}
	p.polls = append(p.polls, few)
	return few.readStore(ctx, tx.PollTable(), store.ID, first, last)
}
