package figures

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// newTrend computes the trend of a snapshot. It reads only the days before those
// that the snapshot has, and does not keep them.
func newTrend(ctx context.Context, tx *models.Tx, s *Snapshot) (*Trend, error) {
	before := make([][uptime.WindowCount]uptime.Figures, len(s.Stores))
	t := &Trend{Snapshot: s, Dates: s.trendDates(), Before: make([]*[uptime.WindowCount]uptime.Figures, len(s.Stores)), days: s.newTrendDays(nil, 0), heatMaps: newHeatMaps()}
	for n := range before {
		t.Before[n] = &before[n]
	}
	if len(t.Dates) == 0 {
		return t, nil // nobody was ever polled
	}
	p, err := t.readPeriod(ctx, tx)
	if err != nil {
		return nil, err
	}
	until := s.AsOf
	if s.carry != nil {
		until = s.carry.until
		t.from, t.older = p.span.From, make([]uptime.Line, len(s.Stores))
	}
	if err := p.computeOpenings(ctx, until); err != nil {
		return nil, err
	}
	days := s.daysByZone()
	t.days.addCorrected(s, p.span)
	measure := func(n int, polls []uptime.Poll) {
		of := days[s.Stores[n].ZoneName()]
		if t.older != nil {
			t.setOlder(n, p.history(n, polls))
			t.measureLine(n, of, 0)
			return
		}
		t.measure(n, p.history(n, polls), of)
		if corrected := t.days.correctedEndingOn(n, of.last); corrected != nil {
			p.corrected(n, polls).Measure(of.spans[:], corrected[:])
		}
	}
	if err := p.measureAll(ctx, tx, measure, nil); err != nil {
		return nil, err
	}
	_, err = t.heatMap(ctx)
	return t, err
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

// measure computes the previous windows and the days of store n, in one walk. Days are
// those of its zone.
func (t *Trend) measure(n int, h uptime.History, days zoneDays) {
	previous := previousWindows(t.AsOf)
	var spans [uptime.WindowCount + TrendDays]uptime.Span
	var figures [uptime.WindowCount + TrendDays]uptime.Figures
	copy(spans[copy(spans[:], previous[:]):], days.spans[:])
	h.Measure(spans[:], figures[:])
	t.days.set(n, days.last, figures[copy(t.Before[n][:], figures[:]):])
}
