package figures

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
	"lightson/models/zones"
)

// A period is what figures of some stores in a span of time are computed from:
// their openings and the polls that speak in the span. Snapshots, trends, parts
// of ranges and a store's days each have their own.
type period struct {
	stores   []models.Store // the other slices have the same indexes
	hours    [][]uptime.Hours
	span     uptime.Span    // the time that figures can be computed for
	asOf     uptime.Instant // no time at or after it is judged
	zones    map[string]zone
	loaded   map[string]zone // those of the period that this one was derived from
	openings [][]uptime.Span
	polls    []packedPolls       // in order of time; each day is in one of them
	earlier  map[int]uptime.Poll // by index of the store, see measureWithEarlier
}

// zone is a store's zone, to show times in and to compute with.
type zone struct {
	location *time.Location
	offsets  *uptime.Zone
}

// newPeriod returns a period that has no openings and no polls yet.
func newPeriod(stores []models.Store, hours [][]uptime.Hours, span uptime.Span, asOf uptime.Instant) *period {
	return &period{stores: stores, hours: hours, span: span, asOf: asOf, zones: map[string]zone{}, earlier: map[int]uptime.Poll{}}
}

// derive returns a period of some of the stores for another span, as of the same
// instant. It has no openings and no polls yet.
func (p *period) derive(stores []int, span uptime.Span) *period {
	derived := newPeriod(make([]models.Store, len(stores)), make([][]uptime.Hours, len(stores)), span, p.asOf)
	derived.loaded = p.zones
	for i, n := range stores {
		derived.stores[i], derived.hours[i] = p.stores[n], p.hours[n]
	}
	return derived
}

// readFrom is the instant from which on polls speak in the span.
func (p *period) readFrom() uptime.Instant { return p.span.From.Add(-uptime.Reach) }

// days are the first and the last UTC day whose polls speak in the span.
func (p *period) days() (first, last int32) {
	first, _ = polls.Split(p.readFrom())
	last, _ = polls.Split(min(p.span.To.Add(uptime.Reach), p.asOf))
	return first, max(first-1, last)
}

// allFrom is the instant from which on all polls are there. It is at or before readFrom,
// because days are read whole.
func (p *period) allFrom() uptime.Instant {
	first, _ := p.days()
	return polls.InstantOf(first, 0)
}

// zoneOf is the zone of store n.
func (p *period) zoneOf(n int) zone { return p.zones[p.stores[n].ZoneName()] }

// appendPolls appends the polls of store n to dst, sorted: those that were read
// and, where it matters, one before them.
func (p *period) appendPolls(dst []uptime.Poll, n int) (_ []uptime.Poll, err error) {
	if poll, ok := p.earlier[n]; ok {
		dst = append(dst, poll)
	}
	for _, packed := range p.polls {
		if dst, err = packed.appendPolls(dst, p.stores[n].ID); err != nil {
			return dst, fmt.Errorf("store %s, %w", p.stores[n].Code, err)
		}
	}
	return dst, nil
}

// computeOpenings computes the openings of every store, from where reading began
// until an instant. Stores of one chain keep the same hours, so each distinct
// pair of zone and hours is computed once.
func (p *period) computeOpenings(ctx context.Context, until uptime.Instant) error {
	around := uptime.Span{From: p.readFrom(), To: until}
	if err := p.loadZones(around); err != nil {
		return err
	}
	p.openings = make([][]uptime.Span, len(p.stores))
	return parallel(ctx, len(p.stores), func(first, last int) error {
		computed := map[string][]uptime.Span{}
		var key []byte
		for n := first; n < last; n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			key = append(key[:0], p.stores[n].ZoneName()...)
			for _, h := range p.hours[n] {
				key = binary.AppendUvarint(key, uint64(h.Day))
				key = binary.AppendUvarint(key, uint64(h.Start))
				key = binary.AppendUvarint(key, uint64(h.End))
			}
			openings, known := computed[string(key)]
			if !known {
				openings = uptime.Openings(p.zoneOf(n).offsets, p.hours[n], around)
				computed[string(key)] = openings
			}
			p.openings[n] = openings
		}
		return nil
	})
}

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
