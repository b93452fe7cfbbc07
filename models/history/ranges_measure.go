package history

import (
	"context"
	"math"
	"slices"
	"sync"

	"lightson/models/figures"
	"lightson/models/uptime"
)

const (
	// rangesKept is of how many ranges of dates sums are kept: last week, last month and those
	// before them, for two dates that it can be, and some that people chose.
	rangesKept = 12
	// rangeDatesAtOnce is how many dates of a range are measured at a time.
	rangeDatesAtOnce = 31
)

// rangeSums are the sums of some dates, as far as the trend does not have these.
type rangeSums struct {
	parts  map[key]*rangePart // by range key
	wanted map[key]bool       // parts to be measured further
}

// A rangePart is the sums of each store of a part from the first date on. It is not changed
// any more, except for the watches.
type rangePart struct {
	to        uptime.Date              // the last date that was measured
	raw       []rangeSum               // by place in the part
	corrected map[int32]uptime.Figures // by id, of stores that corrections concern
	watches   []*watch                 // of what was measured at a time
}

// A rangeSum is raw figures without what does not add up.
type rangeSum struct{ open, up, down, certainUp, certainDown, closely uptime.Micros }

func sumOfFigures(f uptime.Figures) rangeSum {
	return rangeSum{f.Open, f.Up, f.Down, f.CertainUp, f.CertainDown, f.Close}
}

func (s rangeSum) figures() uptime.Figures {
	return uptime.Figures{Open: s.open, Up: s.up, Down: s.down, CertainUp: s.certainUp, CertainDown: s.certainDown, Close: s.closely}
}

// of are the raw and the corrected figures of a store. There are none where nothing was
// measured.
func (p *rangePart) of(place, id int32) (raw, corrected uptime.Figures) {
	if len(p.raw) == 0 {
		return raw, corrected
	}
	raw = p.raw[place].figures()
	if with, some := p.corrected[id]; some {
		return raw, with
	}
	return raw, raw
}

// rangeSums are those of some dates.
func (h *History) rangeSums(d Dates) *rangeSums {
	r, some := h.ranges.Get(d)
	if !some {
		r = &rangeSums{parts: map[key]*rangePart{}, wanted: map[key]bool{}}
		h.ranges.Add(d, r)
	}
	return r
}

// right is what is kept of a part and still right for a base, or nil.
func (r *rangeSums) right(k key, b *base) *rangePart {
	p := r.parts[k]
	if p == nil {
		return nil
	}
	for _, w := range p.watches {
		if !w.stillRight(b) {
			delete(r.parts, k)
			return nil
		}
	}
	return p
}

// forgetRangeParts drops the parts of ranges that no base has.
func (h *History) forgetRangeParts() {
	for _, r := range h.ranges.Values() {
		for k := range r.parts {
			if !slices.ContainsFunc(h.bases, func(b *base) bool { _, some := b.ranged[k]; return some }) {
				delete(r.parts, k)
			}
		}
	}
}

func (h *History) rangesWanted() bool {
	return slices.ContainsFunc(h.ranges.Values(), func(r *rangeSums) bool { return len(r.wanted) > 0 })
}

func (h *History) forgetRangesWanted() {
	for _, r := range h.ranges.Values() {
		clear(r.wanted)
	}
}

// A rangeTask is some dates of some parts, on top of what is kept of these.
type rangeTask struct {
	task
	of Dates
}

// nextRange is what to measure next of a range, of the one that was asked for last, or nil.
func (h *History) nextRange(s *figures.Snapshot, size int) *rangeTask {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.baseOf(s)
	for _, d := range slices.Backward(h.ranges.Keys()) {
		r, _ := h.ranges.Peek(d)
		last, _ := b.old(d)
		next := &rangeTask{task: task{base: b, first: math.MaxInt32}, of: d}
		for k := range r.wanted {
			from := d.First
			if p := r.right(k, b); p != nil {
				from = p.to + 1
			}
			n, still := b.ranged[k]
			switch {
			case !still || from > last:
				delete(r.wanted, k)
			case from < next.first:
				next.first, next.parts = from, []part{b.parts[n]}
			case from == next.first:
				next.parts = append(next.parts, b.parts[n])
			}
		}
		if len(next.parts) > 0 {
			next.last = min(last, next.first+rangeDatesAtOnce-1)
			next.limit(size)
			return next
		}
	}
	return nil
}

