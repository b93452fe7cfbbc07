package figures

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// rangePart is how much of a range is read and measured at a time, so that memory
// does not grow with the range.
const rangePart = uptime.Week

// A Range is the figures of some stores in a range of time, in the order in which the
// stores were given.
type Range struct {
	Figures   []uptime.Figures // raw
	Corrected []uptime.Figures // with corrections; the same slice where nothing is corrected
	Polls     int64            // how many were read that the snapshot had not, without those after the as-of instant
}

// MeasureRange computes the figures of some stores of a snapshot in any range of
// time. Stores are indexes of the snapshot; nil stands for all stores. The part of the
// range before [uptime.Beginning] or after the snapshot's as-of instant counts for nothing.
//
// The error is models.ErrDataMoved where the data are no longer those of the
// snapshot, and a KeptError where polls of the range are no longer kept.
// Progress may be nil.
func (f *Figures) MeasureRange(ctx context.Context, s *Snapshot, stores []int, within uptime.Span, progress Progress) (r Range, err error) {
	if stores == nil {
		stores = allIndexes(len(s.Stores))
	}
	if len(stores) >= models.ManyStores { // fewer are too quick to wait for their turn
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return r, fmt.Errorf("measure range: %w", err)
		}
		defer f.computing.Release(1)
	}
	err = f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		r, err = s.measureRange(ctx, tx, stores, within, progress)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("measure range: %w", err)
	}
	return r, nil
}

// measureRange is MeasureRange in a transaction that sees the version of the snapshot.
func (s *Snapshot) measureRange(ctx context.Context, tx *models.Tx, stores []int, within uptime.Span, progress Progress) (r Range, err error) {
	within = within.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
	if err := s.checkKept(within); err != nil {
		return r, err
	}
	tallies := make([]rangeTally, len(stores))
	for n := range tallies {
		tallies[n].within, tallies[n].counted = within, math.MinInt64
	}
	for part := range rangeParts(within) {
		if err := s.period.derive(stores, part).tally(ctx, tx, tallies, s.period.allFrom()); err != nil {
			return r, err
		}
		if progress != nil {
			done := float64(part.To-within.From) / float64(within.Length())
			progress(int64(done*float64(len(stores))), int64(len(stores)))
		}
	}
	r.Figures = make([]uptime.Figures, len(stores))
	r.Corrected = r.Figures
	for n := range tallies {
		r.Figures[n] = tallies[n].raw.Figures()
		r.Polls += tallies[n].polls
	}
	for n, store := range stores {
		if s.Excused(store) == nil {
			continue
		}
		if &r.Corrected[0] == &r.Figures[0] {
			r.Corrected = slices.Clone(r.Figures)
		}
		r.Corrected[n] = tallies[n].corrected.Figures()
	}
	return r, nil
}

// MeasureDates computes the figures of some stores of a snapshot on their own local dates
// from first to last, both included: what MeasureRange gives for the time of these dates
// in the zone of each store. What the snapshot has of that time is not read again. The
// errors are those of MeasureRange.
func (f *Figures) MeasureDates(ctx context.Context, s *Snapshot, stores []int, first, last uptime.Date) (r Range, err error) {
	tallies := make([]rangeTally, len(stores))
	whole := uptime.Span{From: math.MaxInt64, To: math.MinInt64}
	for i, n := range stores {
		span, err := s.SpanOfDates(n, first, last)
		if err == nil {
			span = span.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
			err = s.checkKeptOf(n, span)
		}
		if err != nil {
			return r, fmt.Errorf("measure dates: %w", err)
		}
		if tallies[i].within = span; !span.Empty() {
			whole = uptime.Span{From: min(whole.From, span.From), To: max(whole.To, span.To)}
		}
	}
	if len(stores) >= models.ManyStores { // as in MeasureRange
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return r, fmt.Errorf("measure dates: %w", err)
		}
		defer f.computing.Release(1)
	}
	err = f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		for part := range rangeParts(uptime.Span{From: whole.From, To: min(whole.To, s.Span().From)}) {
			if err := s.period.derive(stores, part).tally(ctx, tx, tallies, math.MinInt64); err != nil {
				return err
			}
		}
		if whole.To <= s.Span().From {
			return nil
		}
		return s.period.narrowedTo(stores).addTo(ctx, tx, tallies, uptime.Span{})
	})
	if err != nil {
		return r, fmt.Errorf("measure dates: %w", err)
	}
	r.Figures, r.Corrected = make([]uptime.Figures, len(stores)), make([]uptime.Figures, len(stores))
	for i, n := range stores {
		r.Figures[i] = tallies[i].raw.Figures()
		r.Corrected[i] = r.Figures[i]
		if s.Excused(n) != nil {
			r.Corrected[i] = tallies[i].corrected.Figures()
		}
	}
	return r, nil
}

