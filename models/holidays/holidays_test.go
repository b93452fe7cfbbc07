package holidays_test

import (
	"slices"
	"testing"
	"time"
	"unicode"

	"lightson/models/holidays"
	"lightson/models/uptime"
)

func on(year int, month time.Month, day int) uptime.Date { return uptime.DateOf(year, month, day) }

// Each was looked up in a calendar of its country.
func TestHolidaysAreOnTheirDates(t *testing.T) {
	for _, want := range []struct {
		country string
		year    int
		month   time.Month
		day     int
		name    string
	}{
		{"US", 2026, time.November, 26, "Thanksgiving Day"},
		{"US", 2023, time.November, 23, "Thanksgiving Day"},
		{"US", 2026, time.July, 4, "Independence Day"},
		{"US", 2026, time.July, 3, "Independence Day (observed)"},
		{"US", 2027, time.December, 31, "New Year's Day (observed)"},
		{"CA", 2026, time.October, 12, "Thanksgiving Day"},
		{"GB", 2026, time.August, 31, "Summer Bank Holiday"},
		{"GB", 2026, time.December, 28, "Boxing Day (observed)"},
		{"DE", 2026, time.October, 3, "German Unity Day"},
		{"FR", 2026, time.July, 14, "Bastille Day"},
		{"NL", 2026, time.April, 27, "King's Day"},
		{"AU", 2026, time.April, 25, "ANZAC Day"},
		{"JP", 2026, time.May, 6, "Constitution Memorial Day (observed)"},
		{"ES", 2024, time.March, 29, "Good Friday"},
		{"BR", 2026, time.September, 7, "Independence Day"},
		{"ZA", 2026, time.April, 6, "Family Day"},
	} {
		country, known := holidays.Find(want.country)
		if !known {
			t.Fatalf("%s is not known", want.country)
		}
		list := country.In(want.year)
		if !slices.Contains(list, holidays.Holiday{Date: on(want.year, want.month, want.day), Name: want.name}) {
			t.Errorf("%s: no %s on %d %s %d in %v", country.Name, want.name, want.day, want.month, want.year, list)
		}
	}
}

func TestEveryCountryHasItsHolidaysInOrderAndInEnglish(t *testing.T) {
	codes := map[string]bool{}
	for n, c := range holidays.Countries {
		if n > 0 && holidays.Countries[n-1].Name >= c.Name || codes[c.Code] || len(c.Code) != 2 {
			t.Errorf("%s (%s) is not in order, or is there twice", c.Name, c.Code)
		}
		codes[c.Code] = true
		for year := holidays.FirstYear; year <= holidays.LastYear; year++ {
			list := c.In(year)
			if len(list) < 6 {
				t.Errorf("%s has only %d holidays in %d", c.Name, len(list), year)
			}
			for n, h := range list {
				if h.Date < on(year, time.January, 1) || h.Date > on(year, time.December, 31) || n > 0 && list[n-1].Date >= h.Date {
					t.Errorf("%s, %d: %s on %s", c.Name, year, h.Name, uptime.DateText(h.Date))
				}
				if i := slices.IndexFunc([]rune(h.Name), func(r rune) bool { return r > unicode.MaxASCII && r != 'á' }); i >= 0 { // Juárez
					t.Errorf("%s: %s has no English name", c.Name, h.Name)
				}
			}
		}
	}
	if len(codes) < 12 {
		t.Errorf("only %d countries are known", len(codes))
	}
}

func TestACountryThatIsNotKnownIsNotFound(t *testing.T) {
	for _, code := range []string{"", "us", "XX", "USA"} {
		if c, found := holidays.Find(code); found {
			t.Errorf("%q is %s", code, c.Name)
		}
	}
}
