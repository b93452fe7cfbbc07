package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lightson/models/figures"
	"lightson/views"
)

// What the forms of things that happen at set times have in common.

// parseTimeOfDay reads a time of the day, in seconds.
func parseTimeOfDay(field, text string) (seconds int, err error) {
	text = strings.TrimSpace(text)
	seconds, ok := parseClock(text)
	if !ok {
		return 0, sayField(field, "Enter a time such as 07:00.")
	}
	return seconds, nil
}

// parseDay reads the number of a day.
func parseDay(field, expected, text string) (int, error) {
	text = strings.TrimSpace(text)
	day, err := strconv.Atoi(text)
	if err != nil {
		return 0, badField(field, expected, cmp.Or(text, "nothing"))
	}
	return day, nil
}

// weekdayOptions are the days of the week, from 0 for Monday.
func weekdayOptions(chosen string) (options []views.Option) {
	for n, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		options = append(options, views.Option{Value: strconv.Itoa(n), Text: name, Selected: strconv.Itoa(n) == chosen})
	}
	return options
}

// zonesOf are the zones of the stores of a snapshot, the most frequent first.
func zonesOf(s *figures.Snapshot) (zones []string) {
	count := map[string]int{}
	for n := range s.Stores {
		count[s.Stores[n].ZoneName()]++
	}
	for zone := range count {
		zones = append(zones, zone)
	}
	slices.SortFunc(zones, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	return zones
}

// suggestedZone is the zone that a form shows before one is typed: that of the stores, where
// they have one.
func suggestedZone(zones []string) string {
	if len(zones) == 1 {
		return zones[0]
	}
	return ""
}
