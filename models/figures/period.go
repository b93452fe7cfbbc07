package figures

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// An period is a time for which everything is at hand that figures are computed
// from: the openings of some stores and the polls that speak in it. Snapshots,
// trends and ranges each have their own.
type period struct {
	stores   []models.Store // the other slices go with it
	hours    [][]uptime.Hours
	span     uptime.Span    // the time that it can answer for
	asOf     uptime.Instant // no time at or after it is judged
	zones    map[string]zone
	known    map[string]zone // of an era made before; for their locations, which take long to load
	openings [][]uptime.Span
	polls    []packedPolls       // in order, each day in one of them
	earlier  map[int]uptime.Poll // see measureAgain
}

// zone is a store's zone, to show times in and to compute with.
type zone struct {
	location *time.Location
	offsets  *uptime.Zone
}

// newPeriod is the era of some stores, still without openings and polls.
func newPeriod(stores []models.Store, hours [][]uptime.Hours, span uptime.Span, asOf uptime.Instant) *period {
	return &period{stores: stores, hours: hours, span: span, asOf: asOf, zones: map[string]zone{}, earlier: map[int]uptime.Poll{}}
}

// another is the era of some of the stores around another span, as of the same
// instant.
func (e *period) another(stores []int, span uptime.Span) *period {
	other := newPeriod(make([]models.Store, len(stores)), make([][]uptime.Hours, len(stores)), span, e.asOf)
	other.known = e.zones
	for i, n := range stores {
		other.stores[i], other.hours[i] = e.stores[n], e.hours[n]
	}
	return other
}

// readFrom is the instant from which on all polls were read.
func (e *period) readFrom() uptime.Instant { return e.span.From.Add(-uptime.Reach) }

// days are the first and the last UTC day whose polls speak in the era.
func (e *period) days() (first, last int32) {
	first, _ = polls.Split(e.readFrom())
	last, _ = polls.Split(min(e.span.To.Add(uptime.Reach), e.asOf))
	return first, max(first-1, last)
}

// zoneOf is the zone of store n.
func (e *period) zoneOf(n int) zone { return e.zones[e.stores[n].ZoneName()] }

// appendPolls appends the polls of store n to dst: those that were read, and one
// before them where it matters.
func (e *period) appendPolls(dst []uptime.Poll, n int) (_ []uptime.Poll, err error) {
	if p, ok := e.earlier[n]; ok {
		dst = append(dst, p)
	}
	for _, packed := range e.polls {
		if dst, err = packed.appendPolls(dst, e.stores[n].ID); err != nil {
			return dst, fmt.Errorf("store %s, %w", e.stores[n].Code, err)
		}
	}
	return dst, nil
}

// layOut finds the openings of every store from where reading began until an
// instant. Stores of one chain keep the same hours, so each distinct pair of
// zone and hours is laid out once.
func (e *period) layOut(ctx context.Context, until uptime.Instant) error {
	around := uptime.Span{From: e.readFrom(), To: until}
	if err := e.prepareZones(around); err != nil {
		return err
	}
	e.openings = make([][]uptime.Span, len(e.stores))
	return parallel(ctx, len(e.stores), func(first, last int) error {
		laidOut := map[string][]uptime.Span{}
		var key []byte
		for n := first; n < last; n++ {
			key = append(key[:0], e.stores[n].ZoneName()...)
			for _, h := range e.hours[n] {
				key = binary.AppendUvarint(key, uint64(h.Day))
				key = binary.AppendUvarint(key, uint64(h.Start))
				key = binary.AppendUvarint(key, uint64(h.End))
			}
			openings, known := laidOut[string(key)]
			if !known {
				openings = uptime.Openings(e.zoneOf(n).offsets, e.hours[n], around)
				laidOut[string(key)] = openings
			}
			e.openings[n] = openings
		}
		return nil
	})
}

// prepareZones looks up every zone that a store is in.
func (e *period) prepareZones(around uptime.Span) error {
	for _, store := range e.stores {
		name := store.ZoneName()
		if _, known := e.zones[name]; known {
			continue
		}
		location := e.known[name].location
		if location == nil {
			var err error
			if location, err = time.LoadLocation(name); err != nil {
				return fmt.Errorf("store %s: %w", store.Code, err)
			}
		}
		e.zones[name] = zone{location, uptime.NewZone(location, around)}
	}
	return nil
}
