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

func TestAShortPercentageIsRoundedOnce(t *testing.T) {
	const many = 1_000_000 * uptime.Week
	for share, want := range map[[2]uptime.Micros]string{
		{0, 0}:                         "—",
		{0, uptime.Week}:               "0",
		{uptime.Week, 0}:               "100",
		{1046, 8954}:                   "10",
		{1045, 8955}:                   "10",
		{1050, 8950}:                   "11",
		{9946, 54}:                     "99",
		{996, 9004}:                    "10",
		{995, 9005}:                    "10",
		{994, 9006}:                    "9.9",
		{950, 9050}:                    "9.5",
		{9996, 4}:                      "99",
		{5, 9995}:                      "0.1",
		{49_999, 100_000_000 - 49_999}: "<.1",
		{50_000, 100_000_000 - 50_000}: "0.1",
		{1, many}:                      "<.1",
		{many, 1}:                      "99",
		{many, many}:                   "50",
		{many/1000*104 + many/10000*6, many - many/1000*104 - many/10000*6}: "10",
	} {
		if got := uptime.ShortPercent(share[0], share[1]); got != want {
			t.Errorf("%d of %d: %s, want %s", share[0], share[0]+share[1], got, want)
		}
	}
}

func TestARatioIsOneOnlyWhereNothingIsMissing(t *testing.T) {
	const many = 1_000_000 * uptime.Week
	for name, tt := range map[string]struct {
		f    uptime.Figures
		want bool
	}{
		"nothing down":                   {uptime.Figures{Open: many, Up: many}, true},
		"a microsecond down":             {uptime.Figures{Open: many, Up: many - 1, Down: 1}, false},
		"a microsecond down in one week": {uptime.Figures{Open: uptime.Week, Up: uptime.Week - 1, Down: 1}, false},
	} {
		if ratio, _ := tt.f.Availability(); (ratio == 1) != tt.want || ratio > 1 {
			t.Errorf("%s: availability %v", name, ratio)
		}
	}
	if ratio, _ := (uptime.Figures{Open: many, Up: many - 1}).Coverage(); ratio >= 1 {
		t.Errorf("a microsecond without data: coverage %v", ratio)
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

func TestACountHasASeparatorBeforeEachThreeDigits(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 14_092: "14,092", 999_999: "999,999", 1_234_567: "1,234,567"} {
		if got := uptime.CountText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
