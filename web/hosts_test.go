package web_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"lightson/web"
)

// reached is the site as a server that listens at an address and has these two
// settings.
func (s *site) reached(addr, hosts, public string) *site {
	s.t.Helper()
	names, err := web.ParseHosts(hosts)
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := web.ParsePublicURL(public)
	if err != nil {
		s.t.Fatal(err)
	}
	bound, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.server.Reach(web.NewHosts(addr, bound, names, at), at)
	s.handler = s.server.Handler()
	return s
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

func TestOnlyKnownHostsAreServed(t *testing.T) {
	s := onSQLite(t)
	id := s.askReport()
	for name, tt := range map[string]struct {
		addr, hosts, public string
		served, refused     []string
	}{
		"this machine only": {
			"127.0.0.1:8080", "", "",
			[]string{"localhost", "LocalHost:1", "localhost.", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:99"},
			[]string{"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost:80:80", "[::2]", "::1:8080", "example.com", ".", ":8080", "127.0.0.1:8080.evil.example", "localhost:evil.example", "[::1]:x"},
		},
		"this machine only, IPv6":            {"[::1]:8080", "", "", []string{"[::1]:8080", "localhost"}, []string{"evil.example", "[2001:db8::1]"}},
		"another address of this machine":    {"127.0.0.2:8080", "", "", []string{"127.0.0.2:8080", "localhost"}, []string{"127.0.0.3", "evil.example"}},
		"a name of this machine":             {"localhost:8080", "", "", []string{"localhost:8080"}, []string{"evil.example"}},
		"a proxy on this machine":            {"127.0.0.1:8080", " Status.lan , 10.1.2.3, [2001:db8::1],", "", []string{"status.lan", "STATUS.lan:8443", "10.1.2.3:80", "[2001:db8::1]", "localhost"}, []string{"www.status.lan", "status.lan.evil.example", "10.1.2.4"}},
		"a public address on this machine":   {"127.0.0.1:8080", "", "https://Status.lan:8443", []string{"status.lan", "status.lan:8443", "localhost"}, []string{"evil.example"}},
		"the network":                        {"0.0.0.0:8080", "", "", []string{"evil.example", "10.0.0.1:8080", "localhost", ""}, nil},
		"the network, with a public address": {"0.0.0.0:8080", "", "https://status.lan", []string{"10.0.0.1:8080", "status.lan"}, nil},
		"the network, with names":            {"0.0.0.0:8080", "status.lan", "", []string{"status.lan", "localhost", "127.0.0.1:8080"}, []string{"evil.example", "10.0.0.1:8080", "0.0.0.0:8080", ""}},
	} {
		s.reached(tt.addr, tt.hosts, tt.public)
		for _, asked := range tt.served {
			if a := s.ask(http.MethodGet, "/", host(asked)); a.StatusCode != http.StatusOK {
				t.Errorf("%s: Host %q: status %d, want 200", name, asked, a.StatusCode)
			}
		}
		for _, asked := range tt.refused {
			for _, target := range []string{"/", "/static/app.css", "/api/v1/stores", "/nowhere", "/reports/", "/get_report/" + id, "/healthz/x"} {
				if a := s.ask(http.MethodGet, target, host(asked)); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "LIGHTSON_HOSTS") || !strings.Contains(a.body, asked) {
					t.Errorf("%s: Host %q, GET %s: status %d, want 403 with the host and the setting: %s", name, asked, target, a.StatusCode, a.body)
				}
			}
			for _, probe := range []string{"/healthz", "/readyz"} {
				if a := s.ask(http.MethodGet, probe, host(asked)); a.StatusCode != http.StatusOK {
					t.Errorf("%s: Host %q: %s says %d", name, asked, probe, a.StatusCode)
				}
			}
		}
	}
}

// A page of another site that has its name resolve to us must do and learn nothing,
// whatever else it sends.
func TestARequestForAnotherHostDoesAndLearnsNothing(t *testing.T) {
	s := onSQLite(t).withDemo()
	id := s.askReport()
	s.reached("127.0.0.1:8080", "", "")
	evil := []func(*http.Request){
		host("evil.example:8080"), header("Origin", "http://evil.example:8080"), header("Sec-Fetch-Site", "same-origin"),
		header("X-Forwarded-Host", "localhost"), header("Forwarded", "host=localhost"), header("X-Original-Host", "localhost"),
	}
	with := func(more ...func(*http.Request)) []func(*http.Request) { return append(more, evil...) }
	for name, a := range map[string]answer{
		"a page":         s.ask(http.MethodGet, "/stores", evil...),
		"a part":         s.ask(http.MethodGet, "/stores", with(asHTMX)...),
		"JSON":           s.ask(http.MethodGet, "/api/v1/stores", evil...),
		"a cancellation": s.ask(http.MethodPost, "/reports/"+id+"/cancel", with(form())...),
		"an import":      s.ask(http.MethodPost, "/imports", with(files(file{"z.csv", "store_id,timezone_str\n1,Europe/Berlin\n"}))...),
		"a trigger":      s.ask(http.MethodPost, "/trigger_report", evil...),
	} {
		if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "evil.example:8080") {
			t.Errorf("%s: status %d, %s", name, a.StatusCode, a.body)
		}
		if strings.Contains(a.body, "Jan 2023") || strings.Contains(a.body, "2023-01") {
			t.Errorf("%s tells of the data: %s", name, a.body)
		}
	}
	if r, err := s.db.Report(t.Context(), id); err != nil || r.State.Final() {
		t.Errorf("the report is %s, %v", r.State, err)
	}
	if list, err := s.db.Imports(t.Context(), 0, 10); err != nil || len(list) != 1 {
		t.Errorf("%d imports, %v; want that of the demo", len(list), err)
	}
}

