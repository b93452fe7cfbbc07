package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/words"
)

// decode reads a JSON answer.
func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Errorf("Content-Type = %q, want JSON", got)
	}
	var v T
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// refusal is the sentence that a script gets instead of what it asked for.
func refusal(t *testing.T, a answer) string {
	t.Helper()
	return decode[struct{ Error string }](t, a).Error
}

// trigger asks for a report and returns it.
func trigger(t *testing.T, s *site, changes ...func(*http.Request)) models.Report {
	t.Helper()
	a := s.ask(http.MethodPost, "/trigger_report", append([]func(*http.Request){asScript}, changes...)...)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
	id := decode[map[string]string](t, a)["report_id"]
	if got, want := a.Header.Get("Location"), "/get_report/"+id; got != want {
		t.Errorf("Location = %q, want %q", got, want)
	}
	if got := a.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After = %q, want 1", got)
	}
	r, err := s.db.Report(t.Context(), id)
	if err != nil {
		t.Fatal("the id that was answered is not there:", err)
	}
	return r
}

func TestTriggerReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const asOf = "2023-01-25T18:00:00Z"
		for name, tt := range map[string]struct {
			change func(*http.Request)
			want   string
		}{
			"nothing":                  {asScript, ""},
			"an empty form":            {form(), ""},
			"an empty as_of":           {form("as_of", " "), ""},
			"JSON of nothing":          {body("application/json", ""), ""},
			"JSON without as_of":       {body("application/json", "{}"), ""},
			"JSON with what we ignore": {body("application/json", `{"store": 7}`), ""},
			"JSON null":                {body("application/json", `{"as_of": null}`), ""},
			"a form":                   {form("as_of", "2023-01-25 18:00"), asOf},
			"a form, to the second":    {form("as_of", "2023-01-25 18:00:00 UTC"), asOf},
			"JSON":                     {body("application/json", `{"as_of": "2023-01-25T18:00:00Z"}`), asOf},
			"JSON with a charset":      {body("application/json; charset=utf-8", `{"as_of": "2023-01-25T18:00:00Z"}`), asOf},
			"JSON in another zone":     {body("application/json", `{"as_of": "2023-01-25T12:00:00-06:00"}`), asOf},
			"JSON to the microsecond":  {body("application/json", `{"as_of": "2023-01-25T18:00:00.000001Z"}`), "2023-01-25T18:00:00.000001Z"},
			"a body of no stated type": {func(r *http.Request) { body("", "hello")(r); r.Header.Del("Content-Type") }, ""},
			"the query of the address": {func(r *http.Request) { r.URL.RawQuery = "as_of=2023-01-25" }, "2023-01-25T00:00:00Z"},
			"the beginning of 1970":    {form("as_of", "1970-01-01"), "1970-01-01T00:00:00Z"},
			"JSON of that instant":     {body("application/json", `{"as_of": "1970-01-01T00:00:00Z"}`), "1970-01-01T00:00:00Z"},
			"before 1970":              {form("as_of", "1969-07-20 20:17"), "1969-07-20T20:17:00Z"},
			"a clock that is behind":   {form("as_of", "2023-01-25T18:45:22Z"), "2023-01-25T18:45:22Z"},
		} {
			r := trigger(t, s, tt.change)
			got := ""
			if r.AskedAsOf.Known {
				got = r.AskedAsOf.At.Time().Format("2006-01-02T15:04:05.999999Z")
			}
			if got != tt.want || r.State != models.Queued || r.Source != models.FromAPI {
				t.Errorf("%s: as of %q, want %q; %s, from %s", name, got, tt.want, r.State, r.Source)
			}
		}
	})
}

func TestTriggerReportSaysWhatIsWrong(t *testing.T) {
	s := onSQLite(t)
	for name, tt := range map[string]struct {
		change func(*http.Request)
		status int
		want   string
	}{
		"words":            {form("as_of", "yesterday"), 400, "expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found yesterday"},
		"words in JSON":    {body("application/json", `{"as_of": "25/1/23"}`), 400, "found 25/1/23"},
		"a date gone by":   {form("as_of", "0000-12-31"), 400, "expected a time after year 0"},
		"the future":       {form("as_of", "2023-01-27"), 400, "not in the future, found 2023-01-27"},
		"the near future":  {body("application/json", `{"as_of": "2023-01-25T18:46:00Z"}`), 400, "not in the future, found 2023-01-25T18:46:00Z"},
		"a missing group":  {form("group", "Nobody's"), 400, "group: expected the name of a group that has stores, found Nobody's"},
		"a group of bytes": {body("application/json", `{"group": "a\u0000"}`), 400, "group: expected the name"},
		"no UTF-8":         {form("group", "\xff"), 400, "group: expected the name"},
		"no such day":      {form("as_of", "2023-02-30"), 400, "found 2023-02-30"},
		"a number":         {body("application/json", `{"as_of": 7}`), 400, "Expected a form or JSON"},
		"broken JSON":      {body("application/json", `{"as_of": `), 400, "Expected a form or JSON"},
		"a list":           {body("application/json", `[]`), 400, "Expected a form or JSON"},
		"two objects":      {body("application/json", `{"as_of": "2023-01-25T18:00:00Z"}{"group": "A"}`), 400, "Expected a form or JSON"},
		"a broken form":    {body("application/x-www-form-urlencoded", "as_of=%zz"), 400, "Expected a form or JSON"},
		"a body too large": {body("application/json", `{"as_of": "`+strings.Repeat("x", 70_000)+`"}`), 413, "At most 66 kB"},
		"a form too large": {body("application/x-www-form-urlencoded", strings.Repeat("x", 70_000)), 413, "At most 66 kB"},
	} {
		a := s.ask(http.MethodPost, "/trigger_report", asScript, tt.change)
		if got := refusal(t, a); a.StatusCode != tt.status || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %d %q, want %d %q", name, a.StatusCode, got, tt.status, tt.want)
		}
	}
	if reports, err := s.db.Reports(t.Context(), 0, 10); err != nil || len(reports) > 0 {
		t.Errorf("%d reports were asked for, error %v", len(reports), err)
	}
}

func TestIdempotencyKeyMakesOneReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		key := header("Idempotency-Key", "nightly-2023-01-25")
		first, again := trigger(t, s, key), trigger(t, s, key)
		if first.ID != again.ID {
			t.Errorf("the same key made %s and %s", first.ID, again.ID)
		}
		if other := trigger(t, s, header("Idempotency-Key", "another")); other.ID == first.ID {
			t.Error("another key made the same report")
		}
		s.finish(s.claim(first.ID))
		if late := trigger(t, s, key); late.ID != first.ID {
			t.Error("once the report is complete, its key makes another")
		}
	})
}

func TestLookingAtTriggerReportStartsNothing(t *testing.T) {
	s := onSQLite(t)
	browser, script := s.ask(http.MethodGet, "/trigger_report"), s.ask(http.MethodGet, "/trigger_report", asScript)
	for name, a := range map[string]answer{"browser": browser, "script": script} {
		if a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "POST" {
			t.Errorf("%s: status %d, Allow %q, want 405 and POST", name, a.StatusCode, a.Header.Get("Allow"))
		}
	}
	if got := refusal(t, script); !strings.Contains(got, "Use POST") {
		t.Errorf("a script is told %q", got)
	}
	page := browser.page(t)
	if page.Find("form[method=post][action='/reports'] button").Length() != 1 {
		t.Error("a browser gets no button")
	}
	if reports, err := s.db.Reports(t.Context(), 0, 10); err != nil || len(reports) > 0 {
		t.Errorf("%d reports were asked for, error %v", len(reports), err)
	}
}

// bothForms are the two addresses of a report for scripts.
func bothForms(id string) []string {
	return []string{"/get_report?report_id=" + id, "/get_report/" + id}
}

type status struct {
	Status      string
	ReportID    string `json:"report_id"`
	State       string
	Error       string
	DownloadURL string `json:"download_url"`
	DetailsURL  string `json:"details_url"`
	AsOf        string `json:"as_of"`
	Stores      int
	NoData      int `json:"stores_without_data"`
	Progress    *struct{ Done, Total int }
}

func TestGetReportUntilItIsComplete(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		id := s.askReport()
		unfinished := func(state string, done, total int) {
			t.Helper()
			for _, target := range bothForms(id) {
				a := s.ask(http.MethodGet, target, asScript)
				got := decode[status](t, a)
				if a.StatusCode != http.StatusOK || got.Status != "Running" || got.State != state || got.ReportID != id {
					t.Errorf("%s: %d %+v", target, a.StatusCode, got)
				}
				if got.Progress == nil || got.Progress.Done != done || got.Progress.Total != total {
					t.Errorf("%s: progress %+v, want %d of %d", target, got.Progress, done, total)
				}
				if a.Header.Get("Retry-After") != "1" || a.Header.Get("X-Report-Status") != state {
					t.Errorf("%s: headers %v", target, a.Header)
				}
			}
		}
		unfinished("Queued", 0, 0)
		attempt := s.claim(id)
		unfinished("Running", 0, 0)
		if err := s.db.Beat(t.Context(), attempt, 60, 120); err != nil {
			t.Fatal(err)
		}
		unfinished("Running", 60, 120)
		report := s.finish(attempt)

		var csv strings.Builder
		if err := reports.WriteCSV(&csv, false, reports.Rows(t.Context(), s.db, id)); err != nil {
			t.Fatal(err)
		}
		for _, target := range bothForms(id) {
			a := s.ask(http.MethodGet, target, asScript)
			if a.StatusCode != http.StatusOK || a.body != csv.String() {
				t.Errorf("%s: %d with %d bytes, want the %d of the report", target, a.StatusCode, len(a.body), csv.Len())
			}
			for name, want := range map[string]string{
				"Content-Type":        "text/csv; charset=utf-8",
				"Content-Disposition": `attachment; filename="` + id + `.csv"`,
				"Content-Length":      strconv.Itoa(csv.Len()),
				"X-Report-Status":     "Complete",
				"Retry-After":         "",
			} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s: %s = %q, want %q", target, name, got, want)
				}
			}
			got := decode[status](t, s.ask(http.MethodGet, target, header("Accept", "application/json")))
			if at, err := time.Parse(time.RFC3339Nano, got.AsOf); err != nil || !at.Equal(demoOptions().Until) {
				t.Errorf("%s: as_of = %q", target, got.AsOf)
			}
			want := status{
				Status: "Complete", ReportID: id, State: "Complete", AsOf: got.AsOf,
				Stores: 120, NoData: int(report.NoData),
				DownloadURL: "/reports/" + id + "/report.csv",
				DetailsURL:  "/reports/" + id + "/details.csv",
			}
			if got != want {
				t.Errorf("%s: as JSON %+v, want %+v", target, got, want)
			}
			if a := s.ask(http.MethodGet, got.DownloadURL, asScript); a.body != csv.String() {
				t.Errorf("%s is not the report", got.DownloadURL)
			}
		}
		if !strings.HasPrefix(csv.String(), "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n") ||
			strings.Count(csv.String(), "\n") != 121 || strings.Contains(csv.String(), "\r") {
			t.Errorf("the CSV is %d lines and begins %.200s", strings.Count(csv.String(), "\n"), csv.String())
		}
	})
}

