package reports_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// A storeCase is one of the agreed examples, from the text of the files to the
// text of the report. Its name is the id of its store.
type storeCase struct {
	name, zone string
	hours      []string // "Mon 09:00-12:00", "daily 09:00-17:00"
	polls      []string // "2023-01-23 16:14 a", or "every 1h"
	asOf       string

	up, down, noData string // last hour in minutes, day and week in hours
}

const (
	chicago = "America/Chicago"
	allZero = "0.00 / 0.00 / 0.00"
)

var storeCases = []storeCase{
	{"1 two polls in one opening", chicago, []string{"Mon 09:00-12:00"},
		[]string{"2023-01-23 16:14 a", "2023-01-23 17:15 i"}, "2023-01-23 18:00",
		"15.00 / 2.25 / 2.25", "45.00 / 0.75 / 0.75", allZero},
	{"2a Chicago in winter", "", []string{"daily 09:00-17:00"},
		[]string{"2023-01-23 15:10 a"}, "2023-01-23 15:30",
		"30.00 / 0.50 / 0.50", allZero, "0.00 / 7.50 / 55.50"},
	{"2b Phoenix in summer", "America/Phoenix", []string{"daily 09:00-17:00"},
		[]string{"2023-07-10 16:10 a"}, "2023-07-10 16:30",
		"30.00 / 0.50 / 0.50", allZero, "0.00 / 7.50 / 55.50"},
	{"3a a short night", chicago, []string{"daily 00:00-06:00"},
		[]string{"every 1h"}, "2023-03-12 17:00",
		"0.00 / 5.00 / 41.00", allZero, allZero},
	{"3b a long night", chicago, []string{"daily 00:00-06:00"},
		[]string{"every 1h"}, "2023-11-05 18:00",
		"0.00 / 7.00 / 43.00", allZero, allZero},
	{"3c opens in the gap", chicago, []string{"daily 02:30-10:00"},
		[]string{"every 1h"}, "2023-03-12 17:00",
		"0.00 / 6.50 / 51.50", allZero, allZero},
	{"3d closes in the hour that occurs twice", chicago, []string{"daily 22:00-01:30"},
		[]string{"every 30m"}, "2023-11-05 18:00",
		"0.00 / 3.50 / 24.50", allZero, allZero},
	{"3e always open over a clock change", chicago, nil,
		[]string{"every 1h"}, "2023-03-15 17:00",
		"60.00 / 24.00 / 168.00", allZero, allZero},
	{"4 split shift", chicago, []string{"Tue 11:00-14:00", "Tue 17:00-22:00"},
		[]string{"2023-01-24 17:30 a", "2023-01-24 19:00 i", "2023-01-25 00:00 a", "2023-01-25 02:00 i"}, "2023-01-25 06:00",
		"0.00 / 5.00 / 5.00", "0.00 / 3.00 / 3.00", allZero},
	{"5 closed at weekends", chicago,
		[]string{"Mon 09:00-17:00", "Tue 09:00-17:00", "Wed 09:00-17:00", "Thu 09:00-17:00", "Fri 09:00-17:00"},
		[]string{"every 1h"}, "2023-01-22 18:00",
		"0.00 / 0.00 / 40.00", allZero, allZero},
	{"6a overnight", chicago, []string{"Fri 18:00-02:00"},
		[]string{"2023-01-21 01:00 a", "2023-01-21 06:30 i"}, "2023-01-21 07:00",
		"30.00 / 6.50 / 6.50", "30.00 / 0.50 / 0.50", "0.00 / 0.00 / 1.00"},
	{"6b overnight in two rows", chicago, []string{"Fri 18:00-23:59:59", "Sat 00:00-02:00"},
		[]string{"2023-01-21 01:00 a", "2023-01-21 06:30 i"}, "2023-01-21 07:00",
		"30.00 / 6.50 / 6.50", "30.00 / 0.50 / 0.50", "0.00 / 0.00 / 1.00"},
	{"7a at a crooked time", chicago, nil,
		[]string{"every 1h"}, "2023-01-25 18:13:22.47922",
		"60.00 / 24.00 / 168.00", allZero, allZero},
	{"7c equal times are 24 hours", chicago, []string{"daily 00:00:00-00:00:00"},
		[]string{"every 1h"}, "2023-01-25 18:00",
		"60.00 / 24.00 / 168.00", allZero, allZero},
	{"8 a poll reaches 24 hours", chicago, nil,
		[]string{"2023-01-24 12:00 a"}, "2023-01-25 18:00",
		"0.00 / 18.00 / 48.00", allZero, "60.00 / 6.00 / 120.00"},
	{"9 no poll in the last hour", chicago, nil,
		[]string{"2023-01-25 15:45 i", "2023-01-25 16:45 a"}, "2023-01-25 18:00",
		"60.00 / 1.25 / 1.25", "0.00 / 22.75 / 25.00", "0.00 / 0.00 / 141.75"},
	{"10 a poll while closed", chicago, []string{"daily 09:00-17:00"},
		[]string{"2023-01-23 22:00 a", "2023-01-24 09:00 i", "2023-01-24 15:30 a"}, "2023-01-24 16:00",
		"60.00 / 8.00 / 9.00", allZero, "0.00 / 0.00 / 47.00"},
	{"11 polls at open and at close", chicago, []string{"Mon 09:00-17:00"},
		[]string{"2023-01-23 15:00 a", "2023-01-23 23:00 i"}, "2023-01-23 23:30",
		"30.00 / 8.00 / 8.00", allZero, allZero},
	{"14 less than a minute", chicago, nil,
		[]string{"2023-01-25 17:00 a", "2023-01-25 17:59:15 i"}, "2023-01-25 18:00",
		"59.25 / 23.99 / 24.99", "0.75 / 0.01 / 0.01", "0.00 / 0.00 / 143.00"},
	{"15 the local day is not the UTC day", chicago, []string{"Mon 20:00-22:00"},
		[]string{"2023-01-24 03:00 a"}, "2023-01-24 03:30",
		"60.00 / 1.50 / 1.50", allZero, "0.00 / 0.00 / 0.50"},
	{"19 a poll only at the as-of instant", chicago, nil,
		[]string{"2023-01-25 18:00 a"}, "2023-01-25 18:00",
		"60.00 / 24.00 / 24.00", allZero, "0.00 / 0.00 / 144.00"},
	{"20 no polls at all", chicago, []string{"daily 09:00-17:00"},
		nil, "2023-01-25 18:00",
		allZero, allZero, "60.00 / 8.00 / 56.00"},
	{"21 midnight is missing in Beirut", "Asia/Beirut", []string{"daily 00:00-06:00"},
		[]string{"every 30m"}, "2023-03-26 12:00",
		"0.00 / 5.00 / 41.00", allZero, allZero},
}

