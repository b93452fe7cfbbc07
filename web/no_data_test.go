package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// onePoll is enough to report on.
var onePoll = file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"}

// Where no poll ever came in, pages lead to the import and make no report of nothing.
// Scripts get one as ever.
func TestNothingLeadsIntoAnEmptyReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, known := range []string{"no store", "stores that were never polled"} {
			if known != "no store" {
				s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
			}
			for _, target := range []string{"/", "/reports"} {
				_, page := s.get(target)
				if page.Find("main form[action='/reports']").Length() > 0 || page.Find("main a[href='/imports']").Length() == 0 {
					t.Errorf("%s, %s: one can ask for a report: %s", known, target, text(page.Find("main")))
				}
			}
			a := s.ask(http.MethodPost, "/reports", form("key", ""))
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/imports" {
				t.Errorf("%s: %d to %s", known, a.StatusCode, a.Header.Get("Location"))
			}
			if a := s.ask(http.MethodPost, "/reports", asHTMX, form("key", "")); a.Header.Get("HX-Redirect") != "/imports" || a.body != "" {
				t.Errorf("%s: htmx is answered %v %q", known, a.Header, a.body)
			}
			if list, err := s.db.Reports(t.Context(), 0, 1); err != nil || len(list) > 0 {
				t.Errorf("%s: a report was made: %v", known, err)
			}
		}
		a := s.ask(http.MethodPost, "/trigger_report", asScript)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("a script is answered %d", a.StatusCode)
		}
		r := s.report()
		page := s.open("/reports/" + r.ID)
		if got := text(page.Find("main")); strings.Contains(got, "Always closed") || !strings.Contains(got, "There were no polls") || page.Find("#report a[href='/imports']").Length() != 1 {
			t.Errorf("the report of nothing says %s", got)
		}
		if got := s.ask(http.MethodGet, "/get_report/"+r.ID, asScript).body; !strings.HasPrefix(got, "store_id,") {
			t.Errorf("its CSV is %q", got)
		}
	})
}
