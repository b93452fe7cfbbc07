package figures

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// rangePiece is how much of a range is read at a time, so that memory does not
// grow with the range.
const rangePiece = uptime.Week

// MeasureRange computes the figures of some stores of a snapshot, by its indexes,
// in any range of time until its as-of instant; nil are all stores. The figures
// go with stores. It is ErrDataMoved where the data are no longer those of the
// snapshot, and a KeptError where some of their polls are no longer kept.
// Progress is told in stores.
func (f *Figures) MeasureRange(ctx context.Context, s *Snapshot, stores []int, within uptime.Span, progress Progress) ([]uptime.Figures, error) {
	if stores == nil {
		stores = everyStore(len(s.Stores))
	}
	within = within.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
	if err := s.keeps(within); err != nil {
		return nil, fmt.Errorf("measure range: %w", err)
	}
	tallies := make([]uptime.Tally, len(stores))
	if len(stores) >= models.ManyStores { // fewer take too little to wait for a turn
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return nil, fmt.Errorf("measure range: %w", err)
		}
		defer f.computing.Release(1)
	}
	err := f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		for piece := range pieces(within) {
			if err := s.period.another(stores, piece).tally(ctx, tx, tallies); err != nil {
				return err
			}
			if progress != nil {
				past := float64(piece.To-within.From) / float64(within.Length())
				progress(int64(past*float64(len(stores))), int64(len(stores)))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure range: %w", err)
	}
	figures := make([]uptime.Figures, len(stores))
	for n := range tallies {
		figures[n] = tallies[n].Figures()
	}
	return figures, nil
}

// pieces are the parts of a range that are measured one after another.
func pieces(within uptime.Span) iter.Seq[uptime.Span] {
	return func(yield func(uptime.Span) bool) {
		for from := within.From; from < within.To; from = from.Add(rangePiece) {
			if !yield(uptime.Span{From: from, To: min(from.Add(rangePiece), within.To)}) {
				return
			}
		}
	}
}

// tally reads an era and adds what happened in it to the tally of each store.
func (e *period) tally(ctx context.Context, tx *models.Tx, tallies []uptime.Tally) error {
	if err := e.read(ctx, tx); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	if err := e.layOut(ctx, e.span.To); err != nil {
		return err
	}
	return e.measureAll(ctx, tx, func(n int, polls []uptime.Poll) {
		uptime.Walk(e.openings[n], polls, e.asOf, e.span, tallies[n].Add)
	}, nil)
}

// read reads all polls that speak in the era, by day.
func (e *period) read(ctx context.Context, tx *models.Tx) error {
	first, last := e.days()
	if len(e.stores) >= models.ManyStores {
		week := newDensePolls(first, last)
		e.polls = append(e.polls, week)
		return week.read(ctx, tx.PollTable(), first, last)
	}
	ids := make([]int32, len(e.stores))
	for n, store := range e.stores {
		ids[n] = store.ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	few := fewPolls{}
	e.polls = append(e.polls, few)
	return few.read(ctx, tx.PollTable(), ids, first, last)
}