func TestGetReportThatWillNeverBe(t *testing.T) {
	s := onSQLite(t)
	failed, cancelled := s.askReport(), s.askReport()
	if err := s.db.Fail(t.Context(), s.claim(failed), words.Said("The disk is full.")); err != nil {
		t.Fatal(err)
	}
	if a := s.ask(http.MethodPost, "/reports/"+cancelled+"/cancel"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("cancel: status %d", a.StatusCode)
	}
	for id, want := range map[string]status{
		failed:    {Status: "Failed", ReportID: failed, State: "Failed", Error: "The disk is full."},
		cancelled: {Status: "Failed", ReportID: cancelled, State: "Cancelled", Error: "The report was cancelled."},
	} {
		for _, target := range bothForms(id) {
			a := s.ask(http.MethodGet, target, asScript)
			if got := decode[status](t, a); a.StatusCode != http.StatusOK || got != want {
				t.Errorf("%s: %d %+v, want 200 %+v", target, a.StatusCode, got, want)
			}
			if got := a.Header.Get("Retry-After"); got != "" {
				t.Errorf("%s: Retry-After = %q though it is over", target, got)
			}
		}
	}
}

func TestGetReportThatIsNotThere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for target, want := range map[string]int{
			"/get_report": 400, "/get_report?report_id=": 400, "/get_report?id=1": 400, "/get_report/": 400,
			"/get_report?report_id=1": 404, "/get_report/1": 404, "/get_report/..%2f..%2fetc%2fpasswd": 404,
			"/get_report/00000000-0000-0000-0000-000000000000":           404,
			"/get_report?report_id=00000000-0000-0000-0000-000000000000": 404,
			"/get_report/%00": 404, "/get_report/%ff": 404, "/get_report/" + strings.Repeat("9", 4000): 404,
			"/get_report?report_id=%27%20OR%201=1--": 404,
		} {
			a := s.ask(http.MethodGet, target, asScript)
			if got := refusal(t, a); a.StatusCode != want || got == "" {
				t.Errorf("%.60s: %d %q, want %d", target, a.StatusCode, got, want)
			}
		}
		if s.log.Len() > 0 {
			t.Errorf("logged as our own mistake: %s", s.log)
		}
	})
}

// A report of no data at all is still a report.
func TestReportOfAnEmptyDatabase(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		r := s.report()
		a := s.ask(http.MethodGet, "/get_report/"+r.ID, asScript)
		if a.StatusCode != http.StatusOK || strings.Count(a.body, "\n") != 1 {
			t.Errorf("%d %q, want the header alone", a.StatusCode, a.body)
		}
		if page := s.open("/reports/" + r.ID); !strings.Contains(text(page.Find("main")), "There were no polls") {
			t.Errorf("the page says %s", text(page.Find("main")))
		}
	})
}

// An answered report is the one that was complete, whatever comes in later.
func TestReportNeverChanges(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		id := s.report().ID
		before := s.ask(http.MethodGet, "/get_report/"+id, asScript)
		store := s.snapshot().Stores[0].Code
		s.load(file{"polls.csv", fmt.Sprintf("store_id,status,timestamp_utc\n%s,inactive,2023-01-25 18:20:00 UTC\nnew,active,2023-01-25 18:21:00 UTC\n", store)})
		if after := s.ask(http.MethodGet, "/get_report/"+id, asScript); after.body != before.body {
			t.Error("the report changed")
		}
		if newer := s.ask(http.MethodGet, "/get_report/"+s.report().ID, asScript); newer.body == before.body {
			t.Error("a newer report says nothing of newer polls")
		}
	})
}
