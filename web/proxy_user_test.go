package web_test

import (
	"net/http"
	"testing"
)

func TestAPersonIsWhoTheTrustedProxyNamesAndNobodyElse(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User")
	s.withKeys("ann@example.com", 0)
	const ok, signIn, unknown = http.StatusOK, http.StatusSeeOther, http.StatusForbidden
	for name, tt := range map[string]struct {
		peer string
		sent []string
		want int
	}{
		"the proxy":                         {"127.0.0.1:9", []string{"X-Forwarded-User: ann@example.com"}, ok},
		"the proxy by an old address":       {"[::ffff:10.1.2.3]:9", []string{"X-Forwarded-User: ann@example.com"}, ok},
		"in other letters":                  {"127.0.0.1:9", []string{"X-Forwarded-User: Ann@Example.COM"}, ok},
		"somebody without an account":       {"127.0.0.1:9", []string{"X-Forwarded-User: eve@example.com"}, unknown},
		"nobody":                            {"127.0.0.1:9", nil, signIn},
		"the client's header before":        {"127.0.0.1:9", []string{"X-Forwarded-User: ann@example.com", "X-Forwarded-User: eve@example.com"}, signIn},
		"the client's header in a list":     {"127.0.0.1:9", []string{"X-Forwarded-User: ann@example.com, eve@example.com"}, signIn},
		"another header":                    {"127.0.0.1:9", []string{"Remote-User: ann@example.com", "X-Forwarded-Email: ann@example.com", "X-Remote-User: ann@example.com"}, signIn},
		"underscores for hyphens":           {"127.0.0.1:9", []string{"X_Forwarded_User: ann@example.com"}, signIn},
		"a stranger":                        {"192.0.2.1:9", []string{"X-Forwarded-User: ann@example.com"}, signIn},
		"a stranger who claims to be it":    {"192.0.2.1:9", []string{"X-Forwarded-User: ann@example.com", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1"}, signIn},
		"a Unix socket":                     {"@", []string{"X-Forwarded-User: ann@example.com"}, signIn},
		"a stranger, in letters of another": {"192.0.2.1:9", []string{"x-forwarded-USER: ann@example.com"}, signIn},
	} {
		if a := s.ask(http.MethodGet, "/stores", from(tt.peer), headers(tt.sent...)); a.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d: %.300s", name, a.StatusCode, tt.want, a.body)
		}
		if a := s.ask(http.MethodPost, "/trigger_report", asScript, from(tt.peer), headers(tt.sent...)); (a.StatusCode == ok) != (tt.want == ok) {
			t.Errorf("%s: POST /trigger_report: status %d", name, a.StatusCode)
		}
	}
}

// A cookie travels with requests of other sites, and so does what the proxy adds.
func TestOtherSitesCannotActForWhoTheProxyNames(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User")
	s.withKeys("ann@example.com", 0)
	for _, sent := range []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://evil.example", "Origin: null"} {
		a := s.ask(http.MethodPost, "/trigger_report", asScript, from("127.0.0.1:9"), host("status.lan"), headers(sent, "X-Forwarded-User: ann@example.com"))
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", sent, a.StatusCode)
		}
	}
}

// The account with which the server was started may be gone: that must not open it.
func TestAServerOnTheNetworkIsNotOpenWithoutAccounts(t *testing.T) {
	s := onSQLite(t)
	if a := s.ask(http.MethodGet, "/stores"); a.StatusCode != http.StatusOK {
		t.Fatalf("open: status %d", a.StatusCode)
	}
	s.server.RequireSignIn()
	for target, want := range map[string]int{"/stores": http.StatusSeeOther, "/healthz": http.StatusOK} {
		if a := s.ask(http.MethodGet, target); a.StatusCode != want {
			t.Errorf("GET %s: status %d, want %d", target, a.StatusCode, want)
		}
	}
	if a := s.ask(http.MethodPost, "/trigger_report", asScript); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("POST /trigger_report: status %d", a.StatusCode)
	}
}
