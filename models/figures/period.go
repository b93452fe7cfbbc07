package figures

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A period is what figures of some stores in a span of time are computed from:
// their openings and the polls that speak in the span. Snapshots, trends, parts
// of ranges and a store's days each have their own.
type period struct {
	times                   // of the stores
	span     uptime.Span    // the time that figures can be computed for
	asOf     uptime.Instant // no time at or after it is judged
	near     uptime.Micros  // see uptime.History
	zones    map[string]zone
	loaded   map[string]zone // those of the period that this one was derived from
	openings [][]uptime.Span
	polls    []packedPolls       // in order of time; each day is in one of them
	earlier  map[int]uptime.Poll // by index of the store, see measureWithMore
	later    map[int]uptime.Poll // likewise
}

// packedPolls are polls of some stores and days, packed as in the database.
type packedPolls interface {
	// appendPolls appends the polls of one store to dst, in order. The store is
	// given by its id in the database.
	appendPolls(dst []uptime.Poll, store int32) ([]uptime.Poll, error)
}

// times are stores, and what is said of when each is open and of the time that does not
// count. All slices have the same indexes.
type times struct {
	stores    []models.Store
	calendars []uptime.Calendar
	excused   [][]uptime.Span
}

// pick are the times of some of the stores.
func (t times) pick(indexes []int) times {
	return times{pick(t.stores, indexes), pick(t.calendars, indexes), pick(t.excused, indexes)}
}

// newPeriod returns a period that has no openings and no polls yet.
func newPeriod(t times, span uptime.Span, asOf uptime.Instant, near uptime.Micros) *period {
	return &period{
		times: t, span: span, asOf: asOf, near: near,
		zones: map[string]zone{}, earlier: map[int]uptime.Poll{}, later: map[int]uptime.Poll{},
	}
}

// derive returns a period of some of the stores for another span, as of the same
// instant. It has no openings and no polls yet.
func (p *period) derive(stores []int, span uptime.Span) *period {
	derived := newPeriod(p.times.pick(stores), span, p.asOf, p.near)
	derived.loaded = p.zones
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

// readTo is the instant until which polls were read that speak in the span.
func (p *period) readTo() uptime.Instant { return min(p.span.To.Add(uptime.Reach), p.asOf) }

// history is what is known of store n, without corrections.
func (p *period) history(n int, polls []uptime.Poll) uptime.History {
	return uptime.History{Openings: p.openings[n], Polls: polls, AsOf: p.asOf, Near: p.near}
}

// corrected is what is known of store n, with its corrections.
func (p *period) corrected(n int, polls []uptime.Poll) uptime.History {
	h := p.history(n, polls)
	h.Excused = p.excused[n]
	return h
}

// excuses reports whether corrections concern store n in the span.
func (p *period) excuses(n int) bool {
	return slices.ContainsFunc(p.excused[n], func(e uptime.Span) bool { return !e.Clip(p.span).Empty() })
}

// appendPolls appends the polls of store n to dst, sorted: those that were read
// and, where it matters, one before and one after them.
func (p *period) appendPolls(dst []uptime.Poll, n int) (_ []uptime.Poll, err error) {
	if poll, ok := p.earlier[n]; ok {
		dst = append(dst, poll)
	}
	for _, packed := range p.polls {
		if dst, err = packed.appendPolls(dst, p.stores[n].ID); err != nil {
			return dst, fmt.Errorf("store %s, %w", p.stores[n].Code, err)
		}
	}
	if poll, ok := p.later[n]; ok && (len(dst) == 0 || dst[len(dst)-1].At < poll.At) {
		dst = append(dst, poll)
	}
	return dst, nil
}

// computeOpenings computes the openings of every store, from where reading began
// until an instant. Stores of one chain keep the same hours, so each distinct
// pair of zone and calendar is computed once, by the first goroutine that meets it.
func (p *period) computeOpenings(ctx context.Context, until uptime.Instant) error {
	around := uptime.Span{From: p.readFrom(), To: until}
	if err := p.loadZones(around); err != nil {
		return err
	}
	p.openings = make([][]uptime.Span, len(p.stores))
	var computed sharedOpenings
	return parallel(ctx, len(p.stores), func(first, last int) error {
		var key []byte
		met := map[sharedHours][]uptime.Span{}
		for n := first; n < last; n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			hours, shared := p.sharedHours(n)
			if openings, known := met[hours]; known && shared {
				p.openings[n] = openings
				continue
			}
			key = p.appendHours(key[:0], n)
			p.openings[n] = computed.of(key, func() []uptime.Span {
				return uptime.Openings(p.zoneOf(n).offsets, p.calendars[n], around)
			})
			if shared {
				met[hours] = p.openings[n]
			}
		}
		return nil
	})
}

// sharedHours are a zone and schedules in memory. Stores that were read from packed rows share
// them, so they are known to be equal without a look at each of their hours.
type sharedHours struct {
	zone      string
	schedules *uptime.Schedule
	count     int
}

// sharedHours are those of store n. It reports false where it has others beside them.
func (t times) sharedHours(n int) (hours sharedHours, shared bool) {
	c := t.calendars[n]
	if len(c.Schedules) == 0 || len(c.Special) > 0 {
		return sharedHours{}, false
	}
	return sharedHours{t.stores[n].ZoneName(), &c.Schedules[0], len(c.Schedules)}, true
}

// sharedOpenings are the openings of each distinct zone and calendar. Several goroutines may
// ask for them at once.
type sharedOpenings struct {
	mu    sync.Mutex
	known map[string]func() []uptime.Span
}

// of are the openings of a key. They are computed where nobody asked for them before. Whoever
// asks meanwhile waits.
func (s *sharedOpenings) of(key []byte, compute func() []uptime.Span) []uptime.Span {
	s.mu.Lock()
	openings, known := s.known[string(key)]
	if !known {
		if s.known == nil {
			s.known = map[string]func() []uptime.Span{}
		}
		openings = sync.OnceValue(compute)
		s.known[string(key)] = openings
	}
	s.mu.Unlock()
	return openings()
}

// appendHours appends what tells the zone and the calendar of store n from every other.
func (t times) appendHours(dst []byte, n int) []byte {
	return appendCalendar(append(append(dst, t.stores[n].ZoneName()...), 0), t.calendars[n])
}

// appendCalendar appends what tells a calendar from every other.
func appendCalendar(key []byte, c uptime.Calendar) []byte {
	appendRows := func(date uptime.Date, rows []uptime.Hours) {
		key = binary.AppendVarint(key, int64(date))
		key = binary.AppendUvarint(key, uint64(len(rows)))
		for _, h := range rows {
			key = binary.AppendUvarint(key, uint64(h.Day))
			key = binary.AppendUvarint(key, uint64(h.Start))
			key = binary.AppendUvarint(key, uint64(h.End))
		}
	}
	key = binary.AppendUvarint(key, uint64(len(c.Schedules)))
	for _, s := range c.Schedules {
		appendRows(s.From, s.Hours)
	}
	key = binary.AppendUvarint(key, uint64(len(c.Special)))
	for _, s := range c.Special {
		appendRows(s.Date, s.Hours)
	}
	return key
}
