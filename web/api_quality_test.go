package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/figures"
)

type jsonQuality struct {
	Hours  int
	Checks []struct {
		Check, Title, Meaning string
		Count                 int64
	}
}

type jsonFound struct {
	Check      string
	Total      int64
	Found      []json.RawMessage
	NextCursor *string `json:"next_cursor"`
}

func TestAPIQuality(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if got := decode[jsonQuality](t, s.call(http.MethodGet, "/api/v1/quality")); len(got.Checks) != len(figures.Checks) || got.Checks[0].Count != 0 {
			t.Errorf("of nothing: %+v", got)
		}
		i := s.load(oddFiles()...)
		quality := decode[jsonQuality](t, s.call(http.MethodGet, "/api/v1/quality?hours=21"))
		if quality.Hours != 21 {
			t.Errorf("%d hours", quality.Hours)
		}
		const bare = `{"id":"bare","name":null,"group":null,"city":null}`
		want := map[string]string{
			"no_hours":      bare,
			"no_zone":       bare,
			"never_polled":  `{"id":"idle","name":"Idle","group":null,"city":null,"known_from":["business hours","time zones","store names"]}`,
			"silent":        `{"id":"quiet","name":null,"group":null,"city":null,"last_poll_at":"2023-01-24T20:00:00.000000Z","silent_us":79200000000,"open_since":"2023-01-25T10:00:00.000000Z","open_us":21600000000}`,
			"conflicts":     `{"import":"` + i.ID + `","created_at":"` + stampOf(i) + `","conflicting":1,"conflicts":[{"store":"bare","at":"2023-01-25T17:00:00.000000Z"}]}`,
			"outside_hours": `{"id":"quiet","name":null,"group":null,"city":null,"polls":2,"outside":1}`,
			"odd_hours":     `{"id":"idle","name":"Idle","group":null,"city":null,"hours_total":1,"hours":[{"day":0,"start":"09:00:00","end":"09:01:00","length_us":60000000,"faults":["too_short"]}]}`,
			"odd_ids":       `{"id":"2.0","name":null,"group":null,"city":null,"fault":"decimal","meaning":"a decimal point that a spreadsheet or a program added to a whole number","invisible":"","looks_like":null}`,
			"no_group":      `{"id":"idle","name":"Idle","group":null,"city":null}`,
		}
		got := map[string]string{}
		for _, check := range quality.Checks {
			a := s.call(http.MethodGet, "/api/v1/quality/"+check.Check+"?hours=21")
			found := decode[jsonFound](t, a)
			if found.Total != 1 || check.Count != 1 || len(found.Found) != 1 || found.NextCursor != nil || check.Title == "" || check.Meaning == "" {
				t.Errorf("%s: %+v, %+v", check.Check, check, found)
				continue
			}
			got[check.Check] = string(found.Found[0])
			csv := s.call(http.MethodGet, "/api/v1/quality/"+check.Check+"?hours=21", header("Accept", "text/csv"))
			if rows := records(t, csv); len(rows) != 2 || !strings.Contains(csv.Header.Get("Content-Disposition"), check.Check+".csv") {
				t.Errorf("%s as CSV: %v", check.Check, rows)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
	})
}

func stampOf(i models.Import) string {
	return i.CreatedAt.Time().UTC().Format("2006-01-02T15:04:05.000000Z")
}

func TestAPIQualityInPieces(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		poll := func(store int, status string) string {
			return fmt.Sprintf("%d,%s,2023-01-25 18:00:00 UTC\n", store, status)
		}
		const header = "store_id,status,timestamp_utc\n"
		for n := range 5 {
			s.load(file{"polls.csv", header + poll(n, "active") + poll(n, "inactive")})
		}
		for _, check := range []string{"no_zone", "conflicts"} {
			seen := map[string]bool{}
			target := "/api/v1/quality/" + check + "?limit=2"
			for range 3 {
				found := decode[jsonFound](t, s.call(http.MethodGet, target))
				for _, item := range found.Found {
					seen[string(item)] = true
				}
				if found.Total != 5 {
					t.Errorf("%s: %d in all", check, found.Total)
				}
				if found.NextCursor == nil {
					target = ""
					break
				}
				target = "/api/v1/quality/" + check + "?limit=2&cursor=" + url.QueryEscape(*found.NextCursor)
			}
			if len(seen) != 5 || target != "" {
				t.Errorf("%s: %d items in three pieces: %v", check, len(seen), seen)
			}
		}
		first := decode[jsonFound](t, s.call(http.MethodGet, "/api/v1/quality/no_zone?limit=2"))
		for target, want := range map[string]int{
			"/api/v1/quality/no_hours?cursor=": http.StatusBadRequest, // a cursor of another list
			"/api/v1/quality/no_zone?cursor=":  http.StatusOK,         // although the data changed
		} {
			s.load(file{"polls.csv", header + poll(6, "active") + poll(7+want, "active")})
			if a := s.call(http.MethodGet, target+url.QueryEscape(*first.NextCursor)); a.StatusCode != want {
				t.Errorf("%s: %d, want %d", target, a.StatusCode, want)
			}
		}
	})
}
