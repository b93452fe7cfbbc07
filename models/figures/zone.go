package figures

import (
	"fmt"
	"time"

	"lightson/models/uptime"
	"lightson/models/zones"
)

// zone is a store's zone, to show times in and to compute with.
type zone struct {
	location *time.Location
	offsets  *uptime.Zone
}

// zoneOf is the zone of store n.
func (p *period) zoneOf(n int) zone { return p.zones[p.stores[n].ZoneName()] }

// loadZones prepares the zone of every store. Locations take long to load, so
// they are taken from the period that this one was derived from.
func (p *period) loadZones(around uptime.Span) error {
	for _, store := range p.stores {
		name := store.ZoneName()
		if _, known := p.zones[name]; known {
			continue
		}
		location := p.loaded[name].location
		if location == nil {
			var err error
			if location, err = zones.Location(name); err != nil {
				return fmt.Errorf("store %s: %w", store.Code, err)
			}
		}
		p.zones[name] = zone{location, uptime.NewZone(location, around)}
	}
	return nil
}

// A LocalDay is a calendar date in a store's zone, and the time that it lasts:
// 23 or 25 hours where the clocks change.
type LocalDay struct {
	uptime.Span
	Date uptime.Date
}

// date is the date that the clocks of the zone show at an instant.
func (z zone) date(at uptime.Instant) uptime.Date {
	return uptime.DateOf(at.Time().In(z.location).Date())
}

// day is a date and the time that it lasts in the zone.
func (z zone) day(date uptime.Date) LocalDay {
	return LocalDay{uptime.Span{From: z.offsets.Instant(date, 0), To: z.offsets.Instant(date+1, 0)}, date}
}

// days are the dates from first to last, both included.
func (z zone) days(first, last uptime.Date) []LocalDay {
	days := make([]LocalDay, 0, max(0, last-first+1))
	for date := first; date <= last; date++ {
		days = append(days, z.day(date))
	}
	return days
}