// A measuredRange is what a task found of a part so far.
type measuredRange struct {
	mu        sync.Mutex
	raw       []rangeSum
	corrected map[int32]uptime.Figures
	silent    []silence
}

// measureRange measures a task and keeps what it found.
func (h *History) measureRange(ctx context.Context, t *rangeTask) error {
	s := t.base.of
	spans, within, err := t.spansByZone()
	if err != nil {
		return err
	}
	var stores []int
	found, of := make([]measuredRange, len(t.parts)), map[int]*measuredRange{}
	for i, p := range t.parts {
		found[i].raw, found[i].corrected = make([]rangeSum, len(p.stores)), map[int32]uptime.Figures{}
		stores = append(stores, p.stores...)
		for _, n := range p.stores {
			of[n] = &found[i]
		}
	}
	err = h.figures.EachHistory(ctx, s, stores, within, func(n int, known uptime.History) error {
		of[n].add(s.Stores[n].ID, t.base.place[n], known, spans[s.Stores[n].ZoneName()], within)
		return nil
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rangeSums(t.of)
	for i, p := range t.parts {
		r.keep(p, t, &found[i])
	}
	return nil
}

// spansByZone are the times that the dates of a task last in each zone together, and all of
// them.
func (t *rangeTask) spansByZone() (spans map[string]uptime.Span, within uptime.Span, err error) {
	days, within, err := t.daysByZone()
	spans = map[string]uptime.Span{}
	for zone, of := range days {
		spans[zone] = uptime.Span{From: of[0].From, To: of[len(of)-1].To}
	}
	return spans, within, err
}

// add adds one store.
func (m *measuredRange) add(id, place int32, known uptime.History, span, within uptime.Span) {
	var raw, corrected [1]uptime.Figures
	known.Raw().Measure([]uptime.Span{span}, raw[:])
	m.raw[place] = sumOfFigures(raw[0])
	quiet, silent := newSilence(id, known.Raw(), within)
	concerned := slices.ContainsFunc(known.Excused, func(e uptime.Span) bool { return !e.Clip(span).Empty() })
	if concerned {
		known.Measure([]uptime.Span{span}, corrected[:])
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if concerned {
		m.corrected[id] = corrected[0]
	}
	if silent {
		m.silent = append(m.silent, quiet)
	}
}

// keep adds what a task found of a part to what is kept of it, unless that has changed
// meanwhile.
func (r *rangeSums) keep(p part, t *rangeTask, found *measuredRange) {
	is := &rangePart{to: t.last, raw: found.raw, corrected: found.corrected}
	if t.first > t.of.First {
		was := r.right(p.rangeKey, t.base)
		if was == nil || was.to != t.first-1 {
			return
		}
		is.add(was, p, t.base.of)
	}
	if len(found.silent) > 0 {
		is.watches = append(is.watches, &watch{found.silent, t.base.version, t.base.of.AsOf})
	}
	r.parts[p.rangeKey] = is
}

// add adds what was measured before.
func (p *rangePart) add(was *rangePart, of part, s *figures.Snapshot) {
	p.watches = slices.Clone(was.watches)
	for place, n := range of.stores {
		id := s.Stores[n].ID
		raw, corrected := p.of(int32(place), id)
		before, correctedBefore := was.of(int32(place), id)
		raw.Add(before)
		corrected.Add(correctedBefore)
		uncount(&corrected)
		p.raw[place] = sumOfFigures(raw)
		if delete(p.corrected, id); corrected != raw {
			p.corrected[id] = corrected
		}
	}
}
