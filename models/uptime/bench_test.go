package uptime_test

import (
	"testing"

	"lightson/models/uptime"
)

// usual is a store as most are: open over noon and in the evening, polled
// about once an hour for a week and a day, with an outage now and then.
func usual() scene {
	d := seeded(1)
	s := scene{loc: location("America/Chicago"), hours: rows("daily 11:00-14:00", "daily 17:00-23:59:59"), asOf: at("2023-03-15 18:00"), near: uptime.Near(uptime.Hour)}
	for at := s.asOf.Add(-uptime.Week - uptime.Reach); at <= s.asOf; {
		s.polls = append(s.polls, uptime.Poll{At: at, Active: !d.oneIn(20)})
		at = at.Add(75*uptime.Minute + d.micros(28*uptime.Minute))
	}
	return s
}

func BenchmarkOpenings(b *testing.B) {
	s := usual()
	week := uptime.Windows(s.asOf)[2]
	zone := uptime.NewZone(s.loc, week)
	b.ReportAllocs()
	for b.Loop() {
		uptime.Openings(zone, s.calendar(), week)
	}
}

func BenchmarkNewZone(b *testing.B) {
	s := usual()
	b.ReportAllocs()
	for b.Loop() {
		uptime.NewZone(s.loc, uptime.Windows(s.asOf)[2])
	}
}

// BenchmarkMeasure is one store in three windows.
func BenchmarkMeasure(b *testing.B) {
	s := usual()
	windows := uptime.Windows(s.asOf)
	known := s.week()
	var into [3]uptime.Figures
	b.ReportAllocs()
	for b.Loop() {
		known.Measure(windows[:], into[:])
	}
	b.ReportMetric(float64(len(s.polls)), "polls")
}

// BenchmarkMeasureAllStores is a report's worth: 14,000 stores, each with its
// own polls, so that they come from memory and not from the cache.
func BenchmarkMeasureAllStores(b *testing.B) {
	s := usual()
	windows := uptime.Windows(s.asOf)
	known := s.week()
	stores := make([][]uptime.Poll, 14_000)
	for i := range stores {
		stores[i] = append([]uptime.Poll(nil), s.polls...)
	}
	var into [3]uptime.Figures
	b.ReportAllocs()
	for b.Loop() {
		for _, polls := range stores {
			known.Polls = polls
			known.Measure(windows[:], into[:])
		}
	}
}

func TestMeasureAllocatesNothing(t *testing.T) {
	s := usual()
	windows := uptime.Windows(s.asOf)
	known := s.week()
	var into [3]uptime.Figures
	allocs := testing.AllocsPerRun(100, func() {
		known.Measure(windows[:], into[:])
	})
	if allocs != 0 {
		t.Errorf("Measure allocates %v times a store", allocs)
	}
}
