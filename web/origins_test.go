package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/web"
)

const dashboard = "https://dash.example.com"

// sharing has pages of the dashboard use the API.
func (s *site) sharing() *site {
	s.t.Helper()
	origins, err := web.ParseOrigins(" https://Dash.example.com, http://localhost:3000")
	if err != nil {
		s.t.Fatal(err)
	}
	s.server.ShareWith(origins)
	s.handler = s.server.Handler()
	return s
}

// fromPage is a request that a browser sends for a page of another origin.
func fromPage(origin string) func(*http.Request) {
	return headers("Origin:"+origin, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors")
}

func TestPagesOfTheOriginsOfTheSettingsMayUseTheAPI(t *testing.T) {
	s := onSQLite(t).sharing()
	s.load(onePoll)
	for _, target := range []string{"/api/v1/stores", "/api/v1/stores/nowhere", "/api/v1/nowhere", "/get_report", "/api/v1/stores?limmit=1"} {
		a := s.ask(http.MethodGet, target, asScript, fromPage(dashboard))
		if a.Header.Get("Access-Control-Allow-Origin") != dashboard || a.Header.Get("Access-Control-Allow-Credentials") != "" || !slices.Contains(a.Header.Values("Vary"), "Origin") {
			t.Errorf("%s: %v", target, a.Header)
		}
		for _, name := range []string{"Link", "ETag", "Location", "Retry-After", "RateLimit-Limit"} {
			if !strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), name) {
				t.Errorf("%s: %s is not exposed", target, name)
			}
		}
	}
	preflight := s.ask(http.MethodOptions, "/api/v1/corrections", fromPage(dashboard), headers("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,idempotency-key"))
	if preflight.StatusCode != http.StatusNoContent || preflight.Header.Get("Access-Control-Allow-Origin") != dashboard ||
		!strings.Contains(preflight.Header.Get("Access-Control-Allow-Methods"), "POST") || !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
		t.Errorf("preflight: %d %v", preflight.StatusCode, preflight.Header)
	}
	if a := s.ask(http.MethodPost, "/trigger_report", asScript, fromPage(dashboard)); a.StatusCode != http.StatusOK {
		t.Errorf("a POST of the dashboard: %d %s", a.StatusCode, a.body)
	}
	for target, origin := range map[string]string{"/api/v1/stores": "https://evil.example.com", "/": dashboard, "/stores": dashboard, "/static/nothing": dashboard, "/healthz": dashboard} {
		if a := s.ask(http.MethodGet, target, fromPage(origin)); a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s for %s: %v", target, origin, a.Header)
		}
	}
	for target, origin := range map[string]string{"/api/v1/reports": "https://evil.example.com", "/reports": dashboard} {
		if a := s.ask(http.MethodPost, target, asScript, fromPage(origin)); a.StatusCode != http.StatusForbidden {
			t.Errorf("a POST of %s to %s: %d", origin, target, a.StatusCode)
		}
	}
	if allow := s.ask(http.MethodOptions, "/api/v1/stores", asScript).Header.Get("Allow"); !strings.Contains(allow, "GET") {
		t.Errorf("OPTIONS allows %q", allow)
	}
}

// Another origin acts by a key, never by the session or the proxy of whoever reads its page.
func TestAPageOfAnotherOriginHasNoUseOfASession(t *testing.T) {
	s := onSQLite(t).sharing()
	s.load(onePoll)
	somebody := s.person(access.Operator, reach.All())
	if a := s.ask(http.MethodGet, "/api/v1/stores", asScript, s.as(somebody)); a.StatusCode != http.StatusOK {
		t.Errorf("our own page: %d", a.StatusCode)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if a := s.ask(method, "/api/v1/reports", asScript, s.as(somebody), fromPage(dashboard)); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s with a session: %d", method, a.StatusCode)
		}
		if a := s.ask(method, "/api/v1/reports", withKey(s.key(somebody, access.AdminScope, reach.All())), fromPage(dashboard)); a.StatusCode >= 300 {
			t.Errorf("%s with a key: %d %s", method, a.StatusCode, a.body)
		}
	}
}

func TestOriginsAreCheckedAtTheStart(t *testing.T) {
	for _, wrong := range []string{"*", "dash.example.com", "https://dash.example.com/", "https://*.example.com", "ftp://a", "https://a b", "null", "https://user@a"} {
		if origins, err := web.ParseOrigins(wrong); err == nil || !strings.Contains(err.Error(), "expected origins separated by commas") {
			t.Errorf("%s is %v, %v", wrong, origins, err)
		}
	}
	if origins, err := web.ParseOrigins(""); err != nil || len(origins) != 0 {
		t.Errorf("nothing is %v, %v", origins, err)
	}
}

func TestWithoutTheSettingNoOriginIsShared(t *testing.T) {
	s := onSQLite(t)
	a := s.ask(http.MethodGet, "/api/v1/stores", asScript, fromPage(dashboard))
	if a.Header.Get("Access-Control-Allow-Origin") != "" || slices.Contains(a.Header.Values("Vary"), "Origin") {
		t.Errorf("%v", a.Header)
	}
}
