package figures

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// newTrend computes the trend of a snapshot. Only the days before those that the
// snapshot has are read, and dropped again.
func newTrend(ctx context.Context, tx *models.Tx, s *Snapshot) (*Trend, error) {
	t := &Trend{
		Snapshot: s,
		Before:   make([][uptime.WindowCount]uptime.Figures, len(s.Stores)),
		Days:     make([][TrendDays]uptime.Figures, len(s.Stores)),
	}
	if s.AsOf == 0 {
		return t, nil // nobody was ever polled
	}
	t.Dates = s.trendDates()
	era, err := t.readEra(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := era.layOut(ctx, s.AsOf); err != nil {
		return nil, err
	}
	days := t.daysByZone()
	measure := func(n int, polls []uptime.Poll) { t.measure(n, era.openings[n], polls, days[s.Stores[n].ZoneName()]) }
	if err := era.measureAll(ctx, tx, measure, nil); err != nil {
		return nil, err
	}
	t.HeatMap, err = s.heatMap(ctx, everyStore(len(s.Stores)))
	return t, err
}

// trendDates are the dates until the newest that any store is on.
func (s *Snapshot) trendDates() []uptime.Date {
	var today []uptime.Date
	for _, zone := range s.period.zones {
		today = append(today, zone.date(s.AsOf))
	}
	dates := make([]uptime.Date, TrendDays)
	for n := range dates {
		dates[n] = slices.Max(today) - uptime.Date(TrendDays-1-n)
	}
	return dates
}

// daysByZone are the trend's dates in each zone, until the as-of instant.
func (t *Trend) daysByZone() map[string][]uptime.Span {
	days := make(map[string][]uptime.Span, len(t.period.zones))
	for name, zone := range t.period.zones {
		for _, date := range t.Dates {
			days[name] = append(days[name], zone.day(date).Span)
		}
	}
	return days
}

// readEra is the snapshot's era with the days before it that the trend needs.
func (t *Trend) readEra(ctx context.Context, tx *models.Tx) (*period, error) {
	from := before(t.AsOf)[uptime.LastWeek].From
	for _, zone := range t.period.zones {
		from = min(from, zone.day(t.Dates[0]).From)
	}
	e := t.period.another(everyStore(len(t.Stores)), uptime.Span{From: from, To: t.AsOf})
	first, _ := e.days()
	last, _ := t.period.days()
	older := newDensePolls(first, last-1)
	if err := older.read(ctx, tx.PollTable(), first, last-1); err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	e.polls = append([]packedPolls{older}, t.period.polls...)
	return e, nil
}

// measure computes what store n was before and by day, in one walk.
func (t *Trend) measure(n int, openings []uptime.Span, polls []uptime.Poll, days []uptime.Span) {
	earlier := before(t.AsOf)
	var spans [uptime.WindowCount + TrendDays]uptime.Span
	var figures [uptime.WindowCount + TrendDays]uptime.Figures
	copy(spans[copy(spans[:], earlier[:]):], days)
	uptime.Measure(openings, polls, t.AsOf, spans[:], figures[:])
	copy(t.Days[n][:], figures[copy(t.Before[n][:], figures[:]):])
}
