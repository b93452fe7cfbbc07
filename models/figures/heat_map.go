package figures

import (
	"context"
	"sync"

	"lightson/models/uptime"
)

// HeatMapOf is when in the last week some of the stores were open, up and down.
func (s *Snapshot) HeatMapOf(stores []int) (uptime.HeatMap, error) {
	return s.heatMap(context.Background(), stores)
}

func (s *Snapshot) heatMap(ctx context.Context, stores []int) (uptime.HeatMap, error) {
	hours := s.weekHours()
	var sum uptime.HeatMap
	var mu sync.Mutex
	err := parallel(ctx, len(stores), func(first, last int) error {
		var some uptime.HeatMap
		var polls []uptime.Poll
		for _, n := range stores[first:last] {
			var err error
			if polls, err = s.period.appendPolls(polls[:0], n); err != nil {
				return err
			}
			some.Fill(hours[s.Stores[n].ZoneName()], s.period.openings[n], polls, s.AsOf)
		}
		mu.Lock()
		defer mu.Unlock()
		sum.Add(&some)
		return nil
	})
	return sum, err
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