func TestLinksNeverComeFromTheRequest(t *testing.T) {
	s := onSQLite(t).withDemo()
	id := s.report().ID
	forged := []func(*http.Request){
		host("forged.example"), header("X-Forwarded-Host", "forged.example"), header("X-Forwarded-Proto", "forged"),
		header("Forwarded", "host=forged.example;proto=https"), header("Accept", "application/json"),
	}
	for public, want := range map[string]string{"": "/reports/", "https://status.example.com/": "https://status.example.com/reports/"} {
		s.reached("0.0.0.0:80", "", public)
		got := decode[status](t, s.ask(http.MethodGet, "/get_report/"+id, forged...))
		if got.DownloadURL != want+id+"/report.csv" || got.DetailsURL != want+id+"/details.csv" {
			t.Errorf("with LIGHTSON_URL=%s: %s and %s", public, got.DownloadURL, got.DetailsURL)
		}
		for _, target := range []string{"/", "/trigger_report", "/api/v1/openapi.yaml", "/reports/" + id, "/imports", "/nowhere", "/api/v1/reports/" + id} {
			for _, accept := range []string{"text/html", "application/json"} {
				a := s.ask(http.MethodGet, target, append(forged, header("Accept", accept))...)
				if strings.Contains(a.body, "forged") || strings.Contains(a.Header.Get("Location"), "forged") {
					t.Errorf("%s has a link to what the client said it was: %s", target, a.body)
				}
			}
		}
		for _, target := range []string{"/trigger_report", "/reports", "/api/v1/reports"} {
			a := s.ask(http.MethodPost, target, append(forged, form("as_of", "2023-01-25"))...)
			if at := a.Header.Get("Location"); !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "//") {
				t.Errorf("POST %s: Location %q", target, at)
			}
		}
	}
	s.reached("127.0.0.1:8080", "", "")
	if a := s.ask(http.MethodGet, "/trigger_report", host("localhost:1")); !strings.Contains(a.body, "curl -X POST http://127.0.0.1:8080/trigger_report") {
		t.Errorf("another example: %s", a.body)
	}
}

