package figures

import (
	"context"
	"sync"

	"lightson/models/uptime"
)

// Days are the figures of store n on each of Dates, in its own local time. Those of a date that
// has not begun for it are zero. Whoever needs those of many stores asks for their sum.
func (t *Trend) Days(n int) (days [TrendDays]uptime.Figures) {
	t.measureDays(n, nil, &days)
	return days
}

// CorrectedDays are the Days of store n with its corrections; where none concerns them they
// are its Days.
func (t *Trend) CorrectedDays(n int) (days [TrendDays]uptime.Figures) {
	t.measureDays(n, t.Excused(n), &days)
	return days
}

func (t *Trend) measureDays(n int, excused []uptime.Span, days *[TrendDays]uptime.Figures) {
	if len(t.Dates) == 0 {
		return
	}
	whole := t.Whole()
	begun := whole.zones[t.Stores[n].ZoneName()].since(t.Dates[0])
	whole.line(t.InWhole(n)).Measure(t.AsOf, excused, begun, days[:len(begun)])
}

// Between are the figures of store n from one of Dates to another, both included, and those
// with its corrections. Outages that go on at midnight are one.
func (t *Trend) Between(n int, first, last uptime.Date) (raw, corrected uptime.Figures) {
	whole := t.Whole()
	begun := whole.zones[t.Stores[n].ZoneName()].since(first)
	if begun = begun[:max(0, min(len(begun), int(last-first)+1))]; len(begun) == 0 {
		return raw, corrected
	}
	var sum [1]uptime.Figures
	all, line := []uptime.Span{{From: begun[0].From, To: begun[len(begun)-1].To}}, whole.line(t.InWhole(n))
	line.Measure(t.AsOf, nil, all, sum[:])
	raw, corrected = sum[0], sum[0]
	if excused := t.Excused(n); len(excused) > 0 {
		line.Measure(t.AsOf, excused, all, sum[:])
		corrected = sum[0]
	}
	return raw, corrected
}

// SumPast adds up Before, and Days, of some stores.
func (t *Trend) SumPast(ctx context.Context, stores []int) (before [uptime.WindowCount]uptime.Figures, days []uptime.Figures, err error) {
	days = make([]uptime.Figures, len(t.Dates))
	var mu sync.Mutex
	err = parallel(ctx, len(stores), func(first, last int) error {
		var partBefore [uptime.WindowCount]uptime.Figures
		var partDays [TrendDays]uptime.Figures
		for _, n := range stores[first:last] {
			if err := ctx.Err(); err != nil {
				return err
			}
			of, on := t.Before(n), t.Days(n)
			addEach(partBefore[:], of[:])
			addEach(partDays[:], on[:])
		}
		mu.Lock()
		defer mu.Unlock()
		addEach(before[:], partBefore[:])
		addEach(days, partDays[:])
		return nil
	})
	return before, days, err
}

// addEach adds figures to the sums with the same indexes.
func addEach(sums, figures []uptime.Figures) {
	for i := range sums {
		sums[i].Add(figures[i])
	}
}

// zoneDays are the times that the dates until the last one last in a zone. The last is
// that of the as-of instant: later ones have not begun.
type zoneDays struct {
	last  uptime.Date
	spans [TrendDays]uptime.Span
}

// since are the times of the dates from one on that have begun in the zone.
func (z *zoneDays) since(date uptime.Date) []uptime.Span {
	first := z.last - (TrendDays - 1)
	return z.spans[min(max(0, date-first), TrendDays):]
}

// daysByZone are the days of each zone.
func (s *Snapshot) daysByZone() map[string]*zoneDays {
	byZone := make(map[string]*zoneDays, len(s.period.zones))
	for name, zone := range s.period.zones {
		days := &zoneDays{last: zone.date(s.AsOf)}
		for n := range days.spans {
			days.spans[n] = zone.day(days.last - uptime.Date(TrendDays-1-n)).Span
		}
		byZone[name] = days
	}
	return byZone
}

// trendDates are the TrendDays dates until the latest local date of all stores.
func (s *Snapshot) trendDates() []uptime.Date {
	_, latest, some := s.localDates()
	if !some || !s.AsOfKnown {
		return nil
	}
	dates := make([]uptime.Date, TrendDays)
	for n := range dates {
		dates[n] = latest - uptime.Date(TrendDays-1-n)
	}
	return dates
}

// localDates are the earliest and the latest local date of all stores at the as-of
// instant, if there are stores.
func (s *Snapshot) localDates() (earliest, latest uptime.Date, some bool) {
	for _, zone := range s.period.zones {
		date := zone.date(s.AsOf)
		if !some {
			earliest, latest, some = date, date, true
		}
		earliest, latest = min(earliest, date), max(latest, date)
	}
	return earliest, latest, some
}
