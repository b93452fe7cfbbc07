package figures

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

const (
	// storesPerBlock is how many stores EachHistory has in memory at a time, twice: a month
	// of so many takes 20 MB.
	storesPerBlock = 4096
	// rowsPerLookUp is how many rows are scanned in the time that one look-up takes.
	rowsPerLookUp = 12
)

// EachHistory calls visit once for each of some stores of a snapshot with what is known of it
// in a span, with its corrections, for openings until eight days after the as-of instant. It
// may call visit for several stores at once, in any order, and ends with its first error. The
// polls are only valid during the visit.
//
// Where the snapshot has the whole span, nothing is read. Else all of it is, in blocks of
// stores, so memory does not grow with their number, and the error is models.ErrDataMoved
// where the data are no longer those of the snapshot.
func (f *Figures) EachHistory(ctx context.Context, s *Snapshot, stores []int, within uptime.Span, visit func(n int, h uptime.History) error) error {
	if within.From >= s.Span().From {
		if err := s.period.eachHistory(ctx, stores, stores, visit); err != nil {
			return fmt.Errorf("histories: %w", err)
		}
		return nil
	}
	blocks := s.blocks(stores)
	var ready *period // with the polls of the block before
	for n := 0; n < len(blocks) || ready != nil; n++ {
		next, err := f.nextBlock(ctx, s, blocks, n, within, ready, visit)
		if err != nil {
			return fmt.Errorf("histories: %w", err)
		}
		ready = next
	}
	return nil
}

// nextBlock reads block n, if there is one, while the stores of the block before are visited.
func (f *Figures) nextBlock(ctx context.Context, s *Snapshot, blocks [][]int, n int, within uptime.Span, ready *period, visit func(int, uptime.History) error) (next *period, err error) {
	if ready != nil && len(ready.stores) >= models.ManyStores || n < len(blocks) && len(blocks[n]) >= models.ManyStores {
		// As in MeasureRange, but whoever waits for a new snapshot has a turn after each block.
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		defer f.computing.Release(1)
	}
	var both errgroup.Group // without a context: see readByTwo
	if n < len(blocks) {
		both.Go(func() error {
			return models.Caught(func() (err error) {
				next, err = f.readBlock(ctx, s, blocks[n], within)
				return err
			})
		})
	}
	if ready != nil {
		both.Go(func() error {
			return ready.eachHistory(ctx, allIndexes(len(ready.stores)), blocks[n-1], visit)
		})
	}
	return next, both.Wait()
}

// eachHistory visits stores of the period, which have other indexes for the visitor.
func (p *period) eachHistory(ctx context.Context, stores, indexes []int, visit func(int, uptime.History) error) error {
	return parallel(ctx, len(stores), func(first, last int) error {
		var polls []uptime.Poll
		for i := first; i < last; i++ {
			err := ctx.Err()
			if err != nil {
				return err
			}
			if polls, err = p.appendPolls(polls[:0], stores[i]); err != nil {
				return err
			}
			if err := visit(indexes[i], p.corrected(stores[i], polls)); err != nil {
				return err
			}
		}
		return nil
	})
}

// blocks cuts some stores into blocks that are read at a time, in order of their ids. Those
// of which each store is looked up have fewer than ManyStores.
func (s *Snapshot) blocks(stores []int) (blocks [][]int) {
	rest := slices.SortedFunc(slices.Values(stores), func(a, b int) int { return cmp.Compare(s.Stores[a].ID, s.Stores[b].ID) })
	for len(rest) > 0 {
		size := min(len(rest), storesPerBlock)
		if !inOneRange(s.Stores[rest[0]].ID, s.Stores[rest[size-1]].ID, size) {
			size = min(size, models.ManyStores-1)
		}
		blocks, rest = append(blocks, rest[:size]), rest[size:]
	}
	return blocks
}

// inOneRange reports whether some stores are rather read by the range of their ids than looked
// up one by one.
func inOneRange(lowest, highest int32, stores int) bool {
	return int(highest-lowest) < rowsPerLookUp*stores
}

// readBlock is a period of some stores, sorted by id, with all polls that matter in it.
func (f *Figures) readBlock(ctx context.Context, s *Snapshot, stores []int, within uptime.Span) (*period, error) {
	p := s.period.derive(stores, within)
	if err := p.computeOpenings(ctx, s.AsOf.Add(ahead)); err != nil {
		return nil, err
	}
	return p, f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		if err := p.readPolls(ctx, tx); err != nil {
			return fmt.Errorf("read polls: %w", err)
		}
		// Only for the earlier polls that it may read: nothing is measured.
		return p.measureAll(ctx, tx, func(int, []uptime.Poll) {}, nil)
	})
}

// HearPolls visits polls of all stores, those of a store and a UTC day at a time, on the days
// that spans meet, which are in order. It asks for the spans again and again, and ends when
// there are none. The polls are only valid during the visit.
//
// The error is models.ErrDataMoved where the data are no longer those of the snapshot.
func (f *Figures) HearPolls(ctx context.Context, s *Snapshot, spans func() []uptime.Span, visit func([]uptime.Poll)) error {
	highest := int32(0)
	for _, store := range s.Whole().Stores {
		highest = max(highest, store.ID)
	}
	var heard []uptime.Poll
	hear := func(day, _ int32, packed polls.Day) (err error) {
		if heard, err = packed.AppendPolls(heard[:0], day); err == nil {
			visit(heard)
		}
		return err
	}
	err := f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		// Mostly the first stores tell enough.
		for lowest, count := int32(0), int32(64); lowest <= highest; lowest, count = lowest+count, min(2*count, storesPerBlock) {
			for day, some := dayFrom(spans(), math.MinInt32); some; day, some = dayFrom(spans(), day+1) {
				if err := tx.PollTable().ReadBlock(ctx, lowest, lowest+count-1, day, day, hear); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("hear polls: %w", err)
	}
	return nil
}

// dayFrom is the first UTC day from one on that spans meet.
func dayFrom(spans []uptime.Span, from int32) (day int32, some bool) {
	for _, span := range spans {
		first, _ := polls.Split(span.From)
		last, _ := polls.Split(span.To - 1)
		if last >= from {
			return max(first, from), true
		}
	}
	return 0, false
}
