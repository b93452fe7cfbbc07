package uptime_test

import (
	"testing"
	"time"

	"lightson/models/uptime"
)

func TestAnInstantKeepsMicroseconds(t *testing.T) {
	chicago := time.Date(2023, 1, 22, 6, 9, 39, 388884999, location("America/Chicago"))
	want := time.Date(2023, 1, 22, 12, 9, 39, 388884000, time.UTC)
	if got := uptime.At(chicago).Time(); got != want {
		t.Errorf("At(%s).Time() = %s, want %s", chicago, got, want)
	}
}

func TestTheEndsOfTimeCanBeWrittenAndAddedTo(t *testing.T) {
	for _, end := range []uptime.Instant{uptime.Beginning, uptime.Forever} {
		if _, err := end.Time().MarshalJSON(); err != nil {
			t.Errorf("%d: %v", end, err)
		}
	}
	if uptime.Always.Length() <= 0 || uptime.Beginning.Add(-uptime.Week) > 0 || uptime.Forever.Add(uptime.Week) < 0 {
		t.Error("sums with the ends of time overflow")
	}
}

func TestADateIsNumberedFrom1970AndKnowsItsWeekday(t *testing.T) {
	tests := map[string]struct {
		date    uptime.Date
		want    uptime.Date
		weekday int
	}{
		"the first":        {uptime.DateOf(1970, time.January, 1), 0, 3},
		"the day before":   {uptime.DateOf(1969, time.December, 31), -1, 2},
		"a week before":    {uptime.DateOf(1969, time.December, 25), -7, 3},
		"a Monday":         {uptime.DateOf(2023, time.January, 23), 19380, 0},
		"a Sunday":         {uptime.DateOf(2023, time.January, 29), 19386, 6},
		"an overflown day": {uptime.DateOf(2023, time.January, 32), 19389, 2},
	}
	for name, tt := range tests {
		if tt.date != tt.want || tt.date.Weekday() != tt.weekday {
			t.Errorf("%s: got %d on weekday %d, want %d on %d", name, tt.date, tt.date.Weekday(), tt.want, tt.weekday)
		}
	}
}

func TestSpansAreHalfOpen(t *testing.T) {
	s := uptime.Span{From: 10, To: 20}
	for i, want := range map[uptime.Instant]bool{9: false, 10: true, 19: true, 20: false} {
		if got := s.Contains(i); got != want {
			t.Errorf("[10, 20) contains %d: %v, want %v", i, got, want)
		}
	}
	tests := map[string]struct{ other, want uptime.Span }{
		"inside":       {uptime.Span{From: 12, To: 15}, uptime.Span{From: 12, To: 15}},
		"around":       {uptime.Span{From: 0, To: 99}, s},
		"over the end": {uptime.Span{From: 15, To: 25}, uptime.Span{From: 15, To: 20}},
		"touching":     {uptime.Span{From: 20, To: 25}, uptime.Span{From: 20, To: 20}},
		"apart":        {uptime.Span{From: 30, To: 35}, uptime.Span{From: 30, To: 30}},
	}
	for name, tt := range tests {
		got := s.Clip(tt.other)
		if got != tt.want || got.Empty() != (tt.want.Length() == 0) {
			t.Errorf("%s: clipped to %v, want %v", name, got, tt.want)
		}
	}
}
