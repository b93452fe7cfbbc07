package materialized

import (
	"context"
	"slices"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// recent writes the last dates of all stores whose rows are of another version.
func (u *run) recent(ctx context.Context) error {
	if err := u.forget(ctx); err != nil {
		return err
	}
	if !slices.ContainsFunc(u.byID, u.isOld) {
		return nil
	}
	if err := u.listen(ctx); err != nil {
		return err
	}
	plans, err := u.plan(ctx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(plans, u.size.stores) {
		if err := u.measure(ctx, some, uptime.Span{From: u.snapshot.Span().From, To: u.snapshot.AsOf}); err != nil {
			return err
		}
		if err := u.writeAll(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// isOld reports whether rows of store n are of another version.
func (u *run) isOld(n int) bool { return u.states[n].version != u.snapshot.Version }

// A plan is what is to be in the tables of a store: rows of dates in a row, which replace
// those that are there.
type plan struct {
	n           int // index of the store in the snapshot
	first, last uptime.Date
	days        []dayRow    // of the dates from firstDay on
	firstDay    uptime.Date // the first of them of which something can be known
	outages     []outageRow // that began on these dates
	before      *outageRow  // that began before them, and may be another now
	after       state

	clearEarlier, clearLater bool // rows of all dates before or after these are deleted
}

// plan decides for each store from which date on its rows are computed, and finds the outages.
func (u *run) plan(ctx context.Context) ([]*plan, error) {
	window := u.snapshot.Span().Clip(u.known)
	var stores []int
	for _, n := range u.byID {
		if u.isOld(n) {
			stores = append(stores, n)
		}
	}
	found, err := u.outages(ctx, stores, window)
	if err != nil {
		return nil, err
	}
	var plans, long []*plan
	for _, n := range stores {
		changed, ok := u.changedFrom(n)
		p := &plan{n: n, first: u.first, last: u.snapshot.Today(n), clearLater: true}
		if ok = ok && u.date(n, changed) >= u.first; ok {
			p.first = u.date(n, changed)
			p.after = u.stateOf(n, min(u.states[n].rightFrom, p.first))
		} else {
			p.after = u.stateOf(n, u.first)
		}
		for i := range found[n] {
			o := &found[n][i]
			switch row := u.outageRow(o); {
			case row.date >= p.first:
				p.outages = append(p.outages, row)
			case !ok || o.To < changed:
			case window.From > u.known.From && o.From <= window.From.Add(outageReach):
				long = append(long, p)
			default:
				p.before = &row
			}
		}
		plans = append(plans, p)
	}
	return plans, u.findLong(ctx, long, window.From.Add(outageReach))
}

// outageReach is from how long before its beginning on an outage is told in full: its most
// begins with the poll before it.
const outageReach = uptime.Reach + 1

// findLong completes plans of stores with an outage that began until an instant and may be
// another now. Where it began is in the table.
func (u *run) findLong(ctx context.Context, plans []*plan, until uptime.Instant) error {
	if len(plans) == 0 {
		return nil
	}
	began, err := u.beginnings(ctx, plans, until)
	if err != nil {
		return err
	}
	within := uptime.Span{From: until, To: u.snapshot.AsOf}
	var stores []int
	for _, p := range plans {
		if from, some := began[p.n]; some {
			within.From = min(within.From, from.Add(-outageReach))
			stores = append(stores, p.n)
		}
	}
	found, err := u.outages(ctx, stores, within.Clip(u.known))
	if err != nil {
		return err
	}
	for _, p := range plans {
		from, some := began[p.n]
		i := slices.IndexFunc(found[p.n], func(o figures.StoreOutage) bool { return o.From == from })
		if !some || i < 0 {
			u.anew(p)
			continue
		}
		row := u.outageRow(&found[p.n][i])
		p.before = &row
	}
	return nil
}

// anew has the whole past of a store computed anew, beginning with what the snapshot has. Its
// outages of these dates are left to the past.
func (u *run) anew(p *plan) {
	p.after = u.stateOf(p.n, u.snapshot.Today(p.n)+1)
	p.before = nil
}

// outages are those of some stores in a time, by index of the snapshot. Those of a store are
// in no order.
func (u *run) outages(ctx context.Context, stores []int, within uptime.Span) (map[int][]figures.StoreOutage, error) {
	found := map[int][]figures.StoreOutage{}
	if len(stores) == 0 || within.Empty() {
		return found, nil
	}
	err := u.figures.EachOutage(ctx, u.snapshot, figures.OutageQuery{Stores: stores, Within: within}, func(o *figures.StoreOutage) error {
		found[o.Store] = append(found[o.Store], *o)
		return nil
	})
	return found, err
}

// measure computes the day figures of plans within a time that is at least that of their dates.
func (u *run) measure(ctx context.Context, plans []*plan, within uptime.Span) error {
	var stores []int
	of := map[int]*plan{}
	spans := map[int][]uptime.Span{}
	for _, p := range plans {
		first, last, known := u.snapshot.Dates(p.n)
		if p.firstDay = max(p.first, first); !known || p.firstDay > min(p.last, last) {
			continue
		}
		for date := p.firstDay; date <= min(p.last, last); date++ {
			span, err := u.day(p.n, date)
			if err != nil {
				return err
			}
			spans[p.n] = append(spans[p.n], span)
		}
		stores, of[p.n] = append(stores, p.n), p
		u.done.Computed += int64(len(spans[p.n]))
	}
	if len(stores) == 0 {
		return nil
	}
	return u.figures.EachHistory(ctx, u.snapshot, stores, within, func(n int, h uptime.History) error {
		p := of[n]
		p.days = make([]dayRow, len(spans[n]))
		for i := range spans[n] {
			p.days[i] = newDayRow(h, spans[n][i])
		}
		return nil
	})
}

// goneAtOnce is of how many stores that are no more the rows are deleted in a transaction.
const goneAtOnce = 64

// forget deletes the rows of stores that are no more.
func (u *run) forget(ctx context.Context) error {
	for some := range slices.Chunk(u.gone, goneAtOnce) {
		err := u.db.Update(ctx, func(tx *models.Tx) error {
			for _, table := range []string{daysTable, outagesTable, statesTable} {
				if err := tx.GORM(ctx).Exec("DELETE FROM "+table+" WHERE store_id IN ?", some).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
