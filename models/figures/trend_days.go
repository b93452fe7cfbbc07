package figures

import (
	"encoding/binary"
	"slices"

	"lightson/models/uptime"
)

// trendDays are the figures of the local dates of all stores, of as many dates as a
// trend of any of them can have. At one instant the dates of two zones differ by up to
// two, and a trend ends with the latest date of its own stores. Trends that follow each other
// share the dates that are over.
type trendDays struct {
	first uptime.Date
	dates [][]packedFigures // by date, and then by store

	corrected map[int][]uptime.Figures // by store that corrections concern in this time, and then by date
}

// newTrendDays has room for the figures of all stores of a snapshot, of which it takes those
// of dates before one from an earlier trend.
func (s *Snapshot) newTrendDays(was *Trend, before uptime.Date) trendDays {
	earliest, latest, some := s.localDates()
	if !some || !s.AsOfKnown {
		latest = earliest
	}
	d := trendDays{first: earliest - (TrendDays - 1), dates: make([][]packedFigures, TrendDays+int(latest-earliest)), corrected: map[int][]uptime.Figures{}}
	for n := range d.dates {
		if date := d.first + uptime.Date(n); was != nil && date < before {
			d.dates[n] = was.days.dates[date-was.days.first]
		} else {
			d.dates[n] = make([]packedFigures, len(s.Stores))
		}
	}
	return d
}

// addCorrected makes room for the corrected figures of the stores that have some in a span.
func (d trendDays) addCorrected(s *Snapshot, in uptime.Span) {
	for n := range s.Stores {
		if slices.ContainsFunc(s.Excused(n), func(e uptime.Span) bool { return !e.Clip(in).Empty() }) {
			d.corrected[n] = make([]uptime.Figures, len(d.dates))
		}
	}
}

// correctedEndingOn are the corrected figures of a store on the dates until last; nil where
// nothing of them is corrected.
func (d trendDays) correctedEndingOn(store int, last uptime.Date) *[TrendDays]uptime.Figures {
	days := d.corrected[store]
	if days == nil {
		return nil
	}
	from := int(last-d.first) - (TrendDays - 1)
	return (*[TrendDays]uptime.Figures)(days[from : from+TrendDays])
}

// on are the figures of a store on one of the dates.
func (d trendDays) on(store int, date uptime.Date) *packedFigures {
	return &d.dates[date-d.first][store]
}

// set sets the figures of a store on the dates until last, of which the first may be left out.
func (d trendDays) set(store int, last uptime.Date, figures []uptime.Figures) {
	for n := range figures {
		*d.on(store, last-uptime.Date(len(figures)-1-n)) = packFigures(&figures[n])
	}
}

// packedFigures are raw figures of a local date in five bytes a number, the least significant
// first, which is less than 13 days in microseconds. They take 40 bytes instead of 72, and a trend
// has eighteen of them for each store.
type packedFigures [8 * packedBytes]byte

const packedBytes = 5

func packFigures(f *uptime.Figures) (p packedFigures) {
	for n, number := range [...]uptime.Micros{f.Open, f.Up, f.Down, f.Longest, f.CertainUp, f.CertainDown, f.Close, uptime.Micros(f.Outages)} {
		at := p[n*packedBytes:]
		binary.LittleEndian.PutUint32(at, uint32(number))
		at[4] = byte(number >> 32)
	}
	return p
}

func (p *packedFigures) unpack() uptime.Figures {
	return uptime.Figures{
		Open: p.number(0), Up: p.number(1), Down: p.number(2), Longest: p.number(3),
		CertainUp: p.number(4), CertainDown: p.number(5), Close: p.number(6), Outages: int(p.number(7)),
	}
}

func (p *packedFigures) number(n int) uptime.Micros {
	at := p[n*packedBytes : (n+1)*packedBytes]
	return uptime.Micros(binary.LittleEndian.Uint32(at)) | uptime.Micros(at[4])<<32
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

// zoneDays are the times that the dates until the last one last in a zone. The last is
// that of the as-of instant: later ones have not begun.
type zoneDays struct {
	last  uptime.Date
	spans [TrendDays]uptime.Span
}

// daysByZone are the days of each zone.
func (s *Snapshot) daysByZone() map[string]zoneDays {
	byZone := make(map[string]zoneDays, len(s.period.zones))
	for name, zone := range s.period.zones {
		days := zoneDays{last: zone.date(s.AsOf)}
		for n := range days.spans {
			days.spans[n] = zone.day(days.last - uptime.Date(TrendDays-1-n)).Span
		}
		byZone[name] = days
	}
	return byZone
}
