package web_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// A report says how many polls its stores, windows and range were computed from.
func TestPollsReadAreThoseOfTheReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		// Two stores are polled every six hours from 1 to 25 January, 18:00; days are
		// read whole, nine of them before the report's now and two around a range.
		polls := "store_id,status,timestamp_utc\n"
		for hour := modelstest.At("2023-01-01 00:00"); hour <= modelstest.At("2023-01-25 18:00"); hour = hour.Add(6 * uptime.Hour) {
			polls += fmt.Sprintf("1,active,%[1]s\n2,inactive,%[1]s\n", hour.Time().Format("2006-01-02 15:04:05"))
		}
		s.load(file{"polls.csv", polls}, file{"names.csv", "store_id,name,group\n1,One,Solo\n3,Three,Quiet\n"})
		for name, tt := range map[string]struct {
			about []string
			want  int64
		}{
			"everything":             {nil, 2 * 40},
			"a group":                {[]string{"group", "Solo"}, 40},
			"a group without polls":  {[]string{"group", "Quiet"}, 0},
			"an earlier instant":     {[]string{"as_of", "2023-01-24 05:59"}, 2 * (9*4 + 1)},
			"exactly at a poll":      {[]string{"as_of", "2023-01-24 06:00"}, 2 * (9*4 + 2)},
			"before all polls":       {[]string{"as_of", "2022-12-24"}, 0},
			"a range in the week":    {[]string{"from", "2023-01-20", "to", "2023-01-21"}, 2 * 40},
			"a range of all time":    {[]string{"from", "2022-12-01", "to", "2023-01-25"}, 2 * 25 * 4},
			"a range of one day":     {[]string{"from", "2023-01-05", "to", "2023-01-06", "group", "Solo"}, 40 + 4*4},
			"a range after its now":  {[]string{"from", "2023-01-24", "to", "2023-01-25", "as_of", "2023-01-23"}, 2 * (9*4 + 1)},
			"a range of three weeks": {[]string{"from", "2023-01-02 12:00", "to", "2023-01-22 12:00", "group", "Solo"}, 25 * 4},
		} {
			if r := s.asked(tt.about...); r.Polls != tt.want {
				t.Errorf("%s: %d polls, want %d", name, r.Polls, tt.want)
			}
		}
	})
}

// Of those who send a key at once, all with one body get one report, and all
// others are refused.
func TestAKeySentManyTimesAtOnceMakesOneReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"names.csv", "store_id,name,group\n1,One,A\n2,Two,B\n"})
		var (
			wait sync.WaitGroup
			mu   sync.Mutex
			got  = map[int]map[string]int{}
		)
		for n := range 12 {
			wait.Go(func() {
				a := s.ask(http.MethodPost, "/trigger_report", asScript, header("Idempotency-Key", "k"), form("group", string("AB"[n%2])))
				mu.Lock()
				defer mu.Unlock()
				if got[a.StatusCode] == nil {
					got[a.StatusCode] = map[string]int{}
				}
				got[a.StatusCode][a.body]++
			})
		}
		wait.Wait()
		list, err := s.db.Reports(t.Context(), 0, 10)
		if err != nil || len(list) != 1 || len(got) != 2 || len(got[200]) != 1 || len(got[422]) != 1 {
			t.Fatalf("%d reports, %v; %v", len(list), err, got)
		}
		for status, answers := range got {
			for body, count := range answers {
				if count != 6 {
					t.Errorf("%d %s came %d times, want 6", status, body, count)
				}
			}
		}
		if list[0].State != models.Queued {
			t.Errorf("the report is %s", list[0].State)
		}
	})
}