// A proxy that changes the Host has our own pages refused. The refusal says what was
// compared, and LIGHTSON_URL ends it.
func TestARefusalSaysWhatWasCompared(t *testing.T) {
	s := onSQLite(t)
	ask := func(asked, origin, site string) answer {
		return s.ask(http.MethodPost, "/reports", form(), host(asked), header("Origin", origin), header("Sec-Fetch-Site", site))
	}
	for _, accept := range []string{"text/html", "application/json"} {
		a := s.ask(http.MethodPost, "/reports", form(), host("status.lan"), header("Origin", "http://status.lan:8080"), header("Accept", accept))
		for _, want := range []string{"http://status.lan:8080", "host status.lan ", "proxy", "LIGHTSON_URL"} {
			if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, want) {
				t.Errorf("status %d without %q: %s", a.StatusCode, want, a.body)
			}
		}
	}
	if a := s.ask(http.MethodPost, "/reports", form(), header("Sec-Fetch-Site", "cross-site")); !strings.Contains(a.body, "Sec-Fetch-Site: cross-site") {
		t.Errorf("it is not said what the browser said: %s", a.body)
	}
	s.reached("127.0.0.1:8080", "backend", "http://status.lan:8080")
	for name, tt := range map[string]struct {
		host, origin, site string
		allowed            bool
	}{
		"the port is lost":    {"status.lan", "http://status.lan:8080", "", true},
		"the Host is another": {"backend", "http://status.lan:8080", "", true},
		"another scheme":      {"backend", "https://status.lan:8080", "", false},
		"another port":        {"backend", "http://status.lan:8081", "", false},
		"another site":        {"status.lan", "http://evil.example", "cross-site", false},
		"a frame":             {"status.lan", "null", "", false},
	} {
		if a := ask(tt.host, tt.origin, tt.site); (a.StatusCode != http.StatusForbidden) != tt.allowed {
			t.Errorf("%s: status %d: %s", name, a.StatusCode, a.body)
		}
	}
	s.reached("127.0.0.1:8080", "backend", "https://status.lan:443")
	if a := ask("backend", "https://status.lan", ""); a.StatusCode == http.StatusForbidden {
		t.Errorf("the usual port is said in LIGHTSON_URL: %s", a.body)
	}
}

func TestHostsAndThePublicAddressAreChecked(t *testing.T) {
	for text, want := range map[string]string{"": "", " , ": "", "a": "a", "A.b-c_d,[::1] ,10.0.0.1,::1": "a.b-c_d ::1 10.0.0.1 ::1", "xn--mnchen-3ya.lan.": "xn--mnchen-3ya.lan"} {
		if got, err := web.ParseHosts(text); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"https://a", "a:80", "[::1]:80", "a/b", "*", "*.example.com", "a b", "münchen.lan", ".", "a..b", "a@b", strings.Repeat("a", 254)} {
		if got, err := web.ParseHosts("ok," + text); err == nil || !strings.HasSuffix(err.Error(), "found "+text) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"https://a.example": "https://a.example", "HTTP://A:80/": "http://a", "https://a:443": "https://a", "https://a:80": "https://a:80", "https://[::1]:443": "https://[::1]", "http://[::1]:8080": "http://[::1]:8080",
		"https://A/Lights-on/": "https://a/Lights-on", "https://a/tools/lights.2": "https://a/tools/lights.2"} {
		if got, err := web.ParsePublicURL(text); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"a.example", "//a", "ftp://a", "https://", "https://a//", "https://a//b", "https://a/b//", "https://a/b/../c", "https://a/.b", "https://a/b%2Fc", "https://a/ü", "https://a/b c", "https://a/stores", "https://a/api/b", "https://a?x", "https://a?", "https://a#x", "https://a b", "https://:80", "https://a:x"} {
		got, err := web.ParsePublicURL(text)
		if err == nil || !strings.HasSuffix(err.Error(), "found "+text) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"https://me:secret@a", "https://secret@a", "https://me:secret@ a", "ftp://me:sec@ret@a"} {
		if got, err := web.ParsePublicURL(text); err == nil || strings.Contains(err.Error(), "sec") || !strings.HasSuffix(err.Error(), "a") {
			t.Errorf("%q: %v, %v, want an error without the password", text, got, err)
		}
	}
}
