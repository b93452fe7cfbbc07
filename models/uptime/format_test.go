package uptime_test

import (
	"testing"

	"lightson/models/uptime"
)

func TestTimesAreRoundedOnceHalfUp(t *testing.T) {
	tests := map[string]struct {
		m              uptime.Micros
		minutes, hours string
	}{
		"nothing":                             {0, "0.00", "0.00"},
		"a microsecond":                       {1, "0.00", "0.00"},
		"a quarter of an hour":                {15 * uptime.Minute, "15.00", "0.25"},
		"just under half a minute hundredth":  {299_999, "0.00", "0.00"},
		"half a minute hundredth":             {300_000, "0.01", "0.00"},
		"just under half an hour hundredth":   {18*uptime.Second - 1, "0.30", "0.00"},
		"half an hour hundredth":              {18 * uptime.Second, "0.30", "0.01"},
		"a microsecond short of a whole week": {uptime.Week - 1, "10080.00", "168.00"},
		"a week of a million stores":          {1_000_000 * uptime.Week, "10080000000.00", "168000000.00"},
	}
	for name, tt := range tests {
		if got := tt.m.Minutes(); got != tt.minutes {
			t.Errorf("%s: %s minutes, want %s", name, got, tt.minutes)
		}
		if got := tt.m.Hours(); got != tt.hours {
			t.Errorf("%s: %s hours, want %s", name, got, tt.hours)
		}
	}
}

func TestAPercentageNeverHidesWhatThereIs(t *testing.T) {
	const many = 1_000_000 * uptime.Week
	tests := map[string]struct {
		up, down uptime.Micros
		want     string
	}{
		"nothing seen":                       {0, 0, "—"},
		"all up":                             {uptime.Week, 0, "100.00"},
		"all down":                           {0, uptime.Week, "0.00"},
		"three quarters":                     {3, 1, "75.00"},
		"two thirds":                         {2, 1, "66.67"},
		"half a hundredth goes up":           {12_345, 100_000 - 12_345, "12.35"},
		"99.96 is not 100":                   {9996, 4, "99.96"},
		"99.996 is never 100":                {99_996, 4, "99.99"},
		"a microsecond down in a week":       {uptime.Week - 1, 1, "99.99"},
		"a microsecond up in a week":         {1, uptime.Week - 1, "0.01"},
		"a microsecond down in many":         {many - 1, 1, "99.99"},
		"a microsecond up in many":           {1, many - 1, "0.01"},
		"more stores than 64 bits can scale": {many, many, "50.00"},
	}
	for name, tt := range tests {
		if got := uptime.Percent(tt.up, tt.down); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