// SpanOfDates is the time from the beginning of one local date of store n to the end of
// another.
func (s *Snapshot) SpanOfDates(n int, first, last uptime.Date) (uptime.Span, error) {
	return spanOfDates(s.period.zoneOf(n).location, first, last)
}

// A rangeTally is what the parts of a range add up to for a store.
type rangeTally struct {
	within uptime.Span // only time in it is added up

	raw, corrected uptime.Tally // corrected is only kept where the store has corrections

	polls   int64
	counted uptime.Instant // no poll before it is counted any more: parts read some polls twice
}

// count counts the polls of a part in a span. They are sorted.
func (t *rangeTally) count(polls []uptime.Poll, in uptime.Span) {
	t.polls += int64(countPolls(polls, max(in.From, t.counted), in.To))
	if last := pollIndex(polls, in.To); last > 0 {
		t.counted = max(t.counted, polls[last-1].At+1)
	}
}

// rangeParts cuts a range into parts of rangePart, in order. The last may be
// shorter.
func rangeParts(within uptime.Span) iter.Seq[uptime.Span] {
	return func(yield func(uptime.Span) bool) {
		for from := within.From; from < within.To; from = from.Add(rangePart) {
			if !yield(uptime.Span{From: from, To: min(from.Add(rangePart), within.To)}) {
				return
			}
		}
	}
}

// tally reads a new period and adds what happened in it to the tally of each store,
// with the number of the polls before an instant.
func (p *period) tally(ctx context.Context, tx *models.Tx, tallies []rangeTally, before uptime.Instant) error {
	if err := p.readPolls(ctx, tx); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	if err := p.computeOpenings(ctx, p.span.To); err != nil {
		return err
	}
	return p.addTo(ctx, tx, tallies, uptime.Span{From: p.allFrom(), To: min(before, p.asOf+1)})
}

// addTo adds what happened in the period to the tally of each store, with the number of
// the polls in a span.
func (p *period) addTo(ctx context.Context, tx *models.Tx, tallies []rangeTally, counted uptime.Span) error {
	return p.measureAll(ctx, tx, func(n int, polls []uptime.Poll) {
		if within := p.span.Clip(tallies[n].within); !within.Empty() {
			p.history(n, polls).Pieces(within, tallies[n].raw.Add)
			if p.excused[n] != nil {
				p.corrected(n, polls).Pieces(within, tallies[n].corrected.Add)
			}
		}
		tallies[n].count(polls, counted)
	}, nil)
}

// readPolls reads all polls that speak in the period, day by day: of many stores by the range of
// their ids, of few by look-ups.
func (p *period) readPolls(ctx context.Context, tx *models.Tx) error {
	if len(p.stores) == 0 {
		return nil
	}
	first, last := p.days()
	ids := make([]int32, len(p.stores))
	for n, store := range p.stores {
		ids[n] = store.ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if lowest, highest := ids[0], ids[len(ids)-1]; len(ids) >= models.ManyStores || inOneRange(lowest, highest, len(ids)) {
		dense := newDensePolls(first, last)
		dense.lowest = lowest
		p.polls = append(p.polls, dense)
		return dense.readBlock(ctx, tx.PollTable(), highest)
	}
	few := fewPolls{}
	p.polls = append(p.polls, few)
	return few.read(ctx, tx.PollTable(), ids, first, last)
}
