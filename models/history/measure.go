package history

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

const (
	// datesAtOnce is how many dates are measured at a time, which bounds the memory.
	datesAtOnce = 26
	// mostAtOnce and leastAtOnce are how many stores are measured at a time: fewer where the
	// data change before so many are done.
	mostAtOnce, leastAtOnce = 1 << 14, 1 << 10
	// mostMoves is how often in a row the data may change before a measuring gives up, until
	// somebody asks again.
	mostMoves = 10
	// loosePartsWanted is how many parts of people who see some stores of a part are wanted at
	// a time. Whoever comes later has to ask again.
	loosePartsWanted = loosePartsKept / 4
)

// want has parts measured that are not, and returns what is closed when that ends.
func (h *History) want(b *base, parts []part, sums []*sum) <-chan struct{} {
	first, last := b.dates()
	for i, p := range parts {
		_, known := h.wanted[p.key]
		_, _, some := sums[i].missing(first, last, 1)
		if _, inBase := b.known[p.key]; !inBase && len(h.wanted) >= len(b.parts)+loosePartsWanted {
			continue // more could push each other out of what is kept
		}
		if some && !known {
			h.wanted[p.key] = p.ids(b.of)
		}
	}
	return h.start()
}

// start has what is wanted measured, and returns what is closed when that ends; nil where the
// figures are closed.
func (h *History) start() <-chan struct{} {
	if h.running == nil {
		running := make(chan struct{})
		if !h.figures.Run(func(ctx context.Context) { h.run(ctx, running) }) {
			return nil
		}
		h.running = running
	}
	return h.running
}

// dates are the first and the last date that are measured here.
func (b *base) dates() (first, last uptime.Date) {
	last = b.latest - figures.TrendDays
	first = last - keptDates + 1
	if kept := b.of.KeptFrom; kept.Known {
		first = max(first, uptime.DateOf(kept.At.Time().Date())-1)
	}
	return first, last
}

// run measures what is wanted until nothing is.
func (h *History) run(ctx context.Context, running chan struct{}) {
	for {
		err := models.Caught(func() error { return h.measureWanted(ctx) })
		if h.ended(err, ctx.Err() != nil) {
			close(running)
			return
		}
	}
}

// ended reports whether a measuring that returned an error was the last one: not if more was
// wanted meanwhile.
func (h *History) ended(err error, closed bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil && (len(h.wanted) > 0 || h.rangesWanted()) {
		return false
	}
	if h.failure, h.running = err, nil; closed || errors.Is(err, models.ErrDataMoved) {
		h.failure = nil
	}
	clear(h.wanted)
	h.forgetRangesWanted()
	return true
}

func (h *History) measureWanted(ctx context.Context) error {
	for size, moves := mostAtOnce, 0; ; {
		s, err := h.figures.Snapshot(ctx)
		if err != nil {
			return err
		}
		measure := h.nextWork(s, size)
		if measure == nil {
			return nil
		}
		switch err := measure(ctx); {
		case err == nil:
			moves = 0
		case errors.Is(err, models.ErrDataMoved) && moves < mostMoves:
			moves++
			size = max(size/2, leastAtOnce)
		default:
			return err
		}
	}
}

// nextWork is what to measure next, or nil. Ranges, which somebody chose, come before days.
func (h *History) nextWork(s *figures.Snapshot, size int) func(context.Context) error {
	if t := h.nextRange(s, size); t != nil {
		return func(ctx context.Context) error { return h.measureRange(ctx, t) }
	}
	if t := h.next(s, size); t != nil {
		return func(ctx context.Context) error { return h.measure(ctx, t) }
	}
	return nil
}

// A task is some dates of some parts.
type task struct {
	base        *base
	first, last uptime.Date
	parts       []part
}

