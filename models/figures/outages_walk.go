package figures

import (
	"context"
	"iter"
	"slices"
	"sort"

	"lightson/models"
	"lightson/models/uptime"
)

// walkOutages visits all outages of some stores in a range, part after part, the newest
// part first. Each outage of a part began before those of the parts visited before, and
// within a part they are in no order. When and why they were first seen is left to
// explainOutages.
func (f *Figures) walkOutages(ctx context.Context, s *Snapshot, stores []int, within uptime.Span, visit func([]StoreOutage) error) error {
	if stores == nil {
		stores = allIndexes(len(s.Stores))
	}
	within = within.Clip(uptime.Span{From: uptime.Beginning, To: s.AsOf})
	if err := s.checkKept(within); err != nil {
		return err
	}
	// Outages that begin with the parts that were walked, and may have begun before, by store.
	begun := make([]StoreOutage, len(stores))
	for part := range outageParts(within, s.Span()) {
		found, err := f.outagesIn(ctx, s, stores, part, within)
		if err != nil {
			return err
		}
		var whole []StoreOutage
		for i, outages := range found {
			rest := begun[i]
			begun[i] = StoreOutage{}
			if last := len(outages) - 1; rest.Length() > 0 && last >= 0 && outages[last].Ended == uptime.GoesOn {
				outages[last].Outage = outages[last].Then(rest.Outage)
			} else if rest.Length() > 0 {
				whole = append(whole, rest)
			}
			if len(outages) > 0 && outages[0].From == part.From {
				begun[i], outages = outages[0], outages[1:]
			}
			whole = append(whole, outages...)
		}
		if err := visit(s.excuse(whole)); err != nil {
			return err
		}
	}
	return visit(s.excuse(slices.DeleteFunc(begun, func(o StoreOutage) bool { return o.Empty() })))
}

// excuse says how much of each outage is inside corrections.
func (s *Snapshot) excuse(outages []StoreOutage) []StoreOutage {
	for n := range outages {
		o := &outages[n]
		for _, e := range s.excused[o.Store] {
			o.Excused += e.Clip(o.Span).Length()
		}
	}
	return outages
}

// outageParts cuts a range into parts of rangePart, the newest first. What the snapshot
// itself can answer for is one part.
func outageParts(within, known uptime.Span) iter.Seq[uptime.Span] {
	return func(yield func(uptime.Span) bool) {
		for to := within.To; to > within.From; {
			from := max(within.From, to.Add(-rangePart))
			if known.From < to && to <= known.To {
				from = max(within.From, known.From)
			}
			if !yield(uptime.Span{From: from, To: to}) {
				return
			}
			to = from
		}
	}
}

// outagesIn are the outages of some stores in a part of a range, in the order of the
// stores, and those of a store in order of time.
func (f *Figures) outagesIn(ctx context.Context, s *Snapshot, stores []int, part, within uptime.Span) ([][]StoreOutage, error) {
	found := make([][]StoreOutage, len(stores))
	if span := s.Span(); span.From <= part.From && part.To <= span.To {
		return found, parallel(ctx, len(stores), func(first, last int) (err error) {
			var polls []uptime.Poll
			for i := first; i < last; i++ {
				n := stores[i]
				if polls, err = s.period.appendPolls(polls[:0], n); err != nil {
					return err
				}
				found[i] = s.period.outages(n, n, polls, part, within)
			}
			return nil
		})
	}
	if len(stores) >= models.ManyStores { // as in MeasureRange
		if err := f.computing.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		defer f.computing.Release(1)
	}
	return found, f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		p := s.period.derive(stores, part)
		if err := p.readPolls(ctx, tx); err != nil {
			return err
		}
		if err := p.computeOpenings(ctx, p.span.To); err != nil {
			return err
		}
		return p.measureAll(ctx, tx, func(i int, polls []uptime.Poll) {
			found[i] = p.outages(i, stores[i], polls, part, within)
		}, nil)
	})
}

// outages are those of store i of the period, which is store n of the snapshot.
func (p *period) outages(i, n int, polls []uptime.Poll, part, within uptime.Span) []StoreOutage {
	outages := p.history(i, polls).OutagesIn(part, within)
	if len(outages) == 0 {
		return nil
	}
	found := make([]StoreOutage, len(outages))
	for j, o := range outages {
		found[j] = StoreOutage{Store: n, Outage: o}
	}
	if first := &found[0]; first.From == within.From {
		first.before = p.outageBefore(i, polls, first.Outage)
	}
	return found
}

// An outageBefore is where to look for the beginning of an outage that may have been seen
// in polls that are older than those that were read. The zero value is for all others.
type outageBefore struct {
	opening uptime.Span
	readDay int32 // the polls of days before it were not read
}

// outageBefore tells where to look for the beginning of an outage of store i.
func (p *period) outageBefore(i int, polls []uptime.Poll, o uptime.Outage) (before outageBefore) {
	openings := p.openings[i]
	opening := openings[sort.Search(len(openings), func(n int) bool { return openings[n].To > o.From })]
	first, allFrom := p.stores[i].FirstPollAt, p.allFrom()
	if !o.SeenKnown || opening.From >= allFrom || !first.Known || first.At >= allFrom {
		return before
	}
	if seen := pollIndex(polls, o.Seen); seen > 0 && polls[seen-1].At >= opening.From {
		return before // the poll before it was read, and saw something else or is too old
	}
	before.opening = opening
	before.readDay, _ = p.days()
	return before
}
