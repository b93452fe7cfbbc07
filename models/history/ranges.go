package history

import (
	"context"
	"slices"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// Dates are local dates in a row, both included.
type Dates struct{ First, Last uptime.Date }

// A Range is the figures of some stores, in their order, each on dates in its own zone. They
// are those of [figures.Figures.MeasureDates], except that they do not count outages: they are
// put together from parts, and an outage may go on from one to the next.
type Range struct {
	Figures   []uptime.Figures // raw; zero where the state is not Known
	Corrected []uptime.Figures // with corrections; the same slice where nothing is corrected
	States    []State          // Known or NotKept, or all of them Pending
	Pending   bool             // ask again
	Err       error            // as of Days
}

// Ranges are the figures of some stores of a trend, which may be narrowed to somebody's reach,
// on several dates, which depend on the local date that it is for a store at the as-of instant.
//
// What is missing is measured in the background. Ranges waits for it, but no longer than wait.
func (h *History) Ranges(ctx context.Context, t *figures.Trend, stores []int, dates []func(today uptime.Date) Dates, wait time.Duration) []Range {
	q := rangeQuestion{trend: t, stores: stores, zones: map[string]*zoneDates{}}
	for _, n := range stores {
		name := t.Stores[n].ZoneName()
		z := q.zones[name]
		if z == nil {
			z = &zoneDates{kept: firstKept(t.Snapshot, []int{n})}
			for _, of := range dates {
				z.dates = append(z.dates, of(t.Today(n)))
			}
			q.zones[name] = z
		}
		q.of = append(q.of, z)
	}
	kept, running, err := h.known(q)
	if waited(ctx, running, wait) {
		kept, _, err = h.known(q)
	}
	list := make([]Range, len(dates))
	for i := range list {
		list[i] = q.addUp(i, kept)
		if list[i].Pending {
			list[i].Err = err
		}
	}
	return list
}

// A rangeQuestion is what Ranges was asked.
type rangeQuestion struct {
	trend  *figures.Trend
	stores []int
	of     []*zoneDates // by place in stores
	zones  map[string]*zoneDates
}

// zoneDates are the dates that are meant in a zone, and the first of which polls are kept.
type zoneDates struct {
	dates []Dates
	kept  uptime.Date
}

// keptParts are what is known of parts, by their place in a base, for each range that begins
// before the trend does.
type keptParts struct {
	base  *base
	parts map[Dates][]*rangePart
}

// known is what is known now. Where something is missing it has it measured, and returns what
// is closed when that ends.
func (h *History) known(q rangeQuestion) (kept keptParts, running <-chan struct{}, failure error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.baseOf(q.trend.Whole().Snapshot)
	kept = keptParts{b, map[Dates][]*rangePart{}}
	missing := false
	for i, n := range q.stores {
		of := b.partOf[q.trend.InWhole(n)]
		for _, d := range q.of[i].dates {
			last, some := b.old(d)
			if !some || d.First < q.of[i].kept {
				continue
			}
			parts := kept.parts[d]
			if parts == nil {
				parts = make([]*rangePart, len(b.parts))
				kept.parts[d] = parts
			}
			if parts[of] != nil {
				continue
			}
			r := h.rangeSums(d)
			k := b.parts[of].rangeKey
			if parts[of] = r.right(k, b); parts[of] == nil {
				parts[of] = &rangePart{to: d.First - 1}
			}
			if parts[of].to < last {
				r.wanted[k], missing = true, true
			}
		}
	}
	if !missing {
		return kept, nil, nil
	}
	if h.failure != nil { // said once; whoever asks again has it tried again
		failure, h.failure = h.failure, nil
		h.forgetRangesWanted()
		return kept, nil, failure
	}
	return kept, h.start(), nil
}

// old is the last of some dates that the trend does not have, if there is one.
func (b *base) old(d Dates) (last uptime.Date, some bool) {
	last = min(d.Last, b.latest-figures.TrendDays)
	return last, d.First <= last
}

// addUp adds up the old and the recent dates of range i.
func (q rangeQuestion) addUp(i int, kept keptParts) Range {
	t := q.trend
	r := Range{Figures: make([]uptime.Figures, len(q.stores)), States: make([]State, len(q.stores))}
	var corrected []uptime.Figures
	for place, n := range q.stores {
		d := q.of[place].dates[i]
		if d.First < q.of[place].kept {
			r.States[place] = NotKept
			continue
		}
		raw, with, recent := uptime.Figures{}, uptime.Figures{}, d.First
		if last, some := kept.base.old(d); some {
			whole := t.InWhole(n)
			part := kept.parts[d][kept.base.partOf[whole]]
			if part.to < last {
				return pending(len(q.stores))
			}
			raw, with = part.of(kept.base.place[whole], t.Stores[n].ID)
			recent = part.to + 1
		}
		if len(t.Dates) > 0 {
			oldest, newest := t.Dates[0], t.Dates[len(t.Dates)-1]
			inTrend, corrected := t.Between(n, max(recent, oldest), min(d.Last, newest))
			raw.Add(inTrend)
			with.Add(corrected)
		}
		uncount(&raw)
		uncount(&with)
		r.Figures[place] = raw
		if with != raw && corrected == nil {
			corrected = slices.Clone(r.Figures)
		}
		if corrected != nil {
			corrected[place] = with
		}
	}
	if r.Corrected = corrected; corrected == nil {
		r.Corrected = r.Figures
	}
	return r
}

// uncount drops what does not add up.
func uncount(f *uptime.Figures) { f.Outages, f.Longest = 0, 0 }

func pending(stores int) Range {
	r := Range{Figures: make([]uptime.Figures, stores), States: slices.Repeat([]State{Pending}, stores), Pending: true}
	r.Corrected = r.Figures
	return r
}