// next is what to measure next, the newest dates first, or nil.
func (h *History) next(s *figures.Snapshot, size int) *task {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.baseOf(s)
	first, last := b.dates()
	next := task{base: b, last: math.MinInt32}
	for k, ids := range h.wanted {
		p, still := b.part(k, ids)
		from, to, some := first, last, false
		if still {
			from, to, some = h.sumOf(k, b).missing(first, last, datesAtOnce)
		}
		switch {
		case !some:
			delete(h.wanted, k)
		case to > next.last || to == next.last && from < next.first:
			next.first, next.last, next.parts = from, to, []part{p}
		case to == next.last && from == next.first:
			next.parts = append(next.parts, p)
		}
	}
	if len(next.parts) == 0 {
		return nil
	}
	next.limit(size)
	return &next
}

// limit leaves out parts so that there are not many more stores than a number.
func (t *task) limit(size int) {
	slices.SortFunc(t.parts, func(a, b part) int {
		return int(t.base.of.Stores[a.stores[0]].ID) - int(t.base.of.Stores[b.stores[0]].ID)
	})
	stores := 0
	for n, p := range t.parts {
		if stores += len(p.stores); stores >= size {
			t.parts = t.parts[:n+1]
			return
		}
	}
}

// part is the part of a key, if it is still that of these stores.
func (b *base) part(k key, ids []int32) (part, bool) {
	if n, some := b.known[k]; some {
		return b.parts[n], true
	}
	stores := make([]int, len(ids))
	for i, id := range ids {
		n, found := b.indexOf(id)
		if !found {
			return part{}, false
		}
		stores[i] = n
	}
	p := newPart(b.of, stores)
	return p, p.key == k
}

// A measuredPart is what a task found of a part so far.
type measuredPart struct {
	mu     sync.Mutex
	days   []uptime.Figures
	silent []silence
}

// measure measures a task and keeps what it found.
func (h *History) measure(ctx context.Context, t *task) error {
	s := t.base.of
	days, within, err := t.daysByZone()
	if err != nil {
		return err
	}
	var stores []int
	found, of := make([]measuredPart, len(t.parts)), map[int]*measuredPart{}
	for i, p := range t.parts {
		found[i].days = make([]uptime.Figures, t.last-t.first+1)
		stores = append(stores, p.stores...)
		for _, n := range p.stores {
			of[n] = &found[i]
		}
	}
	err = h.figures.EachHistory(ctx, s, stores, within, func(n int, known uptime.History) error {
		of[n].add(s.Stores[n].ID, known.Raw(), days[s.Stores[n].ZoneName()], within)
		return nil
	})
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, p := range t.parts {
		h.keep(p.key, segment{first: t.first, days: found[i].days, watch: watch{found[i].silent, s.Version, s.AsOf}})
	}
	return nil
}

// add adds the days of one store.
func (m *measuredPart) add(id int32, known uptime.History, days []uptime.Span, within uptime.Span) {
	measured := make([]uptime.Figures, len(days))
	for n := range days {
		known.Measure(days[n:n+1], measured[n:n+1])
	}
	quiet, silent := newSilence(id, known, within)
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, f := range measured {
		m.days[n].Add(f)
	}
	if silent {
		m.silent = append(m.silent, quiet)
	}
}

// daysByZone are the times that the dates of a task last in each zone, and all of them
// together.
func (t *task) daysByZone() (days map[string][]uptime.Span, within uptime.Span, err error) {
	days, within = map[string][]uptime.Span{}, uptime.Span{From: math.MaxInt64, To: math.MinInt64}
	for _, p := range t.parts {
		for _, n := range p.stores {
			zone := t.base.of.Stores[n].ZoneName()
			if days[zone] != nil {
				continue
			}
			for date := t.first; date <= t.last; date++ {
				day, err := t.base.of.SpanOfDates(n, date, date)
				if err != nil {
					return nil, within, err
				}
				days[zone] = append(days[zone], day)
				within = uptime.Span{From: min(within.From, day.From), To: max(within.To, day.To)}
			}
		}
	}
	return days, within, nil
}

// keep keeps a segment of a part.
func (h *History) keep(k key, g segment) {
	s, some := h.sums[k]
	if !some {
		s, some = h.loose.Get(k)
	}
	if !some {
		s = &sum{}
		if h.inBase(k) {
			h.sums[k] = s
		} else {
			h.loose.Add(k, s)
		}
	}
	s.segments = append(s.segments, g)
}
