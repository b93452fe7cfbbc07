package figures

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// newTrend computes the trend of a snapshot. It reads only the days before those
// that the snapshot has, and does not keep them.
func newTrend(ctx context.Context, tx *models.Tx, s *Snapshot) (*Trend, error) {
	t := emptyTrend(s)
	if len(t.Dates) == 0 {
		return t, nil // nobody was ever polled
	}
	p, err := t.readPeriod(ctx, tx)
	if err != nil {
		return nil, err
	}
	t.from = p.span.From
	if err := p.computeOpenings(ctx, t.linesUntil()); err != nil {
		return nil, err
	}
	measure := func(n int, polls []uptime.Poll) {
		t.setOlder(n, p.history(n, polls))
		t.measureChange(n)
	}
	if err := p.measureAll(ctx, tx, measure, nil); err != nil {
		return nil, err
	}
	_, err = t.heatMap(ctx)
	return t, err
}

// emptyTrend has room for the trend of a snapshot.
func emptyTrend(s *Snapshot) *Trend {
	return &Trend{
		Snapshot: s, Dates: s.trendDates(), zones: s.daysByZone(), heatMaps: newHeatMaps(),
		older: make([]uptime.Line, len(s.Stores)), changes: slices.Repeat([]weekChange{unknownChange}, len(s.Stores)),
	}
}

// linesUntil is until when the lines of the trend reach.
func (t *Trend) linesUntil() uptime.Instant {
	if t.carry == nil {
		return t.AsOf
	}
	return t.carry.linesUntil()
}

// begins is the instant from which on the trend needs to know what was.
func (t *Trend) begins() uptime.Instant {
	from := previousWindows(t.AsOf)[uptime.LastWeek].From
	for _, zone := range t.period.zones {
		from = min(from, zone.day(zone.date(t.AsOf)-(TrendDays-1)).From)
	}
	return from
}

// readPeriod is a period of all stores that has the polls of the snapshot and those
// of the days before it that the trend needs. It has no openings yet.
func (t *Trend) readPeriod(ctx context.Context, tx *models.Tx) (*period, error) {
	p := t.period.derive(allIndexes(len(t.Stores)), uptime.Span{From: t.begins(), To: t.AsOf})
	first, _ := p.days()
	last, _ := t.period.days()
	older := newDensePolls(first, last-1)
	if err := older.read(ctx, tx.PollTable(), first, last-1); err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	p.polls = append([]packedPolls{older}, t.period.polls...)
	return p, nil
}

// measureChange compares the two weeks of store n.
func (t *Trend) measureChange(n int) {
	week := previousWindows(t.AsOf)[uptime.LastWeek]
	var before [1]uptime.Figures
	t.line(n).Measure(t.AsOf, nil, []uptime.Span{week}, before[:])
	t.changes[n] = unknownChange
	if last := &t.Figures[n][uptime.LastWeek]; last.ComparableTo(before[0]) {
		t.changes[n] = weekChange(last.Down - before[0].Down)
	}
}
