package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/zones"
)

// countDays says of the hours and zones that a merge changed on how many days of the
// stores it shows.
func (m *merger) countDays(ctx context.Context) (hours models.HoursChange, zone models.ZoneChange, err error) {
	hours, zone = m.hours.summary(), models.ZoneChange{Stores: int64(len(m.zones))}
	days, err := newDayCounter(ctx, m.tx, m.before)
	if err != nil {
		return hours, zone, err
	}
	for _, c := range m.hours.list {
		store := m.stores[c.store]
		store.Zone = m.zoneAfter(c.store)
		some, err := days.addPast(store, c.before, c.after)
		if err != nil {
			return hours, zone, err
		}
		if some {
			hours.PastStores++
		}
	}
	if hours.PastStoreDays, err = days.count(); err != nil {
		return hours, zone, err
	}
	zone.StoreDays, err = m.countZoneDays(ctx, days)
	return hours, zone, err
}

func (m *merger) countZoneDays(ctx context.Context, days *dayCounter) (int64, error) {
	ids := make([]int32, len(m.zones))
	for n, c := range m.zones {
		ids[n] = m.stores[c.store].ID
	}
	if len(ids) == 0 {
		return 0, nil
	}
	known, err := m.tx.HoursOf(ctx, ids)
	if err != nil {
		return 0, err
	}
	for n, c := range m.zones {
		was, is := m.stores[c.store], m.stores[c.store]
		was.Zone, is.Zone = c.before, c.after
		last, some, err := days.today.in(is.ZoneName())
		if err != nil {
			return 0, err
		}
		if some {
			hours := known[ids[n]]
			if err := days.add(is, was.ZoneName(), hours, is.ZoneName(), hours, last); err != nil {
				return 0, err
			}
		}
	}
	return days.count()
}

// A dayCounter counts the days on which stores are open at other times by one way of
// knowing it than by another. Stores that are alike are looked at once, so that a change
// of many takes no longer than its differences.
type dayCounter struct {
	today    today
	special  entered.Special
	keptFrom models.OptionalInstant
	alike    map[dayKey]*alikeStores
	keys     []*alikeStores // in the order in which they were found
}

// dayKey is what stores have in common whose days differ alike.
type dayKey struct {
	zoneBefore, zoneAfter   string
	hoursBefore, hoursAfter string             // packed
	special                 *uptime.SpecialDay // the first: stores share them
	specials                int
}

type alikeStores struct {
	dayKey
	before, after []uptime.Schedule
	days          []uptime.SpecialDay
	first, last   uptime.Date // of all ranges
	ranges        []dateRange // of each store
}

type dateRange struct{ first, last uptime.Date }

func newDayCounter(ctx context.Context, tx *models.Tx, version models.DataVersion) (*dayCounter, error) {
	special, err := entered.ReadSpecial(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &dayCounter{
		today: newToday(version.NewestPollAt), special: special, keptFrom: version.KeptFrom,
		alike: map[dayKey]*alikeStores{},
	}, nil
}

// addPast adds the days before a change of a store's hours on which opening hours would
// be others if the change held for all time. some is false where it cannot.
func (d *dayCounter) addPast(store models.Store, before, after []uptime.Schedule) (some bool, err error) {
	zone := store.ZoneName()
	newest, polled, err := d.today.in(zone)
	if err != nil || !polled {
		return false, err
	}
	applied, from, ok := schedules.OverPast(before, after, newest)
	if !ok {
		return false, nil
	}
	return true, d.add(store, zone, after, zone, applied, from-1)
}

// add adds the days of a store from its first poll to last.
func (d *dayCounter) add(store models.Store, zoneBefore string, before []uptime.Schedule, zoneAfter string, after []uptime.Schedule, last uptime.Date) error {
	if !store.FirstPollAt.Known {
		return nil
	}
	start := store.FirstPollAt.At
	if d.keptFrom.Known {
		start = max(start, d.keptFrom.At)
	}
	first, err := localDate(zoneAfter, start)
	if err != nil || first > last {
		return err
	}
	days := d.special.Of(store)
	key := dayKey{zoneBefore, zoneAfter, string(schedules.Pack(before)), string(schedules.Pack(after)), nil, len(days)}
	if len(days) > 0 {
		key.special = &days[0]
	}
	stores := d.alike[key]
	if stores == nil {
		stores = &alikeStores{dayKey: key, before: before, after: after, days: days, first: first, last: last}
		d.alike[key] = stores
		d.keys = append(d.keys, stores)
	}
	stores.first, stores.last = min(stores.first, first), max(stores.last, last)
	stores.ranges = append(stores.ranges, dateRange{first, last})
	return nil
}

// count counts the days that were added since it was last called.
func (d *dayCounter) count() (total int64, err error) {
	if len(d.keys) == 0 {
		return 0, nil
	}
	first, last := d.keys[0].first, d.keys[0].last
	for _, stores := range d.keys {
		first, last = min(first, stores.first), max(last, stores.last)
	}
	clocks := map[string]*uptime.Zone{}
	clock := func(name string) *uptime.Zone {
		if z := clocks[name]; z != nil || err != nil {
			return z
		}
		location, locationErr := zones.Location(name)
		if locationErr != nil {
			err = fmt.Errorf("zone %s: %w", name, locationErr)
			return nil
		}
		const day = uptime.Instant(uptime.Day)
		clocks[name] = uptime.NewZone(location, uptime.Span{From: uptime.Instant(first) * day, To: uptime.Instant(last+1) * day})
		return clocks[name]
	}
	for _, stores := range d.keys {
		before, after := clock(stores.zoneBefore), clock(stores.zoneAfter)
		if err != nil {
			return 0, err
		}
		total += stores.count(before, after)
	}
	d.alike, d.keys = map[dayKey]*alikeStores{}, nil
	return total, nil
}

func (s *alikeStores) count(before, after *uptime.Zone) (total int64) {
	differ := schedules.Differ(
		schedules.Side{Zone: before, Calendar: uptime.Calendar{Schedules: s.before, Special: s.days}},
		schedules.Side{Zone: after, Calendar: uptime.Calendar{Schedules: s.after, Special: s.days}},
		s.first, s.last)
	until := make([]int64, len(differ)+1) // how many before each date
	for n, is := range differ {
		until[n+1] = until[n]
		if is {
			until[n+1]++
		}
	}
	for _, r := range s.ranges {
		total += until[r.last-s.first+1] - until[r.first-s.first]
	}
	return total
}
