package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A device without a clock sends 1970-01-01 00:00 UTC. It is an instant like others.
func TestTheEpochIsShownAsAnInstant(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,1970-01-01 00:00:00 UTC\na,active,1969-12-31 12:00:00 UTC\nb,inactive,1970-01-01 00:00:00 UTC\n"})
		const epoch = "1970-01-01T00:00:00.000000Z"
		store := decode[struct {
			AsOf, Since *time.Time
			State       string
		}](t, s.call(http.MethodGet, "/api/v1/stores/a"))
		if store.State != "online" || store.Since == nil {
			t.Errorf("store a: %+v", store)
		}
		for target, want := range map[string]string{
			"/api/v1/stores":            `"as_of":"` + epoch + `"`,
			"/api/v1/stores/b":          `"as_of":"` + epoch + `"`,
			"/api/v1/stores/b/timeline": `"at":"` + epoch + `"`,
			"/api/v1/stores/b/days":     `"date":"1969-12-31"`,
			"/api/v1/groups":            `"as_of":"` + epoch + `"`,
			"/api/v1/quality":           `"as_of":"` + epoch + `"`,
		} {
			if a := s.call(http.MethodGet, target); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
				t.Errorf("%s: status %d, want %s in %s", target, a.StatusCode, want, a.body)
			}
		}
		for _, target := range []string{"/", "/stores", "/stores/a"} {
			if got := text(s.open(target).Find(".asof")); !strings.Contains(got, "1 Jan 1970, 00:00 UTC") {
				t.Errorf("%s: data as of %q", target, got)
			}
		}
		if rows := s.open("/stores/b").Find("#ninety tbody tr").Length(); rows == 0 {
			t.Error("the store has no history")
		}

		r := trigger(t, s, form("as_of", "1970-01-01T00:00:00Z"))
		earlier := trigger(t, s, form("as_of", "1969-12-31T18:00:00Z"))
		newest := trigger(t, s)
		if r.ID == newest.ID || earlier.ID == newest.ID {
			t.Error("a report of an instant and one of the newest poll are the same")
		}
		s.finishAll()
		for id, want := range map[string]string{
			r.ID:       "a,60.00,24.00,36.00,0.00,0.00,0.00",
			earlier.ID: "b,0.00,0.00,0.00,0.00,0.00,0.00",
			newest.ID:  "b,0.00,0.00,0.00,60.00,24.00,24.00",
		} {
			if csv := s.ask(http.MethodGet, "/get_report/"+id).body; !strings.Contains(csv, want) {
				t.Errorf("report:\n%s\nwant a row %s", csv, want)
			}
		}
		if a := s.call(http.MethodGet, "/api/v1/reports/"+r.ID); !strings.Contains(a.body, `"asked_as_of":"`+epoch+`"`) || !strings.Contains(a.body, `"as_of":"`+epoch+`"`) {
			t.Errorf("report: %s", a.body)
		}
		a := s.call(http.MethodPost, "/api/v1/reports", body("application/json", `{"from":"1969-12-31T00:00:00Z","to":"1970-01-01T00:00:00Z"}`))
		if a.StatusCode != http.StatusCreated && a.StatusCode != http.StatusAccepted || !strings.Contains(a.body, `"to":"`+epoch+`"`) {
			t.Errorf("a range until the epoch: %d %s", a.StatusCode, a.body)
		}
	})
}
