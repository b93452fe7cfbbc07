package demo

import (
	"slices"
	"testing"
)

func TestEveryKindOfHoursIsThere(t *testing.T) {
	r := usual()
	tests := map[string]func([]hoursRow) bool{
		"split shift": func(rows []hoursRow) bool {
			return somePair(rows, func(a, b hoursRow) bool {
				return a.day == b.day && a.start > "06:00:00" && a.end < b.start
			})
		},
		"cut at midnight": func(rows []hoursRow) bool {
			return somePair(rows, func(a, b hoursRow) bool {
				return a.end >= "23:59:00" && b.start == "00:00:00" && b.end < "06:00:00" && b.day == (a.day+1)%daysInWeek
			})
		},
		"overnight":        someRow(func(r hoursRow) bool { return r.end < r.start && r.end > "00:00:00" }),
		"ends at midnight": someRow(func(r hoursRow) bool { return r.end == "00:00:00" && r.start != r.end }),
		"nine to five":     someRow(func(r hoursRow) bool { return r.start == "09:00:00" && r.end == "17:00:00" }),
		"equal times":      someRow(func(r hoursRow) bool { return r.start == r.end }),
		"around the clock": func(rows []hoursRow) bool {
			return openDays(rows) == 7 && someRow(func(r hoursRow) bool { return r.start == "00:00:00" && r.end == "23:59:59" })(rows)
		},
		"one day closed":  func(rows []hoursRow) bool { return openDays(rows) == 6 },
		"two days closed": func(rows []hoursRow) bool { return openDays(rows) == 5 },
	}
	for name, is := range tests {
		t.Run(name, func(t *testing.T) {
			for _, rows := range r.hours {
				if is(rows) {
					return
				}
			}
			t.Error("no store has such hours")
		})
	}
}

func TestOddStoresKeepTheirShareAmongMany(t *testing.T) {
	r := usual()
	hundreds := r.options.Stores / 100
	noHours, noZone, neverPolled, onlyPolled := 0, 0, 0, 0
	for id := range r.pollsByStore {
		_, zone := r.zones[id]
		_, hours := r.hours[id]
		switch {
		case !zone && !hours:
			onlyPolled++
		case !zone:
			noZone++
		case !hours:
			noHours++
		}
	}
	for id := range r.zones {
		if len(r.pollsByStore[id]) == 0 {
			neverPolled++
		}
	}
	for _, tt := range []struct {
		name                string
		got, ofEveryHundred int
	}{
		{"without hours", noHours, 5},
		{"without a zone", noZone, 2},
		{"never polled", neverPolled, 2},
		{"known from polls only", onlyPolled, 1},
	} {
		if want := tt.ofEveryHundred * hundreds; tt.got != want {
			t.Errorf("%d stores are %s, want %d", tt.got, tt.name, want)
		}
	}
}

func TestEveryStoreHasARowSomewhere(t *testing.T) {
	r := usual()
	known := map[string]bool{}
	for id := range r.pollsByStore {
		known[id] = true
	}
	for id := range r.zones {
		known[id] = true
	}
	for id := range r.hours {
		known[id] = true
	}
	if len(known) != r.options.Stores {
		t.Errorf("%d stores are in the feeds, want %d", len(known), r.options.Stores)
	}
}

func TestThirtyStoresShowEveryOddity(t *testing.T) {
	shown := map[oddity]bool{}
	for n := range 30 {
		shown[oddityOf(n)] = true
	}
	for o := plain; o <= offlineNow; o++ {
		if !shown[o] {
			t.Errorf("oddity %d is not among the first thirty stores", o)
		}
	}
}

func someRow(is func(hoursRow) bool) func([]hoursRow) bool {
	return func(rows []hoursRow) bool { return slices.ContainsFunc(rows, is) }
}

func somePair(rows []hoursRow, are func(a, b hoursRow) bool) bool {
	for _, a := range rows {
		if someRow(func(b hoursRow) bool { return are(a, b) })(rows) {
			return true
		}
	}
	return false
}

func openDays(rows []hoursRow) int {
	days := map[int]bool{}
	for _, r := range rows {
		days[r.day] = true
	}
	return len(days)
}
