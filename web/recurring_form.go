package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightson/models/figures"
	"lightson/models/words"
	"lightson/views"
)

// What the forms of things that happen at set times have in common.

// parseTimeOfDay reads a time of the day, in seconds.
func parseTimeOfDay(field, text string) (seconds int, err error) {
	text = strings.TrimSpace(text)
	seconds, ok := parseClock(text)
	if !ok {
		return 0, sayField(field, words.Later("Enter a time such as 07:00."))
	}
	return seconds, nil
}

// parseDay reads the number of a day. said is the sentence for people where it is none.
func parseDay(field string, said words.Text, text string) (int, error) {
	text = strings.TrimSpace(text)
	day, err := strconv.Atoi(text)
	switch {
	case err == nil:
		return day, nil
	case text == "":
		return 0, sayField(field, words.Later(said, "found", words.Text("nothing|was found")))
	default:
		return 0, sayField(field, words.Later(said, "found", text))
	}
}

// weekdayOptions are the days of the week, from 0 for Monday.
func weekdayOptions(w spoken, chosen string) (options []views.Option) {
	for n := range 7 {
		name := w.Weekday(time.Weekday((n + 1) % 7))
		options = append(options, views.Option{Value: strconv.Itoa(n), Text: upperFirst(name), Selected: strconv.Itoa(n) == chosen})
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
