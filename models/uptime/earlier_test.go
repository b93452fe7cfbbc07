package uptime_test

import (
	"testing"

	"lightson/models/uptime"
)

func TestAnEarlierPollIsNeededOnlyWhereTheFirstOneReadMayNotBeTheFirst(t *testing.T) {
	week := span("2023-01-18 18:00", "2023-01-25 18:00") // read from 17 January, 18:00
	always := []uptime.Span{uptime.Always}
	since := func(from string) []uptime.Span { return []uptime.Span{{From: at(from), To: uptime.Forever}} }
	until := func(to string) []uptime.Span { return []uptime.Span{{From: uptime.Beginning, To: at(to)}} }
	tests := map[string]struct {
		openings []uptime.Span
		polls    []uptime.Poll
		needed   bool
	}{
		"always open, first seen inside":              {always, polls("2023-01-20 12:00 a"), true},
		"always open, seen just before":               {always, polls("2023-01-18 17:00 a", "2023-01-20 12:00 a"), false},
		"always open, seen where the window begins":   {always, polls("2023-01-18 18:00 a", "2023-01-20 12:00 a"), false},
		"always open, seen a microsecond after":       {always, polls("2023-01-18 18:00:00.000001 a"), true},
		"always open, seen where reading begins":      {always, polls("2023-01-17 18:00 a", "2023-01-20 12:00 a"), false},
		"always open, the earlier poll is there":      {always, polls("2023-01-02 12:00 a", "2023-01-20 12:00 a"), false},
		"always open, first seen where it ends":       {always, polls("2023-01-25 18:00 a"), true},
		"always open, first seen a day after":         {always, polls("2023-01-26 18:00 a"), false},
		"always open, never seen":                     {always, nil, false},
		"opened while it was read":                    {since("2023-01-17 18:00"), polls("2023-01-20 12:00 a"), false},
		"opened before it was read":                   {since("2023-01-17 17:59"), polls("2023-01-20 12:00 a"), true},
		"opened before, and an older poll is not its": {since("2023-01-17 17:59"), polls("2023-01-17 12:00 a", "2023-01-20 12:00 a"), true},
		"closed before it was seen":                   {until("2023-01-20 12:00"), polls("2023-01-20 12:00 a"), false},
		"closed after it was seen":                    {until("2023-01-20 12:01"), polls("2023-01-20 12:00 a"), true},
		"closed before the window":                    {until("2023-01-18 18:00"), polls("2023-01-20 12:00 a"), false},
		"a store of ordinary hours":                   {[]uptime.Span{span("2023-01-18 15:00", "2023-01-18 23:00")}, polls("2023-01-18 20:00 a"), false},
		"a store that is never open":                  {nil, polls("2023-01-20 12:00 a"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			opening, needed := uptime.History{Openings: tt.openings, Polls: tt.polls}.NeedsEarlier(week)
			if needed != tt.needed {
				t.Fatalf("needed = %v, want %v", needed, tt.needed)
			}
			if needed && opening != tt.openings[0] {
				t.Errorf("look in %v, want %v", opening, tt.openings[0])
			}
		})
	}
}

func TestAnEarlierPollTurnsTimeBeforeTheFirstIntoNoData(t *testing.T) {
	s := scene{loc: location("UTC"), asOf: at("2023-01-25 18:00"), polls: polls("2023-01-20 12:00 a")}
	if got := s.figures()[2].Up.Hours(); got != "48.00" {
		t.Errorf("the first poll ever speaks for %s hours, want 48.00", got)
	}
	s.polls = polls("2023-01-02 12:00 a", "2023-01-20 12:00 a")
	if got := s.figures()[2].Up.Hours(); got != "24.00" {
		t.Errorf("a poll after another speaks for %s hours, want 24.00", got)
	}
}
