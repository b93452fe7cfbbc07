package figures

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"

	"lightson/models"
	"lightson/models/uptime"
)

// followTrend computes the trend of a snapshot from an earlier trend. It reads only the older
// polls of stores of which the earlier one does not tell enough, and is errOutdated where these
// are many.
func followTrend(ctx context.Context, tx *models.Tx, was *Trend, s *Snapshot) (*Trend, error) {
	switch {
	case was == nil || len(was.Dates) == 0 || was.carry == nil || s.carry == nil, s.AsOf < was.AsOf, s.KeptFrom != was.KeptFrom:
		return nil, errOutdated
	case was.pastMark != s.pastMark || s.packed().first > was.packed().first+1: // polls may have changed that the snapshot does not have
		return nil, errOutdated
	}
	t := emptyTrend(s)
	if t.from = t.begins(); t.from < was.from {
		return nil, errOutdated
	}
	origin, err := t.originIn(was.Snapshot)
	if err != nil {
		return nil, err
	}
	same, err := t.takeLines(ctx, tx, was, origin)
	if err != nil {
		return nil, err
	}
	heat, err := t.newHeatChange(was)
	if err != nil {
		return nil, err
	}
	err = parallel(ctx, len(s.Stores), func(first, last int) error {
		part := &heatPart{heatChange: heat, wentFrom: map[zoneEdge]int{}, cameTo: map[zoneEdge]int{}}
		defer part.end()
		for n := first; n < last; n++ {
			zone := s.Stores[n].ZoneName()
			o := origin[n]
			if o < 0 {
				t.measureChange(n)
				part.add(n, zone, same[n])
				continue
			}
			zoneBefore, moved := was.Stores[o].ZoneName(), t.moveChange(was, n, o, same[n])
			if glide := was.carry.glides[o]; moved && glide.Until(t.AsOf) && shareMemory(t.carry.lines[n], was.carry.lines[o]) {
				part.pass(zoneBefore, was.before[o].glide.To(), zone, glide.AsOf())
				continue
			}
			part.takeOut(o, zoneBefore, same[n])
			part.add(n, zone, same[n])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.heatMaps.set(t.reach, heat.sum)
	return t, nil
}

// originIn are the indexes that the stores of a snapshot had in an earlier one; -1 for new ones.
// It is errOutdated where the earlier one had others.
func (s *Snapshot) originIn(was *Snapshot) ([]int, error) {
	origin, found := make([]int, len(s.Stores)), 0
	for n := range origin {
		o := n
		if !shareMemory(s.Stores, was.Stores) {
			var some bool
			if o, some = was.Find(s.Stores[n].Code); !some {
				origin[n] = -1
				continue
			}
		}
		origin[n] = o
		found++
	}
	if found < len(was.Stores) {
		return nil, errOutdated
	}
	return origin, nil
}

// takeLines sets the lines of all stores, and returns until when nothing of each changed.
func (t *Trend) takeLines(ctx context.Context, tx *models.Tx, was *Trend, origin []int) (same []uptime.Instant, err error) {
	same = make([]uptime.Instant, len(t.Stores))
	past, sameStores := newCommonPast(t.packed(), was.packed()), shareMemory(t.Stores, was.Stores)
	err = parallel(ctx, len(t.Stores), func(first, last int) error {
		for n := first; n < last; n++ {
			var known bool
			if o := origin[n]; o >= 0 {
				same[n], known = t.takeLine(was, n, o, past, sameStores)
			}
			if !known {
				same[n] = uptime.Beginning
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var anew []int
	for n, at := range same {
		if at == uptime.Beginning {
			anew = append(anew, n)
		}
	}
	return same, t.readLines(ctx, tx, anew)
}

// readLines makes the lines of a few stores from their polls, as newTrend does.
func (t *Trend) readLines(ctx context.Context, tx *models.Tx, stores []int) error {
	if len(stores) == 0 {
		return nil
	}
	if len(stores) >= models.ManyStores {
		return errOutdated
	}
	p := t.period.derive(stores, uptime.Span{From: t.from, To: t.AsOf})
	if err := p.computeOpenings(ctx, t.linesUntil()); err != nil {
		return err
	}
	ids := make([]int32, len(stores))
	for i, n := range stores {
		ids[i] = t.Stores[n].ID
	}
	slices.Sort(ids)
	first, _ := p.days()
	older := fewPolls{}
	if err := older.read(ctx, tx.PollTable(), ids, first, t.packed().first-1); err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	p.polls = append([]packedPolls{older}, t.period.polls...)
	return p.measureAll(ctx, tx, func(i int, polls []uptime.Poll) {
		t.setOlder(stores[i], p.history(i, polls))
	}, nil)
}

// takeLine sets the line of store n from that of store o of the earlier trend and from that of
// the snapshot. It returns the instant until which nothing of it changed. It reports false where
// older polls have to be read. Where both have the same stores, nothing of the store itself
// changed.
func (t *Trend) takeLine(was *Trend, n, o int, past commonPast, sameStores bool) (same uptime.Instant, known bool) {
	line := t.carry.lines[n]
	if shared := shareMemory(line, was.carry.lines[o]); shared && len(line) > 0 {
		t.older[n] = was.older[o]
		return was.AsOf, true
	} else if !sameStores && (was.Stores[o].FirstPollAt != t.Stores[n].FirstPollAt || !bytes.Equal(t.appendStore(nil, n), was.appendStore(nil, o))) {
		return 0, false
	} else if shared { // closed all the time, which no poll changes
		t.older[n] = was.older[o]
		return was.AsOf, true
	}
	same, known = past.lastPoll(t.Stores[n].ID)
	if !known || same < t.Span().From { // the snapshot's line does not reach back to it
		return 0, false
	}
	if line.BeginsAs(was.carry.lines[o]) {
		t.older[n] = was.older[o] // what is from then on is the snapshot's
	} else {
		scratch := lineScratch.Get().(*uptime.Line)
		defer lineScratch.Put(scratch)
		*scratch = was.line(o).Append((*scratch)[:0])
		t.older[n] = slices.Clone(scratch.JoinAt(same, line, t.from).Before(line))
	}
	return min(same, was.AsOf), true
}

// setOlder sets the older part of the line of store n, given what is known of all its time.
func (t *Trend) setOlder(n int, known uptime.History) {
	scratch := lineScratch.Get().(*uptime.Line)
	defer lineScratch.Put(scratch)
	*scratch = known.AppendLine((*scratch)[:0], uptime.Span{From: t.from, To: t.linesUntil()})
	t.older[n] = slices.Clone(scratch.Before(t.newer(n)))
}

// line is the line of store n.
func (t *Trend) line(n int) uptime.LineParts {
	return uptime.LineParts{Older: t.older[n], Newer: t.newer(n)}
}

// newer is the part of the line of store n that the snapshot has. One that is followed by no other
// has none.
func (t *Trend) newer(n int) uptime.Line {
	if t.carry == nil {
		return nil
	}
	return t.carry.lines[n]
}

// A heatChange makes the heat map of a trend from that of an earlier one: the hours that are
// no longer of the last week, and those that changed, are taken out, and new ones added.
type heatChange struct {
	was, is     uptime.Span // the two last weeks
	lines, next []uptime.Line
	hours       map[string][]uptime.ClockHour // of both weeks, by zone
	mu          sync.Mutex
	sum         uptime.HeatMap
}

func (t *Trend) newHeatChange(was *Trend) (*heatChange, error) {
	sum, err := was.HeatMap()
	if err != nil {
		return nil, err
	}
	h := &heatChange{
		was: uptime.Windows(was.AsOf)[uptime.LastWeek], is: uptime.Windows(t.AsOf)[uptime.LastWeek],
		lines: was.carry.lines, next: t.carry.lines, // which reach back for longer than a week
		hours: map[string][]uptime.ClockHour{}, sum: *sum,
	}
	for _, zones := range []map[string]zone{was.period.zones, t.period.zones} {
		for name, zone := range zones {
			h.hours[name] = uptime.ClockHours(zone.offsets, uptime.Span{From: h.was.From, To: h.is.To})
		}
	}
	return h, nil
}

// A heatPart is what some stores change.
type heatPart struct {
	*heatChange
	out, in          uptime.HeatMap
	wentFrom, cameTo map[zoneEdge]int // how many stores whose lines need not be looked at
}

// A zoneEdge is the piece in which stores of a zone were for all the time that goes or comes.
type zoneEdge struct {
	zone string
	in   uptime.Edge
}

// both is the time of both weeks until an instant.
func (p *heatPart) both(until uptime.Instant) uptime.Span {
	return uptime.Span{From: p.is.From, To: max(p.is.From, min(until, p.was.To))}
}

// takeOut takes out what store o of the earlier trend was, but for the time of both weeks until
// an instant.
func (p *heatPart) takeOut(o int, zone string, same uptime.Instant) {
	both := p.both(same)
	for _, old := range []uptime.Span{{From: p.was.From, To: min(both.From, p.was.To)}, {From: both.To, To: p.was.To}} {
		p.out.FillLine(p.hours[zone], p.lines[o], p.was.To, old)
	}
}

// add adds what store n is, but for the time of both weeks until an instant.
func (p *heatPart) add(n int, zone string, same uptime.Instant) {
	p.in.FillLine(p.hours[zone], p.next[n], p.is.To, uptime.Span{From: p.both(same).To, To: p.is.To})
}

// pass takes out and adds what a store was whose line is the same: in one piece for all the time
// that goes, and in one for all that comes.
func (p *heatPart) pass(zoneBefore string, from uptime.Edge, zone string, to uptime.Edge) {
	p.wentFrom[zoneEdge{zoneBefore, from}]++
	p.cameTo[zoneEdge{zone, to}]++
}

func (p *heatPart) end() {
	for at, stores := range p.wentFrom {
		p.out.FillEdge(p.hours[at.zone], at.in, stores, uptime.Span{From: p.was.From, To: min(p.is.From, p.was.To)})
	}
	for at, stores := range p.cameTo {
		p.in.FillEdge(p.hours[at.zone], at.in, stores, uptime.Span{From: max(p.is.From, p.was.To), To: p.is.To})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sum.Add(&p.in)
	p.sum.Take(&p.out)
}
