package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// newBoundSite is a site on which so many reports may wait.
func newBoundSite(t *testing.T, db *models.DB, limit int) *site {
	t.Helper()
	return newSiteWith(t, db, jobs.Settings{QueueLimit: limit})
}

func TestTheSameReportIsAskedForOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		first, again := trigger(t, s), trigger(t, s)
		if first.ID != again.ID {
			t.Errorf("the same report is %s and %s", first.ID, again.ID)
		}
		s.claim(first.ID)
		if running := trigger(t, s); running.ID != first.ID {
			t.Error("once it runs, there is another")
		}
		if a := decode[jsonReport](t, s.call(http.MethodPost, "/api/v1/reports")); a.ID != first.ID {
			t.Error("the API makes another")
		}
		a := s.ask(http.MethodPost, "/reports", form("key", "a page's"))
		if to := a.Header.Get("Location"); to != "/reports/"+first.ID {
			t.Errorf("the page leads to %s", to)
		}
		if rows := s.ask(http.MethodPost, "/reports", asHTMX, form("key", "another page's")).page(t).Find("#reports tbody tr").Length(); rows != 1 {
			t.Errorf("the page shows %d rows", rows)
		}
		for what, change := range map[string]func(*http.Request){
			"another instant": form("as_of", "2023-01-25T18:00:00Z"), "a key of its own": header("Idempotency-Key", "k"),
		} {
			if other := trigger(t, s, change); other.ID == first.ID {
				t.Errorf("%s is the same report", what)
			}
		}
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n"})
		newer := trigger(t, s)
		if newer.ID == first.ID {
			t.Error("after an import it is the same report")
		}
		s.finish(s.claim(newer.ID))
		if later := trigger(t, s); later.ID == newer.ID {
			t.Error("once it is complete, there is no other")
		}
	})
}

func TestTriggersAtTheSameTimeMakeOneReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ids := make([]string, 40)
		var together sync.WaitGroup
		for n := range ids {
			together.Go(func() {
				r := models.NewReport(models.FromAPI, models.ReportScope{}, "")
				if err := s.jobs.AskReport(context.Background(), r); err != nil {
					t.Error(err)
				}
				ids[n] = r.ID
			})
		}
		together.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("one report is %s and %s", ids[0], id)
			}
		}
		if list, err := s.db.Reports(t.Context(), 0, 100); err != nil || len(list) != 1 {
			t.Errorf("%d reports, %v", len(list), err)
		}
	})
}

func TestBeyondTheLimitOneIsToldToComeBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := newBoundSite(t, db, 3)
		s.load(onePoll)
		asOf := func(n int) func(*http.Request) { return form("as_of", fmt.Sprintf("2023-01-25T18:00:0%dZ", n)) }
		first := trigger(t, s, asOf(0))
		trigger(t, s, asOf(1))
		trigger(t, s, asOf(2))
		const want = "3 reports are already waiting. Please try again in a few seconds."
		contract := s.ask(http.MethodPost, "/trigger_report", asScript, asOf(3))
		if got := refusal(t, contract); !strings.Contains(got, want) {
			t.Errorf("the contract says %q", got)
		}
		api := s.call(http.MethodPost, "/api/v1/reports", asOf(3))
		refused(t, api, http.StatusTooManyRequests, want)
		page := s.ask(http.MethodPost, "/reports", asOf(3))
		part := s.ask(http.MethodPost, "/reports", asHTMX, asOf(3))
		for name, a := range map[string]answer{"contract": contract, "API": api, "page": page, "part": part} {
			if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, want) {
				t.Errorf("%s: status %d, Retry-After %q: %.300s", name, a.StatusCode, a.Header.Get("Retry-After"), a.body)
			}
		}
		if same := trigger(t, s, asOf(0)); same.ID != first.ID {
			t.Error("the one that waits is another")
		}
		s.claim(first.ID)
		trigger(t, s, asOf(3)) // there is room again
	})
}

