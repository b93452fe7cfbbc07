package uptime_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// heatMap asks the engine for the map of the scene.
func (s scene) heatMap(within uptime.Span) *uptime.HeatMap {
	var h uptime.HeatMap
	hours := uptime.ClockHours(uptime.NewZone(s.loc, within), within)
	h.Fill(hours, s.history(within))
	return &h
}

// naiveHeatMap looks at the clock in every minute of every stretch. All zones
// of this century change their clocks at a whole minute.
func naiveHeatMap(s scene, within uptime.Span) *uptime.HeatMap {
	var h uptime.HeatMap
	to := min(within.To, s.asOf)
	for _, piece := range naivePieces(naiveStore(s, 40, 25), within.From.Time(), to.Time()) {
		for t := piece.From.Time().Truncate(time.Minute); uptime.At(t) < piece.To; t = t.Add(time.Minute) {
			length := piece.Clip(uptime.Span{From: uptime.At(t), To: uptime.At(t.Add(time.Minute))}).Length()
			local := t.In(s.loc)
			cell := &h[(local.Weekday()+6)%7][local.Hour()]
			addNaive(cell, piece, length)
		}
	}
	return &h
}

// drawWithin is a window that ends before as-of, at it or after it.
func (d draw) drawWithin(s scene) uptime.Span {
	if d.oneIn(2) {
		return uptime.Windows(s.asOf)[2]
	}
	from := s.asOf.Add(-d.micros(uptime.Week))
	return uptime.Span{From: from, To: from.Add(d.micros(8 * uptime.Day))}
}

func TestAHeatMapAgreesWithANaiveOneAndAddsUpToTheWindow(t *testing.T) {
	for seed := range uint64(300) {
		d := seeded(4e6 + seed)
		s := d.scene(9)
		within := d.drawWithin(s)
		got := s.heatMap(within)
		if diff := cmp.Diff(naiveHeatMap(s, within), got); diff != "" {
			t.Fatalf("seed %d, %v (-naive +engine):\n%s\n%s", seed, within, diff, s)
		}
		var sum uptime.Figures
		for _, day := range got {
			for _, cell := range day {
				sum.Add(cell)
			}
		}
		var want [1]uptime.Figures
		s.history(within).Measure([]uptime.Span{within}, want[:])
		want[0].Outages, want[0].Longest = 0, 0
		if sum != want[0] {
			t.Fatalf("seed %d: the cells sum to %+v, want %+v", seed, sum, want[0])
		}
	}
}

// The stores here are always open, so a cell holds what its hour lasted.
func TestTheHoursOfAHeatMapAreThoseOfTheLocalClocks(t *testing.T) {
	const sunday = 6
	for name, tt := range map[string]struct {
		zone, from, to string // local midnights of one Sunday, in UTC
		minutes        map[int]int
		whole          int
	}{
		"Chicago in winter":                  {"America/Chicago", "2023-01-22 06:00", "2023-01-23 06:00", nil, 24 * 60},
		"Chicago, an hour is left out":       {"America/Chicago", "2023-03-12 06:00", "2023-03-13 05:00", map[int]int{2: 0}, 23 * 60},
		"Chicago, an hour occurs twice":      {"America/Chicago", "2023-11-05 05:00", "2023-11-06 06:00", map[int]int{1: 120}, 25 * 60},
		"Kolkata, half an hour off":          {"Asia/Kolkata", "2023-01-21 18:30", "2023-01-22 18:30", nil, 24 * 60},
		"Kathmandu, a quarter off":           {"Asia/Kathmandu", "2023-01-21 18:15", "2023-01-22 18:15", nil, 24 * 60},
		"Lord Howe, half an hour left out":   {"Australia/Lord_Howe", "2023-09-30 13:30", "2023-10-01 13:00", map[int]int{2: 30}, 23*60 + 30},
		"Lord Howe, half an hour goes twice": {"Australia/Lord_Howe", "2023-04-01 13:00", "2023-04-02 13:30", map[int]int{1: 90}, 24*60 + 30},
		"Beirut, midnight is missing":        {"Asia/Beirut", "2023-03-25 22:00", "2023-03-26 21:00", map[int]int{0: 0}, 23 * 60},
		"long ago":                           {"UTC", "1969-12-28 00:00", "1969-12-29 00:00", nil, 24 * 60},
	} {
		t.Run(name, func(t *testing.T) {
			day := span(tt.from, tt.to)
			if day.Length() != uptime.Micros(tt.whole)*uptime.Minute {
				t.Fatalf("the day lasts %s minutes, want %d", day.Length().Minutes(), tt.whole)
			}
			s := scene{loc: location(tt.zone), asOf: day.To}
			var want uptime.HeatMap
			for hour := range 24 {
				minutes, odd := tt.minutes[hour]
				if !odd {
					minutes = 60
				}
				want[sunday][hour].Open = uptime.Micros(minutes) * uptime.Minute
			}
			if diff := cmp.Diff(&want, s.heatMap(day)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnHourOfTheClockCanBeAskedForOutsideOfWhatAZoneIsPreparedFor(t *testing.T) {
	week := span("2023-03-06 00:00", "2023-03-13 18:00")
	near := uptime.NewZone(location("America/Chicago"), week)
	far := uptime.NewZone(location("America/Chicago"), span("2011-01-01 00:00", "2011-01-02 00:00"))
	if diff := cmp.Diff(uptime.ClockHours(near, week), uptime.ClockHours(far, week)); diff != "" {
		t.Error(diff)
	}
	if hours := uptime.ClockHours(near, uptime.Span{From: week.To, To: week.From}); hours != nil {
		t.Errorf("a time that ends before it begins has hours %v", hours)
	}
}

func TestAHeatMapOfAGroupIsTheSumOfItsStores(t *testing.T) {
	within := span("2023-01-23 00:00", "2023-01-30 00:00")
	utc := scene{loc: location("UTC"), asOf: within.To, polls: polls("2023-01-23 09:30 a", "2023-01-23 10:15 i")}
	kolkata := scene{loc: location("Asia/Kolkata"), asOf: within.To, polls: polls("2023-01-23 04:00 i")}
	group := utc.heatMap(within)
	group.Add(kolkata.heatMap(within))
	// Ten to eleven on Mondays, each store by its own clocks.
	want := uptime.Figures{Open: 2 * uptime.Hour, Up: 15 * uptime.Minute, Down: 105 * uptime.Minute}
	if got := group[0][10]; got != want {
		t.Errorf("Monday at ten: %+v, want %+v", got, want)
	}
}

func TestFillingAHeatMapAllocatesNothing(t *testing.T) {
	s := usual()
	week := uptime.Windows(s.asOf)[2]
	hours := uptime.ClockHours(uptime.NewZone(s.loc, week), week)
	known := s.week()
	var h uptime.HeatMap
	if allocs := testing.AllocsPerRun(100, func() { h.Fill(hours, known) }); allocs != 0 {
		t.Errorf("Fill allocates %v times a store", allocs)
	}
	if h == (uptime.HeatMap{}) {
		t.Error("the map is empty")
	}
}

func BenchmarkHeatMap(b *testing.B) {
	s := usual()
	week := uptime.Windows(s.asOf)[2]
	hours := uptime.ClockHours(uptime.NewZone(s.loc, week), week)
	known := s.week()
	var h uptime.HeatMap
	b.ReportAllocs()
	for b.Loop() {
		h.Fill(hours, known)
	}
}
