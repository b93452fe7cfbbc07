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
	t := &Trend{
		Snapshot: s,
		Before:   make([][uptime.WindowCount]uptime.Figures, len(s.Stores)),
		Days:     make([][TrendDays]uptime.Figures, len(s.Stores)),
	}
	if !s.AsOfKnown {
		return t, nil // nobody was ever polled
	}
	t.Dates = s.trendDates()
	p, err := t.readPeriod(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := p.computeOpenings(ctx, s.AsOf); err != nil {
		return nil, err
	}
	days := t.daysByZone()
	measure := func(n int, polls []uptime.Poll) { t.measure(n, p.openings[n], polls, days[s.Stores[n].ZoneName()]) }
	if err := p.measureAll(ctx, tx, measure, nil); err != nil {
		return nil, err
	}
	t.HeatMap, err = s.heatMap(ctx, allIndexes(len(s.Stores)))
	return t, err
}

// trendDates are the TrendDays dates until the latest local date of all stores.
func (s *Snapshot) trendDates() []uptime.Date {
	var latest []uptime.Date // by zone
	for _, zone := range s.period.zones {
		latest = append(latest, zone.date(s.AsOf))
	}
	dates := make([]uptime.Date, TrendDays)
	for n := range dates {
		dates[n] = slices.Max(latest) - uptime.Date(TrendDays-1-n)
	}
	return dates
}

// daysByZone are the times that the trend's dates last in each zone.
func (t *Trend) daysByZone() map[string][]uptime.Span {
	days := make(map[string][]uptime.Span, len(t.period.zones))
	for name, zone := range t.period.zones {
		for _, date := range t.Dates {
			days[name] = append(days[name], zone.day(date).Span)
		}
	}
	return days
}

// readPeriod is a period of all stores that has the polls of the snapshot and those
// of the days before it that the trend needs. It has no openings yet.
func (t *Trend) readPeriod(ctx context.Context, tx *models.Tx) (*period, error) {
	from := previousWindows(t.AsOf)[uptime.LastWeek].From
	for _, zone := range t.period.zones {
		from = min(from, zone.day(t.Dates[0]).From)
	}
	p := t.period.derive(allIndexes(len(t.Stores)), uptime.Span{From: from, To: t.AsOf})
	first, _ := p.days()
	last, _ := t.period.days()
	older := newDensePolls(first, last-1)
	if err := older.read(ctx, tx.PollTable(), first, last-1); err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	p.polls = append([]packedPolls{older}, t.period.polls...)
	return p, nil
}

// measure computes the previous windows and the days of store n, in one walk.
func (t *Trend) measure(n int, openings []uptime.Span, polls []uptime.Poll, days []uptime.Span) {
	previous := previousWindows(t.AsOf)
	var spans [uptime.WindowCount + TrendDays]uptime.Span
	var figures [uptime.WindowCount + TrendDays]uptime.Figures
	copy(spans[copy(spans[:], previous[:]):], days)
	uptime.Measure(openings, polls, t.AsOf, spans[:], figures[:])
	copy(t.Days[n][:], figures[copy(t.Before[n][:], figures[:]):])
}
