package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/demo"
	"lightson/static"
)

// everyKindOfAnswer asks for something of each kind: pages, parts, files,
// redirects, errors.
func everyKindOfAnswer(s *site) map[string]answer {
	report := s.report()
	answers := map[string]answer{}
	for _, target := range []string{
		"/", "/stores", "/stores/1", "/reports", "/reports/" + report.ID, "/reports/" + report.ID + "/row",
		"/reports/" + report.ID + "/report.csv", "/imports", "/samples/" + demo.PollsName, "/trigger_report",
		"/get_report", "/get_report/" + report.ID, "/healthz", "/readyz", "/nowhere", "/stores?sort=colour",
		static.URL("app.css"), "/static/nothing.css",
	} {
		answers[target] = s.ask(http.MethodGet, target)
	}
	answers["POST /reports"] = s.ask(http.MethodPost, "/reports", form())
	answers["POST /reports, refused"] = s.ask(http.MethodPost, "/reports", form("as_of", "soon"))
	answers["POST /trigger_report"] = s.ask(http.MethodPost, "/trigger_report", asScript)
	answers["POST from elsewhere"] = s.ask(http.MethodPost, "/reports", header("Sec-Fetch-Site", "cross-site"))
	answers["POST too large"] = s.ask(http.MethodPost, "/reports", form("as_of", strings.Repeat("9", 70_000)))
	answers["upload, refused"] = s.ask(http.MethodPost, "/imports", files(file{"x.csv", "nothing"}))
	answers["a method that is none"] = s.ask(http.MethodDelete, "/reports")
	return answers
}

func TestAnAddressWithAParameterThatCannotBeReadIsRefused(t *testing.T) {
	s := onSQLite(t).withDemo()
	for _, query := range []string{"group=%zz", "group=50%", "group=%C", "group=a;b", "q=a;b=c", "page=1&state=%", ";", "group=a&%%=1"} {
		for _, path := range []string{"/", "/stores", "/stores.csv", "/groups", "/reports", "/quality", "/api/v1/stores", "/api/v1/groups", "/get_report"} {
			a := s.ask(http.MethodGet, path+"?"+query)
			if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "question mark") {
				t.Errorf("%s?%s: status %d, want 400 with the place", path, query, a.StatusCode)
			}
		}
	}
	for _, query := range []string{"", "q=", "q=%25", "q=a%3Bb", "q=%ff", "&&", "q=a=b", "unknown"} {
		if a := s.ask(http.MethodGet, "/stores?"+query); a.StatusCode != http.StatusOK {
			t.Errorf("/stores?%s: status %d, want 200", query, a.StatusCode)
		}
	}
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	for name, a := range everyKindOfAnswer(onSQLite(t)) {
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := a.Header.Get(header); got != want {
				t.Errorf("%s: %s = %q, want %q", name, header, got, want)
			}
		}
		policy := a.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: Content-Security-Policy %q has no %q", name, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: Content-Security-Policy %q is open", name, policy)
		}
		want := "no-store"
		switch {
		case strings.HasPrefix(name, "/static/app"):
			want = "public, max-age=31536000, immutable"
		case a.StatusCode == http.StatusOK && a.Header.Get("ETag") != "":
			want = "private, no-cache"
		}
		if got := a.Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control = %q, want %q", name, got, want)
		}
	}
}

// What the policy would refuse is in no page in the first place.
func TestNoPageHasInlineStyleOrScript(t *testing.T) {
	s := onSQLite(t)
	check := func(name string, page *goquery.Document) {
		t.Helper()
		if n := page.Find("[style], style, base, iframe, object, embed").Length(); n > 0 {
			t.Errorf("%s: %d elements with a style of their own, or frames", name, n)
		}
		page.Find("script").Each(func(_ int, e *goquery.Selection) {
			if src := e.AttrOr("src", ""); !strings.HasPrefix(src, static.Prefix) || e.Text() != "" {
				t.Errorf("%s: script of %q with %q inside", name, src, e.Text())
			}
		})
		page.Find("*").Each(func(_ int, e *goquery.Selection) {
			for _, a := range e.Nodes[0].Attr {
				if strings.HasPrefix(strings.ToLower(a.Key), "on") || strings.HasPrefix(a.Key, "hx-on") ||
					strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
					t.Errorf("%s: %s=%q", name, a.Key, a.Val)
				}
			}
		})
	}
	for name, a := range everyKindOfAnswer(s) {
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			check("empty "+name, a.page(t))
		}
	}
	imported := s.load(append(demoFiles(t), file{"bad.csv", "store_id,timezone_str\n\"<b onclick=x>\",Nowhere\n"})...)
	for name, a := range everyKindOfAnswer(s) {
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			check(name, a.page(t))
		}
	}
	check("import", s.open("/imports/"+imported.ID))
	check("store", s.open("/stores/"+s.snapshot().Stores[0].Code+"?day=2023-01-25"))
}

