package figures

import (
	"context"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"lightson/models/uptime"
)

// HeatMapOf is the open, up and down time of some stores in the last week, by
// weekday and hour of their own clocks. Stores are indexes of the snapshot.
func (s *Snapshot) HeatMapOf(stores []int) (uptime.HeatMap, error) {
	return s.heatMap(context.Background(), stores)
}

func (s *Snapshot) heatMap(ctx context.Context, stores []int) (uptime.HeatMap, error) {
	hours, week, lines := s.weekHours(), uptime.Windows(s.AsOf)[uptime.LastWeek], s.Whole().carry
	var sum uptime.HeatMap
	var mu sync.Mutex
	err := parallel(ctx, len(stores), func(first, last int) error {
		var part uptime.HeatMap
		var polls []uptime.Poll
		for _, n := range stores[first:last] {
			if lines != nil {
				part.FillLine(hours[s.Stores[n].ZoneName()], lines.lines[s.InWhole(n)], s.AsOf, week)
				continue
			}
			var err error
			if polls, err = s.period.appendPolls(polls[:0], n); err != nil {
				return err
			}
			part.Fill(hours[s.Stores[n].ZoneName()], s.period.history(n, polls))
		}
		mu.Lock()
		defer mu.Unlock()
		sum.Add(&part)
		return nil
	})
	return sum, err
}

// HourOf is the part of some stores in one cell of HeatMapOf: what each did in the last
// week while its clocks showed an hour of a weekday, 0 being Monday.
func (s *Snapshot) HourOf(ctx context.Context, stores []int, weekday, hour int) ([]uptime.Figures, error) {
	spans := s.spansOf(weekday, hour)
	found := make([]uptime.Figures, len(stores))
	return found, parallel(ctx, len(stores), func(first, last int) (err error) {
		var polls []uptime.Poll
		for i := first; i < last; i++ {
			n := stores[i]
			if polls, err = s.period.appendPolls(polls[:0], n); err != nil {
				return err
			}
			shown := spans[s.Stores[n].ZoneName()]
			parts := make([]uptime.Figures, len(shown))
			s.period.history(n, polls).Measure(shown, parts)
			for _, part := range parts {
				found[i].Add(part)
			}
		}
		return nil
	})
}

// spansOf are the times of the last week at which the clocks of each zone show an hour of
// a weekday. Most often it is one; it is two where the week begins within that hour.
func (s *Snapshot) spansOf(weekday, hour int) map[string][]uptime.Span {
	spans := map[string][]uptime.Span{}
	for name, hours := range s.weekHours() {
		for _, h := range hours {
			if h.Weekday == weekday && h.Hour == hour {
				spans[name] = append(spans[name], h.Span)
			}
		}
	}
	return spans
}

// weekHours are the hours of the last week by the clocks of each zone.
func (s *Snapshot) weekHours() map[string][]uptime.ClockHour {
	week := uptime.Windows(s.AsOf)[uptime.LastWeek]
	hours := make(map[string][]uptime.ClockHour, len(s.period.zones))
	for name, zone := range s.period.zones {
		hours[name] = uptime.ClockHours(zone.offsets, week)
	}
	return hours
}

// HeatMap is the heat map of all stores of the trend in the last week. It is computed
// once. The caller must not change it.
func (t *Trend) HeatMap() (*uptime.HeatMap, error) { return t.heatMap(context.Background()) }

func (t *Trend) heatMap(ctx context.Context) (*uptime.HeatMap, error) {
	if len(t.Dates) == 0 {
		return &uptime.HeatMap{}, nil
	}
	return t.heatMaps.of(t.reach, func() (uptime.HeatMap, error) { return t.Snapshot.heatMap(ctx, allIndexes(len(t.Stores))) })
}

// heatMaps are those of a trend and of what it was narrowed to, by the text of the reach.
// A narrowed trend is soon made again, and its heat map is not, so these are kept longer.
type heatMaps struct {
	kept *lru.Cache[string, *keptHeatMap]
}

// A keptHeatMap is computed by the first who asks.
type keptHeatMap struct {
	mu  sync.Mutex
	has bool
	uptime.HeatMap
}

// heatMapsKept is how many heat maps of a trend are kept, of 7 KB each.
const heatMapsKept = 256

func newHeatMaps() *heatMaps {
	kept, err := lru.New[string, *keptHeatMap](heatMapsKept)
	if err != nil {
		panic(err) // it fails for no size but one below 1
	}
	return &heatMaps{kept}
}

func (h *heatMaps) of(reach string, compute func() (uptime.HeatMap, error)) (*uptime.HeatMap, error) {
	m, some := h.kept.Get(reach)
	if !some {
		m = &keptHeatMap{}
		if earlier, known, _ := h.kept.PeekOrAdd(reach, m); known {
			m = earlier
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.has {
		heat, err := compute()
		if err != nil {
			return nil, err
		}
		m.HeatMap, m.has = heat, true
	}
	return &m.HeatMap, nil
}

// set keeps a heat map that is known.
func (h *heatMaps) set(reach string, of uptime.HeatMap) {
	h.kept.Add(reach, &keptHeatMap{has: true, HeatMap: of})
}
