package figures

import (
	"bytes"
	"context"
	"sync"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// followTrend computes the trend of a snapshot from an earlier trend, without reading anything.
// It is errOutdated where the earlier one does not tell enough.
func followTrend(ctx context.Context, was *Trend, s *Snapshot) (*Trend, error) {
	switch {
	case was == nil || was.lines == nil || s.carry == nil, s.AsOf < was.AsOf, s.KeptFrom != was.KeptFrom, len(s.Stores) != len(was.Stores):
		return nil, errOutdated
	case was.pastMark != s.pastMark || s.packed().first > was.packed().first+1: // polls may have changed that the snapshot does not have
		return nil, errOutdated
	}
	before := make([][uptime.WindowCount]uptime.Figures, len(s.Stores))
	t := &Trend{
		Snapshot: s, Dates: s.trendDates(), Before: make([]*[uptime.WindowCount]uptime.Figures, len(s.Stores)), days: s.newTrendDays(),
		heatMaps: newHeatMaps(), followed: true, lines: make([]uptime.Line, len(s.Stores)),
	}
	begins := t.begins()
	if begins < was.from {
		return nil, errOutdated
	}
	t.from = begins
	for n := range before {
		t.Before[n] = &before[n]
	}
	t.Days = t.days.until(t.Dates, allIndexes(len(s.Stores)))
	t.days.addCorrected(s, uptime.Span{From: begins, To: s.AsOf})
	byZone := s.daysByZone()
	heat, err := t.newHeatChange(was)
	if err != nil {
		return nil, err
	}
	err = parallel(ctx, len(s.Stores), func(first, last int) error {
		part := &heatPart{heatChange: heat}
		defer part.end()
		for n := first; n < last; n++ {
			o, same, known := t.takeLine(was, n, begins)
			if !known {
				return errOutdated
			}
			zone := s.Stores[n].ZoneName()
			t.takeDays(was, o, n, byZone[zone], same)
			t.measureLine(n, byZone[zone], same)
			part.add(o, n, zone, same)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.heatMaps.set(t.reach, heat.sum)
	return t, nil
}

// takeLine sets the line of store n from that of the earlier trend and of the snapshot. It
// returns the store's index there, and the instant until which nothing of it changed. It
// reports false where older polls would have to be read.
func (t *Trend) takeLine(was *Trend, n int, begins uptime.Instant) (o int, same uptime.Instant, known bool) {
	if o, known = was.Find(t.Stores[n].Code); !known || was.Stores[o].FirstPollAt != t.Stores[n].FirstPollAt {
		return o, 0, false
	}
	if line := t.carry.lines[n]; line.IsSame(was.carry.lines[o]) && len(line) > 0 {
		t.lines[n] = was.lines[o]
		return o, was.AsOf, true
	}
	if !bytes.Equal(t.appendStore(nil, n), was.appendStore(nil, o)) {
		return o, 0, false
	}
	if same, known = t.lastCommonPoll(was, n); !known {
		return o, 0, false
	}
	t.lines[n] = was.lines[o].JoinAt(same, t.carry.lines[n], begins)
	return o, min(same, was.AsOf), true
}

// lastCommonPoll is the last poll of store n until which its polls are those of the earlier
// trend. The snapshot's line must reach back to it.
func (t *Trend) lastCommonPoll(was *Trend, n int) (at uptime.Instant, some bool) {
	is, before, id := t.packed(), was.packed(), t.Stores[n].ID
	for day := is.first; day < is.end(); day++ {
		list, old := is.at(day, id), before.at(day, id)
		for mark := range list.Common(old).Backward() {
			at, some = polls.InstantOf(day, mark), true
			break
		}
		if !bytes.Equal(list, old) {
			break
		}
	}
	return at, some && at >= t.Span().From
}

// takeDays takes over the figures of the dates that ended before something of store n changed.
func (t *Trend) takeDays(was *Trend, o, n int, of zoneDays, same uptime.Instant) {
	for i, span := range of.spans {
		if date := of.last - uptime.Date(len(of.spans)-1-i); span.To <= same && date >= was.days.first {
			*t.days.on(n, date) = *was.days.on(o, date)
		}
	}
}

// measureLine computes the previous windows of store n, and its dates but for those that ended
// until an instant, from its line.
func (t *Trend) measureLine(n int, of zoneDays, since uptime.Instant) {
	previous, line := previousWindows(t.AsOf), t.lines[n]
	line.Measure(t.AsOf, nil, previous[:], t.Before[n][:])
	ended := 0
	for ended < len(of.spans) && of.spans[ended].To <= since {
		ended++
	}
	line.Measure(t.AsOf, nil, of.spans[ended:], t.days.endingOn(n, of.last)[ended:])
	if corrected := t.days.correctedEndingOn(n, of.last); corrected != nil {
		line.Measure(t.AsOf, t.excused[n], of.spans[:], corrected[:])
	}
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
		lines: was.lines, next: t.lines, hours: map[string][]uptime.ClockHour{}, sum: *sum,
	}
	for name, zone := range t.period.zones {
		h.hours[name] = uptime.ClockHours(zone.offsets, uptime.Span{From: h.was.From, To: h.is.To})
	}
	return h, nil
}

// A heatPart is what some stores change.
type heatPart struct {
	*heatChange
	out, in uptime.HeatMap
}

// add takes store o of the earlier trend out, and adds it as store n, but for the time of both
// weeks until an instant.
func (p *heatPart) add(o, n int, zone string, same uptime.Instant) {
	hours, both := p.hours[zone], uptime.Span{From: p.is.From, To: max(p.is.From, min(same, p.was.To))}
	for _, old := range []uptime.Span{{From: p.was.From, To: min(both.From, p.was.To)}, {From: both.To, To: p.was.To}} {
		p.out.FillLine(hours, p.lines[o], p.was.To, old)
	}
	p.in.FillLine(hours, p.next[n], p.is.To, uptime.Span{From: both.To, To: p.is.To})
}

func (p *heatPart) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sum.Add(&p.in)
	p.sum.Take(&p.out)
}
