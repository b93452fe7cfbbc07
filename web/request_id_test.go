package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"lightson/models/logs"
	"lightson/web"
)

// logged is the site with another log, of everything at the level of information and above, as
// the server writes it.
func (s *site) logged(access web.AccessLog, proxies string) *bytes.Buffer {
	s.t.Helper()
	trusted, err := web.ParseProxies(proxies)
	if err != nil {
		s.t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(logs.JSON(&out, slog.LevelInfo))
	server := web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{AccessLog: access, Proxies: trusted, RateLimit: 0}, log)
	s.t.Cleanup(func() {
		if err := server.Close(context.WithoutCancel(s.t.Context())); err != nil {
			s.t.Error(err)
		}
	})
	s.server, s.handler = server, server.Handler()
	return &out
}

// line is one line of a log in JSON.
type line map[string]any

// linesOf are the lines of a log with some message.
func linesOf(t *testing.T, out *bytes.Buffer, message string) (found []line) {
	t.Helper()
	for decoder := json.NewDecoder(bytes.NewReader(out.Bytes())); ; {
		var one line
		if err := decoder.Decode(&one); err == io.EOF {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		if one["msg"] == message {
			found = append(found, one)
		}
	}
}

// sent is an answer as it was sent, with the id of its request in it.
func (s *site) sent(method, target string, changes ...func(*http.Request)) (id, body string) {
	s.t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for _, change := range changes {
		change(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if ids := w.Result().Header.Values("X-Request-ID"); len(ids) == 1 {
		id = ids[0]
	} else {
		s.t.Errorf("%s %s: the ids %q", method, target, ids)
	}
	return id, w.Body.String()
}

func TestEveryAnswerHasAnIDThatItsProblemItsPageAndTheLogHave(t *testing.T) {
	s := onSQLite(t)
	out := s.logged(web.AllRequests, "")
	seen := map[string]bool{}
	for _, target := range []string{"/", "/healthz", "/static/none", "/nowhere", "/stores/none", "/api/v1/stores/none", "/stores?q=%zz", "/reports/none", "/get_report/none"} {
		id, body := s.sent(http.MethodGet, target, header("Accept", "text/html"))
		if !regexp.MustCompile(`^[A-Z2-7]{26}$`).MatchString(id) || seen[id] {
			t.Errorf("%s: the id %q", target, id)
		}
		seen[id] = true
		if page := strings.Contains(body, "<h1>") && strings.Contains(body, "error-page"); page != strings.Contains(body, id) && !strings.HasPrefix(target, "/api/") {
			t.Errorf("%s: expected the id %s on an error page and nowhere else: %.600s", target, id, body)
		}
		if target == "/api/v1/stores/none" {
			var problem struct {
				RequestID string `json:"request_id"`
			}
			if err := json.Unmarshal([]byte(body), &problem); err != nil || problem.RequestID != id {
				t.Errorf("%v: the problem has %q, the header %q", err, problem.RequestID, id)
			}
		}
	}
	for _, l := range linesOf(t, out, "request") {
		if id, _ := l["request"].(string); !seen[id] {
			t.Errorf("a line of no request: %v", l)
		} else {
			delete(seen, id)
		}
	}
	if len(seen) > 0 {
		t.Errorf("requests without a line: %v", seen)
	}
}

func TestTheIDOfATrustedProxyIsTakenOverAndNoOther(t *testing.T) {
	s := onSQLite(t)
	out := s.logged(web.AllRequests, "10.0.0.0/8")
	for name, c := range map[string]struct {
		peer  string
		ids   []string
		taken bool
	}{
		"a trusted proxy":                      {"10.1.1.1:1", []string{"7b6f1c0de5a1"}, true},
		"a load balancer":                      {"10.1.1.1:1", []string{"Root=1-67891233-abcdef012345678912345678"}, true},
		"a stranger":                           {"192.0.2.1:1", []string{"7b6f1c0de5a2"}, false},
		"two of them":                          {"10.1.1.1:1", []string{"7b6f1c0de5a3", "7b6f1c0de5a3"}, false},
		"one that is empty":                    {"10.1.1.1:1", []string{""}, false},
		"one that is too long":                 {"10.1.1.1:1", []string{strings.Repeat("a", 129)}, false},
		"one with a line break":                {"10.1.1.1:1", []string{"a\nb"}, false},
		"one with a quote":                     {"10.1.1.1:1", []string{`a"b`}, false},
		"one with a letter that no header has": {"10.1.1.1:1", []string{"ä"}, false},
	} {
		id, body := s.sent(http.MethodGet, "/api/v1/stores/none", from(c.peer), func(r *http.Request) { r.Header["X-Request-Id"] = c.ids })
		if (id == c.ids[0]) != c.taken || !strings.Contains(body, `"request_id":"`+id+`"`) {
			t.Errorf("%s: the id %q, %s", name, id, body)
		}
		lines := linesOf(t, out, "request")
		if last := lines[len(lines)-1]; last["request"] != id {
			t.Errorf("%s: the log has %v, the answer %q", name, last["request"], id)
		}
	}
}

func TestTheAccessLogTellsNoSecret(t *testing.T) {
	s := onSQLite(t)
	out := s.logged(web.AllRequests, "")
	const secret = "s3cr3tvalue"
	for _, path := range []string{
		"/shared/", "/shared//", "/Shared/", "/feeds/", "/invitation/", "/acknowledge/", "/confirm/", "/unsubscribe/", "/stores?key=", "/sign-in/oidc/callback?code=",
		"/get_report?report_id=", "/nowhere/", "/feeds//", "/api/v1/",
	} {
		for _, end := range []string{"", "/", "/report.csv", "/outages.atom", "/more/of/it"} {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, secret} {
				s.sent(method, path+secret+end, header("Authorization", "Bearer "+secret), header("Cookie", "session="+secret), header("Referer", "http://a/"+secret))
			}
		}
	}
	if text := out.String(); strings.Contains(text, secret) {
		t.Errorf("the log has a secret: %s", text[max(0, strings.Index(text, secret)-400):])
	}
	routes := map[any]int{}
	for _, l := range linesOf(t, out, "request") {
		routes[l["route"]]++
	}
	for _, want := range []string{"/shared/:token", "/feeds/:token/outages.atom", "/invitation/:token", "/stores", ""} {
		if routes[want] == 0 {
			t.Errorf("no line of the route %q: %v", want, routes)
		}
	}
}

func TestWhatIsAuditedIsAnEventOfTheLogWithTheIDOfItsRequest(t *testing.T) {
	s := onSQLite(t)
	out := s.logged(web.NoRequests, "")
	id, _ := s.sent(http.MethodPost, "/trigger_report")
	events := linesOf(t, out, "event")
	if len(events) != 1 || events[0]["request"] != id || events[0]["action"] != "report.ask" || events[0]["outcome"] != "done" || events[0]["who"] != "open" || events[0]["target"] == "" {
		t.Errorf("request %s: %v", id, events)
	}
}

func TestTheAccessLogHasWhatItIsAskedFor(t *testing.T) {
	for log, want := range map[web.AccessLog]int{web.NoRequests: 0, web.FailedRequests: 1, web.AllRequests: 2, "": 0} {
		s := onSQLite(t)
		out := s.logged(log, "")
		s.sent(http.MethodGet, "/healthz")
		s.sent(http.MethodGet, "/stores/one%2Ftwo")
		lines := linesOf(t, out, "request")
		if len(lines) != want {
			t.Errorf("%q: %v", log, lines)
		}
		if want == 0 {
			continue
		}
		last := lines[len(lines)-1]
		if last["route"] != "/stores/:id" || last["path"] != "/stores/one%2Ftwo" || last["status"] != 404.0 || last["method"] != "GET" || last["who"] != "open" || last["address"] != "192.0.2.1" || last["bytes"] == 0.0 {
			t.Errorf("%q: %v", log, last)
		}
	}
}
