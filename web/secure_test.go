package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestBehindAProxyOnlyOurOwnPagesMayChangeSomething(t *testing.T) {
	const (
		trusted, stranger = "127.0.0.1:9", "192.0.2.1:9"
		http8081          = "Origin: http://status.lan:8081"
	)
	s := onSQLite(t).behind(proxies)
	for name, tt := range map[string]struct {
		public, peer, host string
		sent               []string
		allowed            bool
	}{
		"nginx with $host":                       {"", trusted, "status.lan", []string{http8081, "X-Forwarded-Proto: http"}, true},
		"nginx with $host and no scheme":         {"", trusted, "status.lan", []string{http8081}, true},
		"nginx with $host and the port":          {"", trusted, "status.lan", []string{http8081, "X-Forwarded-Port: 8081"}, true},
		"nginx with $host:$server_port":          {"", trusted, "status.lan:8081", []string{http8081}, true},
		"nginx with $host:$server_port, port 80": {"", trusted, "status.lan:80", []string{"Origin: http://status.lan", "X-Forwarded-Proto: http"}, true},
		"nginx with $http_host":                  {"", trusted, "status.lan:8081", []string{http8081, "X-Forwarded-Proto: http"}, true},
		"nginx with X-Forwarded-Host":            {"", trusted, "127.0.0.1:8080", []string{http8081, "X-Forwarded-Host: status.lan:8081"}, true},
		"X-Forwarded-Host without its port":      {"", trusted, "127.0.0.1:8080", []string{http8081, "X-Forwarded-Host: status.lan"}, true},
		"https, a browser of today":              {"", trusted, "status.lan", []string{"Origin: https://status.lan:8443", "Sec-Fetch-Site: same-origin", "X-Forwarded-Proto: https"}, true},
		"https, an old browser":                  {"", trusted, "status.lan", []string{"Origin: https://status.lan", "X-Forwarded-Proto: https"}, true},
		"a script":                               {"", trusted, "status.lan", nil, true},

		"the same from a stranger":             {"", stranger, "status.lan", []string{http8081, "X-Forwarded-Proto: http"}, false},
		"X-Forwarded-Host from a stranger":     {"", stranger, "127.0.0.1:8080", []string{http8081, "X-Forwarded-Host: status.lan:8081"}, false},
		"a foreign site":                       {"", trusted, "status.lan", []string{"Origin: http://evil.example:8081"}, false},
		"a foreign site by https":              {"", trusted, "status.lan", []string{"Origin: https://evil.example"}, false},
		"a foreign site's name around ours":    {"", trusted, "status.lan", []string{"Origin: http://status.lan.evil.example:8081"}, false},
		"a foreign site's name before ours":    {"", trusted, "status.lan", []string{"Origin: http://evilstatus.lan:8081"}, false},
		"a foreign site with our name as user": {"", trusted, "status.lan", []string{"Origin: http://status.lan:8081@evil.example"}, false},
		"our name and a user":                  {"", trusted, "status.lan", []string{"Origin: http://evil@status.lan:8081"}, false},
		"our name and a path":                  {"", trusted, "status.lan", []string{"Origin: http://status.lan:8081/"}, false},
		"two origins":                          {"", trusted, "status.lan", []string{"Origin: http://evil.example:1", http8081}, false},
		"two origins in one":                   {"", trusted, "status.lan", []string{"Origin: http://status.lan:8081 http://evil.example"}, false},
		"a frame":                              {"", trusted, "status.lan", []string{"Origin: null"}, false},
		"nothing for an origin":                {"", trusted, "status.lan", []string{"Origin: http://"}, false},
		"another scheme":                       {"", trusted, "status.lan", []string{"Origin: file://status.lan:8081"}, false},
		"another port that is known":           {"", trusted, "status.lan:8081", []string{"Origin: http://status.lan:9999"}, false},
		"another port, X-Forwarded-Port":       {"", trusted, "status.lan", []string{"Origin: http://status.lan:9999", "X-Forwarded-Port: 8081"}, false},
		"another port than the usual":          {"", trusted, "status.lan", []string{"Origin: http://status.lan:9999", "X-Forwarded-Port: 80"}, false},
		"another port than $server_port":       {"", trusted, "status.lan:80", []string{"Origin: http://status.lan:9999", "X-Forwarded-Proto: http"}, false},
		"another port, X-Forwarded-Host":       {"", trusted, "127.0.0.1:8080", []string{"Origin: http://status.lan:9999", "X-Forwarded-Host: status.lan:8081"}, false},
		"another port, the browser says so":    {"", trusted, "status.lan", []string{"Origin: http://status.lan:9999", "Sec-Fetch-Site: same-site"}, false},
		"another port, nothing is said":        {"", trusted, "status.lan", []string{"Origin: http://status.lan:9999", "Sec-Fetch-Site: "}, false},
		"another port by https":                {"", trusted, "status.lan", []string{"Origin: https://status.lan:9999", "X-Forwarded-Proto: https"}, false},
		"http at a site of https":              {"", trusted, "status.lan", []string{http8081, "X-Forwarded-Proto: https"}, false},
		"http at a site of https, usual ports": {"", trusted, "status.lan", []string{"Origin: http://status.lan", "X-Forwarded-Proto: https"}, false},
		"a foreign site says it is ours":       {"", trusted, "status.lan", []string{http8081, "Sec-Fetch-Site: cross-site"}, false},
		"a proxy that says nothing":            {"", trusted, "127.0.0.1:8080", []string{http8081}, false},
		"our address is known":                 {"http://status.lan:8081", trusted, "status.lan", []string{http8081}, true},
		"our address is known, another port":   {"http://status.lan:8081", trusted, "status.lan", []string{"Origin: http://status.lan:9999"}, false},
		"another address is known":             {"http://other.lan", trusted, "status.lan", []string{http8081}, true},
	} {
		s.reached("0.0.0.0:8080", "", tt.public)
		for _, target := range []string{"/reports", "/trigger_report", "/imports"} {
			a := s.ask(http.MethodPost, target, form(), from(tt.peer), host(tt.host), headers(tt.sent...))
			if got := a.StatusCode != http.StatusForbidden; got != tt.allowed {
				t.Errorf("%s: POST %s: status %d", name, target, a.StatusCode)
			}
		}
	}
}

