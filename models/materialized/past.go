package materialized

import (
	"context"
	"math"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// past writes the dates before the last ones of all stores whose past is to be computed anew.
func (u *run) past(ctx context.Context, progress figures.Progress) error {
	for most := int64(0); ; {
		stores, to, left := u.unfinished()
		if most = max(most, left); progress != nil && most > 0 {
			progress(most-left, most)
		}
		if len(stores) == 0 {
			return nil
		}
		if err := u.pastOf(ctx, stores[:min(len(stores), u.size.members)], to); err != nil {
			return err
		}
		u.done.parts++
	}
}

// unfinished are the stores to go on with, those whose dates before the latest one are to be
// computed anew, and how many dates are left.
func (u *run) unfinished() (stores []int, to uptime.Date, left int64) {
	to = math.MinInt32
	oldest := to
	for _, n := range u.byID {
		from := u.states[n].rightFrom
		if from <= everyDate {
			continue
		}
		if from > to {
			to, stores = from, nil
		}
		if from == to {
			stores = append(stores, n)
		}
		if first, _, known := u.snapshot.Dates(n); known && (oldest == math.MinInt32 || first < oldest) {
			oldest = first
		}
	}
	if len(stores) > 0 && oldest > math.MinInt32 {
		left = int64(max(0, to-oldest)) + 1
	}
	return stores, to, left
}

// pastOf computes and writes the dates of some stores before one, so many as are done at a
// time.
func (u *run) pastOf(ctx context.Context, stores []int, to uptime.Date) error {
	oldest := to
	for _, n := range stores {
		if first, _, known := u.snapshot.Dates(n); known {
			oldest = min(oldest, first-1) // an outage may begin on the date before the first poll
		}
	}
	first := max(oldest, to-uptime.Date(u.size.dates))
	rightFrom := first
	if first == oldest {
		rightFrom = everyDate
	}
	plans, within, err := u.planPast(stores, first, to-1, rightFrom)
	if err != nil {
		return err
	}
	if err := u.pastOutages(ctx, plans, within); err != nil {
		return err
	}
	for some := range slices.Chunk(plans, u.size.stores) {
		if err := u.measure(ctx, some, within); err != nil {
			return err
		}
		if err := u.writeAll(ctx, some); err != nil {
			return err
		}
		for _, p := range some {
			p.days, p.outages = nil, nil
		}
	}
	return nil
}

// planPast are plans for dates of some stores, and the time that these last in all zones.
func (u *run) planPast(stores []int, first, last, rightFrom uptime.Date) (plans []*plan, within uptime.Span, err error) {
	within = uptime.Span{From: math.MaxInt64, To: math.MinInt64}
	for _, n := range stores {
		p := &plan{n: n, first: first, last: last, after: u.states[n]}
		p.after.rightFrom, p.clearEarlier = rightFrom, rightFrom == everyDate
		plans = append(plans, p)
		if first > last {
			continue
		}
		from, err := u.day(n, first)
		if err != nil {
			return nil, within, err
		}
		to, err := u.day(n, last)
		if err != nil {
			return nil, within, err
		}
		within = uptime.Span{From: min(within.From, from.From), To: max(within.To, to.To)}
	}
	return plans, within, nil
}

// soon is how long outages mostly are at most.
const soon = 2 * uptime.Day

// pastOutages finds the outages of plans within a time, each whole.
func (u *run) pastOutages(ctx context.Context, plans []*plan, within uptime.Span) error {
	if within.Empty() {
		return nil
	}
	stores, of := make([]int, len(plans)), map[int]*plan{}
	for i, p := range plans {
		stores[i], of[p.n] = p.n, p
	}
	within = uptime.Span{From: within.From.Add(-outageReach), To: within.To}.Clip(u.known)
	found, err := u.outages(ctx, stores, within)
	if err != nil {
		return err
	}
	var cut, longCut []figures.StoreOutage // by the end of the time
	for _, p := range plans {
		for i := range found[p.n] {
			o := &found[p.n][i]
			row := u.outageRow(o)
			if row.date < p.first || row.date > p.last {
				continue
			}
			switch {
			case o.Ended != uptime.GoesOn || u.snapshot.Ongoing(o.Outage):
				p.outages = append(p.outages, row)
			case o.Length() < soon:
				cut = append(cut, *o)
			default:
				longCut = append(longCut, *o)
			}
		}
	}
	for _, some := range [][]figures.StoreOutage{cut, longCut} {
		if err := u.complete(ctx, some, of, within.To); err != nil {
			return err
		}
	}
	return nil
}

// complete finds the ends of outages that go on at an instant, at most one of each store, and
// adds them to the plans of their stores.
func (u *run) complete(ctx context.Context, cut []figures.StoreOutage, of map[int]*plan, at uptime.Instant) error {
	for further := soon; len(cut) > 0; further *= 8 {
		within := uptime.Span{From: at, To: min(u.snapshot.AsOf, at.Add(further))}
		var stores []int
		from := map[int]uptime.Instant{}
		for _, o := range cut {
			stores, from[o.Store] = append(stores, o.Store), o.From
			within.From = min(within.From, o.From.Add(-outageReach))
		}
		found, err := u.outages(ctx, stores, within.Clip(u.known))
		if err != nil {
			return err
		}
		cut = cut[:0]
		for _, n := range stores {
			for i := range found[n] {
				o := &found[n][i]
				switch {
				case o.From != from[n]:
				case o.Ended == uptime.GoesOn && !u.snapshot.Ongoing(o.Outage):
					cut = append(cut, *o)
				default:
					of[n].outages = append(of[n].outages, u.outageRow(o))
				}
			}
		}
	}
	return nil
}
