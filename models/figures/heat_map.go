package figures

import (
	"context"
	"sync"

	"lightson/models/uptime"
)

// HeatMapOf is the open, up and down time of some stores in the last week, by
// weekday and hour of their own clocks. Stores are indexes of the snapshot.
func (s *Snapshot) HeatMapOf(stores []int) (uptime.HeatMap, error) {
	return s.heatMap(context.Background(), stores)
}

func (s *Snapshot) heatMap(ctx context.Context, stores []int) (uptime.HeatMap, error) {
	hours := s.weekHours()
	var sum uptime.HeatMap
	var mu sync.Mutex
	err := parallel(ctx, len(stores), func(first, last int) error {
		var part uptime.HeatMap
		var polls []uptime.Poll
		for _, n := range stores[first:last] {
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

// weekHours are the hours of the last week by the clocks of each zone.
func (s *Snapshot) weekHours() map[string][]uptime.ClockHour {
	week := uptime.Windows(s.AsOf)[uptime.LastWeek]
	hours := make(map[string][]uptime.ClockHour, len(s.period.zones))
	for name, zone := range s.period.zones {
		hours[name] = uptime.ClockHours(zone.offsets, week)
	}
	return hours
}