// A page of another site may have its name resolve to this machine. Its browser connects
// from an address that is trusted here, and may send any header but Host and Origin.
func TestNoSiteReachesUsUnderItsOwnNameByWayOfATrustedAddress(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User").reached("127.0.0.1:8080", "status.lan", "")
	for name, tt := range map[string]struct {
		host   string
		sent   []string
		status int
	}{
		"the proxy":                     {"status.lan", nil, http.StatusSeeOther}, // to sign in
		"the proxy without Host":        {"127.0.0.1:8080", []string{"X-Forwarded-Host: status.lan:8081"}, http.StatusSeeOther},
		"another name":                  {"evil.example", nil, http.StatusForbidden},
		"another name that claims ours": {"evil.example:8080", []string{"X-Forwarded-Host: status.lan", "X-Forwarded-User: boss@example.com"}, http.StatusForbidden},
		"another name by the proxy":     {"127.0.0.1:8080", []string{"X-Forwarded-Host: evil.example"}, http.StatusForbidden},
		"several names":                 {"evil.example", []string{"X-Forwarded-Host: evil.example, status.lan"}, http.StatusForbidden},
	} {
		a := s.ask(http.MethodGet, "/stores", from("127.0.0.1:9"), host(tt.host), headers(tt.sent...))
		if a.StatusCode != tt.status || tt.status == http.StatusForbidden && !strings.Contains(a.body, "host evil.example") {
			t.Errorf("%s: status %d, want %d: %s", name, a.StatusCode, tt.status, a.body)
		}
	}
}

func TestBrowsersThatCameByTLSAreToldToStay(t *testing.T) {
	s := onSQLite(t).behind(proxies)
	for name, tt := range map[string]struct {
		public, peer string
		sent         []string
		secure       bool
	}{
		"http":                           {"", "127.0.0.1:9", nil, false},
		"a proxy by http":                {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: http"}, false},
		"a proxy by https":               {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: HTTPS"}, true},
		"the nearest proxy by https":     {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: http, https"}, true},
		"the nearest proxy by http":      {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: https", "X-Forwarded-Proto: http"}, false},
		"garbage":                        {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: https\r\nSet-Cookie: a=b"}, false},
		"a word like it":                 {"", "127.0.0.1:9", []string{"X-Forwarded-Proto: httpsx"}, false},
		"a stranger":                     {"", "192.0.2.1:9", []string{"X-Forwarded-Proto: https"}, false},
		"a public address":               {"https://status.lan", "192.0.2.1:9", nil, true},
		"a public address behind two":    {"https://status.lan", "127.0.0.1:9", []string{"X-Forwarded-Proto: http"}, true},
		"a public address by http":       {"http://status.lan", "127.0.0.1:9", nil, false},
		"other headers of other proxies": {"", "127.0.0.1:9", []string{"X-Forwarded-Ssl: on", "Front-End-Https: on", "X-Forwarded-Scheme: https", "Forwarded: proto=https"}, false},
	} {
		s.reached("0.0.0.0:8080", "", tt.public)
		if got := s.recognise(from(tt.peer), headers(tt.sent...)); got.Secure != tt.secure {
			t.Errorf("%s: secure is %t", name, got.Secure)
		}
		want := ""
		if tt.secure {
			want = "max-age=31536000"
		}
		// Twice, since the second answer may be kept; and what is refused early.
		for _, target := range []string{"/", "/", "/static/nothing.css", "/nowhere", "/stores?q=%zz", "/" + strings.Repeat("a", 9000)} {
			a := s.ask(http.MethodGet, target, from(tt.peer), headers(tt.sent...))
			if got := a.Header.Values("Strict-Transport-Security"); strings.Join(got, "|") != want {
				t.Errorf("%s: GET %.20s: Strict-Transport-Security %q, want %q", name, target, got, want)
			}
		}
	}
}
