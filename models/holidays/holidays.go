// Package holidays knows the public holidays of some countries, so that special days can
// be chosen from a list.
//
// Dates and rules are those of github.com/rickar/cal. It has names in the language of each
// country; the names here are English, since they become notes that everybody reads. It knows
// nothing of stores and of what is open.
package holidays

import (
	"cmp"
	"slices"
	"time"

	"github.com/rickar/cal/v2"

	"lightson/models/uptime"
	"lightson/models/words"
)

// A Country has public holidays.
type Country struct {
	Code string // ISO 3166-1: "US"
	Name words.Text

	holidays []*cal.Holiday
}

// A Holiday is a date on which people of a country expect stores to be closed, or open at
// other hours.
type Holiday struct {
	Date uptime.Date
	Name string
}

// The years for which holidays are listed: movable ones are computed by the rules of today.
const (
	FirstYear = 2000
	LastYear  = 2099
)

// Find returns the country with a code.
func Find(code string) (Country, bool) {
	n := slices.IndexFunc(Countries, func(c Country) bool { return c.Code == code })
	if n < 0 {
		return Country{}, false
	}
	return Countries[n], true
}

// In are the holidays of a year, by date and each date once. A holiday that is observed on
// another day than its own has both: some stores close on the one and some on the other.
func (c Country) In(year int) []Holiday {
	var found []Holiday
	add := func(day time.Time, name string) {
		if !day.IsZero() && day.Year() == year {
			found = append(found, Holiday{uptime.DateOf(day.Date()), name})
		}
	}
	for _, h := range c.holidays {
		for y := year - 1; y <= year+1; y++ { // New Year's Day may be observed in the year before
			actual, observed := h.Calc(y)
			add(actual, english(h.Name))
			if !observed.Equal(actual) {
				add(observed, english(h.Name)+" (observed)")
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Holiday) int { return cmp.Compare(a.Date, b.Date) })
	return merged(found)
}

// merged makes one of the holidays of a date. Their names are said one after the other.
func merged(sorted []Holiday) []Holiday {
	var once []Holiday
	for _, h := range sorted {
		switch n := len(once); {
		case n == 0 || once[n-1].Date != h.Date:
			once = append(once, h)
		case once[n-1].Name != h.Name:
			once[n-1].Name += ", " + h.Name
		}
	}
	return once
}

// english is the name of a holiday in English.
func english(name string) string { return cmp.Or(inEnglish[name], name) }
