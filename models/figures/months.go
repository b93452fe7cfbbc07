package figures

import (
	"context"
	"fmt"
	"math"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A Month is the calendar month of a store, in its own zone, that holds the as-of instant;
// or of several stores together, each with its own.
type Month struct {
	First   uptime.Date   // of the month; of several stores the latest
	Open    uptime.Micros // of the whole month, as far as hours and special days are known
	Excused uptime.Micros // of Open, also what corrections plan ahead

	// Raw and Corrected are the figures from the beginning of the month to the as-of
	// instant. They are zero unless the polls of all this time are kept.
	Raw, Corrected uptime.Figures
	Kept           bool
}

// Counts is the time by which the month is judged when it is over, if everything to come
// is seen: open time that is neither excused nor has gone by without data.
func (m Month) Counts() uptime.Micros { return m.Open - m.Excused - m.Corrected.NoData() }

// Left is how much longer the store may be down in the month for a target to be met. It is
// negative where the target cannot be met any more. It reports false where polls of the
// month were deleted.
func (m Month) Left(t entered.Target) (left uptime.Micros, judged bool) {
	if !m.Kept {
		return 0, false
	}
	return t.Allows(m.Counts()) - m.Corrected.Down, true
}

// Met reports whether the month so far reaches a target; see entered.Target.Met.
func (m Month) Met(t entered.Target) (met, judged bool) {
	if !m.Kept {
		return false, false
	}
	return t.Met(m.Corrected)
}

// Add makes m the month of a group that the store of another one belongs to as well. The
// month of nobody, to begin with, is Month{Kept: true}.
func (m *Month) Add(other Month) {
	m.First = max(m.First, other.First)
	m.Open += other.Open
	m.Excused += other.Excused
	m.Raw.Add(other.Raw)
	m.Corrected.Add(other.Corrected)
	m.Kept = m.Kept && other.Kept
}

// Months computes the month of some stores of a snapshot, in the order in which they are
// given. What the snapshot has of the month is not read again, so that it costs nothing to
// read in its first week and most at its end. The error is models.ErrDataMoved where the
// data are no longer those of the snapshot.
func (f *Figures) Months(ctx context.Context, s *Snapshot, stores []int) ([]Month, error) {
	months := make([]Month, len(stores))
	if len(stores) == 0 || !s.AsOfKnown {
		return months, nil
	}
	if len(stores) >= models.ManyStores { // as for ranges
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return nil, fmt.Errorf("months: %w", err)
		}
		defer f.computing.Release(1)
	}
	spans, err := s.monthsAhead(ctx, stores, months)
	if err == nil {
		err = f.measureMonths(ctx, s, stores, spans, months)
	}
	if err != nil {
		return nil, fmt.Errorf("months: %w", err)
	}
	return months, nil
}

// monthsAhead fills in what is known of months without their polls, and returns the time
// that each lasts.
func (s *Snapshot) monthsAhead(ctx context.Context, stores []int, months []Month) ([]uptime.Span, error) {
	type zoneMonth struct {
		uptime.Span
		first uptime.Date
	}
	ofZone := map[string]zoneMonth{}
	spans := make([]uptime.Span, len(stores))
	around := uptime.Span{From: math.MaxInt64, To: math.MinInt64}
	for i, n := range stores {
		name := s.Stores[n].ZoneName()
		month, known := ofZone[name]
		if !known {
			z := s.period.zoneOf(n)
			first, last := monthOf(z.date(s.AsOf))
			span, err := spanOfDates(z.location, first, last)
			if err != nil {
				return nil, err
			}
			month = zoneMonth{span, first}
			ofZone[name] = month
		}
		spans[i], months[i].First = month.Span, month.first
		months[i].Kept = !s.KeptFrom.Known || month.From >= s.KeptFrom.At
		around = uptime.Span{From: min(around.From, month.From), To: max(around.To, month.To)}
	}
	p := s.period.derive(stores, around)
	if err := p.computeOpenings(ctx, around.To); err != nil {
		return nil, err
	}
	for i := range months {
		months[i].Open = sharedTime(p.openings[i], []uptime.Span{spans[i]})
		months[i].Excused = sharedTime(within(p.openings[i], spans[i]), within(p.excused[i], spans[i]))
	}
	return spans, nil
}

// within are the parts of spans that lie in another one.
func within(spans []uptime.Span, in uptime.Span) (parts []uptime.Span) {
	for _, span := range spans {
		if part := span.Clip(in); !part.Empty() {
			parts = append(parts, part)
		}
	}
	return parts
}

// sharedTime is the time that lies in a span of both lists. Each is in order, and its
// spans are apart.
func sharedTime(a, b []uptime.Span) (sum uptime.Micros) {
	for len(a) > 0 && len(b) > 0 {
		if both := a[0].Clip(b[0]); !both.Empty() {
			sum += both.Length()
		}
		if a[0].To < b[0].To {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return sum
}

// monthOf are the first and the last date of the month that a date is in.
func monthOf(date uptime.Date) (first, last uptime.Date) {
	year, month, _ := polls.InstantOf(int32(date), 0).Time().Date()
	return uptime.DateOf(year, month, 1), uptime.DateOf(year, month+1, 1) - 1
}

// measureMonths computes the figures of months so far: those of the days that the snapshot
// has from its polls, and those before from the database.
func (f *Figures) measureMonths(ctx context.Context, s *Snapshot, stores []int, spans []uptime.Span, months []Month) error {
	tallies := make([]rangeTally, len(stores))
	before := uptime.Span{From: s.AsOf, To: s.Span().From} // what has to be read
	for i, span := range spans {
		if months[i].Kept {
			tallies[i].within = span.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
			before.From = min(before.From, span.From)
		}
	}
	err := f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		for part := range rangeParts(before) {
			if err := s.period.derive(stores, part).tally(ctx, tx, tallies, math.MinInt64); err != nil {
				return err
			}
		}
		return s.period.narrowedTo(stores).addTo(ctx, tx, tallies, uptime.Span{})
	})
	if err != nil {
		return err
	}
	for i, n := range stores {
		months[i].Raw = tallies[i].raw.Figures()
		months[i].Corrected = months[i].Raw
		if s.Excused(n) != nil {
			months[i].Corrected = tallies[i].corrected.Figures()
		}
	}
	return nil
}