func TestOnlyOurOwnPagesMayChangeSomething(t *testing.T) {
	s := onSQLite(t)
	id := s.askReport()
	targets := []string{"/reports", "/trigger_report", "/imports", "/reports/" + id + "/cancel", "/reports/" + id + "/retry"}
	for name, tt := range map[string]struct {
		headers map[string]string
		allowed bool
	}{
		"another site":                  {map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		"another site of the same name": {map[string]string{"Sec-Fetch-Site": "same-site"}, false},
		"an old browser elsewhere":      {map[string]string{"Origin": "https://evil.example"}, false},
		"a sandboxed frame":             {map[string]string{"Origin": "null"}, false},
		"another port":                  {map[string]string{"Origin": "http://example.com:8081"}, false},
		"our own page":                  {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"}, true},
		"our own page, an old browser":  {map[string]string{"Origin": "http://example.com"}, true},
		"a bookmark":                    {map[string]string{"Sec-Fetch-Site": "none"}, true},
		"a script":                      {nil, true},
	} {
		for _, target := range targets {
			a := s.ask(http.MethodPost, target, form(), func(r *http.Request) {
				for name, value := range tt.headers {
					r.Header.Set(name, value)
				}
			})
			if got := a.StatusCode != http.StatusForbidden; got != tt.allowed {
				t.Errorf("%s, POST %s: status %d", name, target, a.StatusCode)
			}
			if !tt.allowed && !strings.Contains(a.body, "another site") {
				t.Errorf("%s, POST %s: it is not said why: %s", name, target, a.body)
			}
		}
	}
}

// A refused request from elsewhere has not done anything either.
func TestARefusedRequestChangesNothing(t *testing.T) {
	s := onSQLite(t)
	id := s.askReport()
	elsewhere := header("Sec-Fetch-Site", "cross-site")
	s.ask(http.MethodPost, "/reports/"+id+"/cancel", elsewhere)
	s.ask(http.MethodPost, "/reports", elsewhere)
	s.ask(http.MethodPost, "/imports", elsewhere, files(file{"z.csv", "store_id,timezone_str\n1,Europe/Berlin\n"}))
	wantWork(t, s, []string{id}, models.Queued, 0)
}

func TestLookingChangesNothing(t *testing.T) {
	s := onSQLite(t)
	id := s.askReport()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, target := range []string{
			"/reports", "/reports?key=1", "/imports", "/trigger_report", "/reports/" + id + "/cancel", "/reports/" + id + "/retry",
			"/reports/" + id, "/get_report/" + id, "/",
		} {
			for _, as := range []func(*http.Request){asScript, asHTMX, header("Accept", "text/html")} {
				s.ask(method, target, as)
			}
		}
	}
	wantWork(t, s, []string{id}, models.Queued, 0)
}

// wantWork checks which reports there are and how many imports.
func wantWork(t *testing.T, s *site, ids []string, state models.State, imports int) {
	t.Helper()
	reports, err := s.db.Reports(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != len(ids) {
		t.Errorf("%d reports, want %d", len(reports), len(ids))
	}
	for n, r := range reports {
		if r.State != state || r.ID != ids[n] {
			t.Errorf("report %s is %s", r.ID, r.State)
		}
	}
	list, err := s.db.Imports(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != imports {
		t.Errorf("%d imports, want %d", len(list), imports)
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	s := onSQLite(t)
	large := strings.Repeat("1,active,2023-01-25 00:00:00 UTC\n", uploadLimit/30)
	unknownLength := func(r *http.Request) { r.ContentLength = -1 }
	for name, tt := range map[string]struct {
		target  string
		changes []func(*http.Request)
		want    string
	}{
		"a form":                    {"/reports", []func(*http.Request){form("as_of", large)}, "At most 66 kB"},
		"a form of unknown length":  {"/reports", []func(*http.Request){form("as_of", large), unknownLength}, "At most 66 kB"},
		"an upload":                 {"/imports", []func(*http.Request){files(file{"p.csv", large})}, "At most 2.1 MB"},
		"an upload that says not":   {"/imports", []func(*http.Request){files(file{"p.csv", "store_id,status,timestamp_utc\n" + large}), unknownLength}, "At most 2.1 MB"},
		"no upload, but so it says": {"/reports", []func(*http.Request){files(file{"p.csv", large})}, "At most 66 kB"},
	} {
		a := s.ask(http.MethodPost, tt.target, tt.changes...)
		if a.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text(a.page(t).Find("main")), tt.want) {
			t.Errorf("%s: %d %s", name, a.StatusCode, text(a.page(t).Find("main")))
		}
	}
	wantWork(t, s, nil, models.Queued, 0)
}

func TestMethodsThatAreNone(t *testing.T) {
	s := onSQLite(t)
	for target, allow := range map[string]string{"/stores": "GET", "/reports": "GET, POST", "/get_report": "GET"} {
		a := s.ask(http.MethodDelete, target)
		if a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("DELETE %s: status %d", target, a.StatusCode)
		}
		for method := range strings.SplitSeq(allow, ", ") {
			if got := a.Header.Get("Allow"); !strings.Contains(got, method) {
				t.Errorf("DELETE %s: Allow = %q, want %s", target, got, method)
			}
		}
	}
}

// Whoever looks with HEAD is told what GET would say.
func TestHeadIsAnswered(t *testing.T) {
	s := onSQLite(t)
	for _, target := range []string{"/", "/stores", "/healthz", "/get_report/" + s.report().ID} {
		if a := s.ask(http.MethodHead, target); a.StatusCode != http.StatusOK {
			t.Errorf("HEAD %s: status %d", target, a.StatusCode)
		}
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for name, tt := range map[string]struct {
			a    answer
			want int
		}{
			"report":              {s.ask(http.MethodGet, "/reports/%00"), 404},
			"import":              {s.ask(http.MethodGet, "/imports/%ff"), 404},
			"store":               {s.ask(http.MethodGet, "/stores/%00%ff"), 404},
			"search":              {s.ask(http.MethodGet, "/stores?q=%00%ff"), 200},
			"key":                 {s.ask(http.MethodPost, "/reports", form("key", "\x00")), 400},
			"as of":               {s.ask(http.MethodPost, "/reports", form("as_of", "\xff\x00")), 422},
			"header":              {s.ask(http.MethodPost, "/trigger_report", header("Idempotency-Key", "\xff")), 400},
			"long header":         {s.ask(http.MethodPost, "/trigger_report", header("Idempotency-Key", strings.Repeat("k", 256))), 400},
			"long header that is": {s.ask(http.MethodPost, "/trigger_report", header("Idempotency-Key", strings.Repeat("k", 255))), 200},
			"file name":           {s.ask(http.MethodPost, "/imports", files(file{"a\xff.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})), 303},
		} {
			if tt.a.StatusCode != tt.want {
				t.Errorf("%s: status %d, want %d", name, tt.a.StatusCode, tt.want)
			}
		}
		if s.log.Len() > 0 {
			t.Errorf("logged as our own mistake: %s", s.log)
		}
	})
}

// What goes wrong on our side is in the log, and nothing of it in the answer.
func TestOurOwnMistakesAreLoggedAndNotShown(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	if err := s.db.SQLite().Close(); err != nil {
		t.Fatal(err)
	}
	for _, as := range []func(*http.Request){header("Accept", "text/html"), asHTMX, header("Accept", "application/json")} {
		s.log.Reset()
		a := s.ask(http.MethodPost, "/reports", form(), as)
		if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.body, "Something went wrong on our side") {
			t.Errorf("status %d: %s", a.StatusCode, a.body)
		}
		if strings.Contains(a.body, "sql") {
			t.Errorf("the answer tells of our insides: %s", a.body)
		}
		if err := s.server.Audit().Flush(t.Context()); err != nil { // requests for reports do not wait for their record
			t.Fatal(err)
		}
		logged := s.log.String()
		if lines := strings.Count(logged, "\n"); lines != 2 || strings.Count(logged, "request failed") != 1 || strings.Count(logged, "a record of the audit log could not be written") != 1 {
			t.Errorf("expected the request and its record, %d lines are logged: %s", lines, logged)
		}
	}
}

// Only uploads may be large: a form of any other route is parsed into memory.
func TestAMultipartFormIsNoWayAroundTheLimit(t *testing.T) {
	s := onSQLite(t)
	form := "--x\r\nContent-Disposition: form-data; name=\"as_of\"\r\n\r\n" + strings.Repeat("1", 100_000) + "\r\n--x--\r\n"
	for _, path := range []string{"/reports", "/trigger_report", "/api/v1/reports"} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("POST %s with a form of 100 kB: %d, want 413", path, w.Code)
		}
	}
}