func (c storeCase) pollRows() []string {
	var rows []string
	add := func(at string, state byte) {
		status := map[byte]string{'a': "active", 'i': "inactive"}[state]
		rows = append(rows, c.name+","+status+","+at+" UTC")
	}
	for _, poll := range c.polls {
		if step, ok := strings.CutPrefix(poll, "every "); ok {
			every, err := time.ParseDuration(step)
			if err != nil {
				panic(err)
			}
			last := at(c.asOf).Time().Truncate(every)
			for t := last.AddDate(0, 0, -10); !t.After(last); t = t.Add(every) {
				add(t.Format("2006-01-02 15:04:05"), 'a')
			}
			continue
		}
		add(stamp(at(poll[:len(poll)-2]))[:len("2006-01-02 15:04:05")], poll[len(poll)-1])
	}
	return rows
}

func (c storeCase) hoursRows() []string {
	var rows []string
	for _, line := range c.hours {
		day, times, _ := strings.Cut(line, " ")
		start, end, _ := strings.Cut(times, "-")
		for n, name := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
			if day == name || day == "daily" {
				rows = append(rows, fmt.Sprintf("%s,%d,%s,%s", c.name, n, start, end))
			}
		}
	}
	return rows
}

func TestTheAgreedCasesFromTextToText(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var polls, hours, zones []string
		for _, c := range storeCases {
			polls = append(polls, c.pollRows()...)
			hours = append(hours, c.hoursRows()...)
			if c.zone != "" {
				zones = append(zones, c.name+","+c.zone)
			}
		}
		load(t, db, pollsFile(polls...), hoursFile(hours...), zonesFile(zones...))
		for _, c := range storeCases {
			t.Run(c.name, func(t *testing.T) {
				report, details := csvs(t, snapshotAt(t, db, at(c.asOf)))
				row := modelstest.RowOf(t, report, c.name)
				if got := strings.Join(row[1:4], " / "); got != c.up {
					t.Errorf("up = %s, want %s", got, c.up)
				}
				if got := strings.Join(row[4:7], " / "); got != c.down {
					t.Errorf("down = %s, want %s", got, c.down)
				}
				if got := columnsOf(t, details, c.name, "no_data_last_hour", "no_data_last_day", "no_data_last_week"); got != c.noData {
					t.Errorf("no data = %s, want %s", got, c.noData)
				}
				if got := columnsOf(t, details, c.name, "open_last_week"); !sumsUp(t, details, c.name) {
					t.Errorf("up, down and no data are not the %s hours open", got)
				}
			})
		}
	})
}

// sumsUp reports whether the parts of the week are the whole, as printed: each
// of them may be rounded by half a hundredth.
func sumsUp(t *testing.T, details, store string) bool {
	t.Helper()
	var open, up, down, noData float64
	text := columnsOf(t, details, store, "open_last_week", "uptime_last_week", "downtime_last_week", "no_data_last_week")
	if _, err := fmt.Sscanf(text, "%f / %f / %f / %f", &open, &up, &down, &noData); err != nil {
		t.Fatal(err)
	}
	difference := open - up - down - noData
	return -0.02 < difference && difference < 0.02
}

// Of the cases no zone may be left to chance: one is assumed, the others given.
func TestDetailsTellWhatWasGivenAndWhatAssumed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db,
			pollsFile("polled,active,2023-01-25 18:00:00 UTC"),
			hoursFile("both,0,09:00,17:00", "hours,0,09:00,17:00"),
			zonesFile("both,Asia/Beirut", "zone,Europe/Berlin"))
		_, details := csvs(t, snapshotAt(t, db, 0))
		for store, want := range map[string]string{
			"both":   "Asia/Beirut / given / given",
			"hours":  "America/Chicago / assumed / given",
			"polled": "America/Chicago / assumed / assumed",
			"zone":   "Europe/Berlin / given / assumed",
		} {
			if got := columnsOf(t, details, store, "timezone", "timezone_source", "hours_source"); got != want {
				t.Errorf("%s: %s, want %s", store, got, want)
			}
		}
		if got := columnsOf(t, details, "zone", "availability_last_week", "coverage_last_week"); got != "— / 0.00" {
			t.Errorf("never seen: availability and coverage = %s", got)
		}
	})
}
