package web_test

import (
	"strings"
	"testing"
)

// The page says of an end what the engine computes with: 23:59 means the midnight of
// the day, also where the store opens after it.
func TestThePageReadsHoursAsTheEngineDoes(t *testing.T) {
	s := onSQLite(t)
	s.load(
		file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"},
		file{"hours.csv", "store_id,day,start_time_local,end_time_local\n" +
			"a,0,23:59:30,23:59:00\na,1,23:59:00,23:59:00\na,2,18:00,02:00\na,3,18:00,00:00\na,4,09:00,23:59:59\n"},
		file{"zones.csv", "store_id,timezone_str\na,UTC\n"})
	page := text(s.open("/stores/a").Find("table.hours"))
	for _, want := range []string{"23:59:30–23:59Tuesday", "23:59–23:59 (next day)", "18:00–02:00 (next day)", "18:00–00:00 (next day)", "09:00–23:59:59Saturday"} {
		if !strings.Contains(page, want) {
			t.Errorf("the hours are %q, want %q among them", page, want)
		}
	}
	snapshot := s.snapshot()
	for _, opening := range snapshot.Openings(0) {
		if from := opening.From.Time().Format("Mon 15:04:05"); from == "Mon 23:59:30" {
			if to := opening.To.Time().Format("Mon 15:04:05"); to != "Tue 00:00:00" {
				t.Errorf("the opening of Monday ends on %s", to)
			}
			return
		}
	}
	t.Error("there is no opening on Monday")
}