func TestTwoHundredTriggersLeaveTheServerResponsive(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := newSite(t, db).withDemo()
		s.snapshot()
		working := context.WithoutCancel(t.Context())
		if err := s.jobs.Start(working); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.jobs.Stop(working); err != nil {
				t.Error(err)
			}
		}()
		const many = 200
		ids := make([]string, many)
		began := time.Now()
		var together sync.WaitGroup
		for n := range many {
			together.Go(func() {
				ids[n] = trigger(t, s, form("as_of", fmt.Sprintf("2023-01-25T17:%02d:%02dZ", n/60, n%60))).ID
			})
		}
		asked := make(chan struct{})
		go func() { together.Wait(); close(asked) }()
		slowest, looks := time.Duration(0), 0
		look := func() {
			for _, path := range []string{"/healthz", "/readyz", "/", "/stores", "/reports"} {
				asked := time.Now()
				if a := s.ask(http.MethodGet, path); a.StatusCode != http.StatusOK {
					t.Errorf("GET %s: status %d", path, a.StatusCode)
				}
				slowest, looks = max(slowest, time.Since(asked)), looks+1
			}
		}
		final := func() bool {
			for _, id := range ids {
				if r, err := db.Report(t.Context(), id); err != nil || !r.State.Final() {
					return false
				}
			}
			return true
		}
		for waiting := true; waiting; {
			select {
			case <-asked:
				waiting = false
			default:
			}
			look()
		}
		for end := time.Now().Add(4 * time.Minute); !final(); time.Sleep(50 * time.Millisecond) {
			if look(); time.Now().After(end) {
				t.Fatal("not every report is final")
			}
		}
		if all := time.Since(began); slowest > all/2 {
			t.Errorf("the slowest of %d looks took %s of the %s that the reports did: it waited for them", looks, slowest, all)
		}
		seen := map[string]bool{}
		for _, id := range ids {
			if r, err := db.Report(t.Context(), id); err != nil || r.State != models.Complete || r.Stores != 120 {
				t.Errorf("report %s is %s with %d stores, %v: %s", id, r.State, r.Stores, err, r.Error)
			}
			seen[id] = true
		}
		if len(seen) != many {
			t.Errorf("%d triggers of different reports made %d", many, len(seen))
		}
		t.Logf("%d looks, the slowest took %s", looks, slowest)
	})
}

func TestAnImportIsCancelledFromItsPageAndByScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		upload := func() string {
			a := s.ask(http.MethodPost, "/imports", files(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n"}))
			return strings.TrimPrefix(a.Header.Get("Location"), "/imports/")
		}
		byPage, byScript, taken := upload(), upload(), upload()
		page := s.open("/imports/" + byPage)
		if page.Find("form[method=post][action='/imports/"+byPage+"/cancel'] button").Length() != 1 {
			t.Fatalf("no button to cancel it: %s", text(page.Find("main")))
		}
		if a := s.ask(http.MethodPost, "/imports/"+byPage+"/cancel"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/imports/"+byPage {
			t.Errorf("status %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		if page := s.open("/imports/" + byPage); text(page.Find(".badge-word")) != "Cancelled" || page.Find("main form[method=post]").Length() > 0 {
			t.Errorf("afterwards the page says %s", text(page.Find("main")))
		}
		for range 2 {
			if got := decode[struct{ State string }](t, s.call(http.MethodPost, "/api/v1/imports/"+byScript+"/cancel")); got.State != "cancelled" {
				t.Errorf("by the API it is %s", got.State)
			}
		}
		s.workOffImport(taken)
		refused(t, s.call(http.MethodPost, "/api/v1/imports/"+taken+"/cancel"), 409, "It is complete.")
		refused(t, s.call(http.MethodPost, "/api/v1/imports/00000000-0000-0000-0000-000000000000/cancel"), 404, "No import has the id")
	})
}
