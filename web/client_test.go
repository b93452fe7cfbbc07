package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightson/web"
)

// behind is the site as a server behind the proxies of a setting.
func (s *site) behind(proxies string) *site {
	s.t.Helper()
	return s.named(proxies, "")
}

// named is the same with proxies that name users in a header.
func (s *site) named(proxies, userHeader string) *site {
	s.t.Helper()
	trusted, err := web.ParseProxies(proxies)
	if err != nil {
		s.t.Fatal(err)
	}
	s.server.Trust(trusted, userHeader)
	s.handler = s.server.Handler()
	return s
}

// from is the address and port that a request is sent from.
func from(peer string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = peer } }

// headers adds headers, each "Name: value".
func headers(lines ...string) func(*http.Request) {
	return func(r *http.Request) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ":")
			r.Header.Add(name, strings.TrimSpace(value))
		}
	}
}

// recognise is what the server knows of the client of a request.
func (s *site) recognise(changes ...func(*http.Request)) web.Client {
	r := httptest.NewRequest(http.MethodGet, "http://status.lan/", nil)
	for _, change := range changes {
		change(r)
	}
	return s.server.Recognise(r)
}

const proxies = "127.0.0.1, ::1, 10.0.0.0/8, fd00::/64"

func TestTheClientIsWhoTheTrustedProxySaysAndNobodyElse(t *testing.T) {
	s := onSQLite(t).behind(proxies)
	for name, tt := range map[string]struct {
		peer string
		sent []string
		want string
	}{
		"no header":                     {"127.0.0.1:99", nil, "127.0.0.1"},
		"one":                           {"127.0.0.1:99", []string{"203.0.113.7"}, "203.0.113.7"},
		"a stranger's":                  {"192.0.2.1:99", []string{"203.0.113.7"}, "192.0.2.1"},
		"a stranger who is nearly one":  {"11.0.0.0:99", []string{"203.0.113.7"}, "11.0.0.0"},
		"claimed before":                {"127.0.0.1:99", []string{"127.0.0.1, 198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		"claimed in another header":     {"127.0.0.1:99", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		"two proxies":                   {"127.0.0.1:99", []string{"198.51.100.1, 203.0.113.7, 10.1.2.3"}, "203.0.113.7"},
		"two proxies, two headers":      {"127.0.0.1:99", []string{"198.51.100.1, 203.0.113.7", "10.1.2.3"}, "203.0.113.7"},
		"all are proxies":               {"127.0.0.1:99", []string{"10.9.9.9, 10.1.2.3"}, "10.9.9.9"},
		"a port":                        {"127.0.0.1:99", []string{"203.0.113.7:4711"}, "203.0.113.7"},
		"IPv6":                          {"[::1]:99", []string{"2001:DB8::7"}, "2001:db8::7"},
		"IPv6 in brackets":              {"[::1]:99", []string{"[2001:db8::7]"}, "2001:db8::7"},
		"IPv6 with a port":              {"[fd00::1]:99", []string{"[2001:db8::7]:4711, 10.1.1.1:5"}, "2001:db8::7"},
		"IPv4 as IPv6":                  {"[::ffff:127.0.0.1]:99", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		"IPv4 as IPv6, between":         {"127.0.0.1:99", []string{"203.0.113.7, ::ffff:10.1.1.1"}, "203.0.113.7"},
		"IPv4 as IPv6, a stranger":      {"[::ffff:192.0.2.1]:99", []string{"203.0.113.7"}, "192.0.2.1"},
		"an interface":                  {"[fe80::5%eth0]:99", []string{"203.0.113.7"}, "fe80::5"},
		"garbage":                       {"127.0.0.1:99", []string{"<script>"}, "127.0.0.1"},
		"garbage that a proxy took":     {"127.0.0.1:99", []string{"203.0.113.7, unknown, 10.1.2.3"}, "10.1.2.3"},
		"garbage before":                {"127.0.0.1:99", []string{"a\x00b, ', 203.0.113.7"}, "203.0.113.7"},
		"nothing between commas":        {"127.0.0.1:99", []string{"203.0.113.7, ,,\t, "}, "203.0.113.7"},
		"a name":                        {"127.0.0.1:99", []string{"localhost"}, "127.0.0.1"},
		"an address of nobody":          {"127.0.0.1:99", []string{"0.0.0.0"}, "127.0.0.1"},
		"a number":                      {"127.0.0.1:99", []string{"2130706433"}, "127.0.0.1"},
		"half a bracket":                {"127.0.0.1:99", []string{"[2001:db8::7"}, "2001:db8::7"},
		"a very long list":              {"127.0.0.1:99", []string{strings.Repeat("198.51.100.1, ", 4000) + "203.0.113.7"}, "203.0.113.7"},
		"a very long list of proxies":   {"127.0.0.1:99", []string{"203.0.113.7" + strings.Repeat(", 10.0.0.1", 4000)}, "10.0.0.1"},
		"a very long list of headers":   {"127.0.0.1:99", append([]string{"203.0.113.7"}, strings.Split(strings.Repeat("10.0.0.1 ", 300), " ")...), "10.0.0.1"},
		"a Unix socket":                 {"@", []string{"203.0.113.7"}, "@"},
		"a Unix socket with a name":     {"/run/x.sock", []string{"203.0.113.7"}, "/run/x.sock"},
		"a connection without anything": {"", []string{"203.0.113.7"}, ""},
	} {
		var lines []string
		for _, list := range tt.sent {
			lines = append(lines, "X-Forwarded-For: "+list)
		}
		if got := s.recognise(from(tt.peer), headers(lines...)); got.Address != tt.want {
			t.Errorf("%s: %s, want %s", name, got.Address, tt.want)
		}
	}
	if got := s.recognise(from("127.0.0.1:99"), headers("X-Real-IP: 203.0.113.7", "Forwarded: for=203.0.113.7;proto=https;host=evil.example", "Client-IP: 203.0.113.7", "True-Client-IP: 203.0.113.7")); got.Address != "127.0.0.1" || got.Secure || got.Host != "status.lan" {
		t.Errorf("headers that proxies hand on as clients wrote them are believed: %+v", got)
	}
}

// Whatever clients write into the header, the address that the proxy adds is theirs.
func TestNoClientCanClaimAnotherAddress(t *testing.T) {
	s := onSQLite(t).behind(proxies)
	rapid.Check(t, func(t *rapid.T) {
		claimed := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9.:,\[\] ]{0,40}`))).Draw(t, "claimed")
		sent := func(r *http.Request) {
			for _, list := range claimed {
				r.Header.Add("X-Forwarded-For", list)
			}
			if last := len(claimed) - 1; last >= 0 && rapid.Bool().Draw(t, "in one header") {
				r.Header["X-Forwarded-For"][last] += ", 203.0.113.7"
			} else {
				r.Header.Add("X-Forwarded-For", "203.0.113.7")
			}
		}
		if got := s.recognise(from("127.0.0.1:99"), sent); got.Address != "203.0.113.7" {
			t.Fatalf("%q: the client is %s", claimed, got.Address)
		}
	})
}

func TestTheHostIsWhatTheTrustedProxySaysAndNobodyElse(t *testing.T) {
	s := onSQLite(t).behind(proxies)
	for name, tt := range map[string]struct {
		peer, host string
		sent       []string
		want       string
	}{
		"no header":               {"127.0.0.1:9", "backend:8080", nil, "backend:8080"},
		"one":                     {"127.0.0.1:9", "backend:8080", []string{"X-Forwarded-Host: status.lan:8081"}, "status.lan:8081"},
		"a stranger's":            {"192.0.2.1:9", "backend:8080", []string{"X-Forwarded-Host: status.lan", "X-Forwarded-Port: 1"}, "backend:8080"},
		"the nearest of two":      {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: evil.example, status.lan"}, "status.lan"},
		"the nearest of headers":  {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Host: status.lan"}, "status.lan"},
		"a port":                  {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 8081"}, "status.lan:8081"},
		"the nearest port":        {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 1, 8081"}, "status.lan:8081"},
		"a port of both":          {"127.0.0.1:9", "backend:8080", []string{"X-Forwarded-Host: status.lan", "X-Forwarded-Port: 8081"}, "status.lan:8081"},
		"a port that is there":    {"127.0.0.1:9", "status.lan:8082", []string{"X-Forwarded-Port: 8081"}, "status.lan:8082"},
		"a port by IPv6":          {"127.0.0.1:9", "[2001:db8::7]", []string{"X-Forwarded-Port: 8081"}, "[2001:db8::7]:8081"},
		"the usual port":          {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 443", "X-Forwarded-Proto: https"}, "status.lan"},
		"not the usual port":      {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 443", "X-Forwarded-Proto: http"}, "status.lan:443"},
		"a usual port, perhaps":   {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 443"}, "status.lan"},
		"the usual port is said":  {"127.0.0.1:9", "status.lan:80", []string{"X-Forwarded-Proto: http"}, "status.lan"},
		"the usual port of https": {"127.0.0.1:9", "[::2]:443", []string{"X-Forwarded-Proto: https"}, "[::2]"},
		"another port is said":    {"127.0.0.1:9", "status.lan:80", []string{"X-Forwarded-Proto: https"}, "status.lan:80"},
		"said to us alone":        {"192.0.2.1:9", "status.lan:80", []string{"X-Forwarded-Proto: http"}, "status.lan:80"},
		"garbage for a port":      {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 80a"}, "status.lan"},
		"a port of none":          {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 0"}, "status.lan"},
		"a port too large":        {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 65536"}, "status.lan"},
		"a port that is a host":   {"127.0.0.1:9", "status.lan", []string{"X-Forwarded-Port: 80@evil.example"}, "status.lan"},
		"an address":              {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: http://evil.example"}, "backend"},
		"a path":                  {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: evil.example/x"}, "backend"},
		"a user":                  {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: a@evil.example"}, "backend"},
		"lines":                   {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: status.lan\r\nSet-Cookie: a=b"}, "backend"},
		"markup":                  {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: <script>"}, "backend"},
		"bytes":                   {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: a\x00b\xff"}, "backend"},
		"IPv6 without brackets":   {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: 2001:db8::7"}, "backend"},
		"two ports":               {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: status.lan:80:80"}, "backend"},
		"half a bracket":          {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: [::1"}, "backend"},
		"a port alone":            {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: :8081"}, "backend"},
		"a colon":                 {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: status.lan:"}, "backend"},
		"a long name":             {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: " + strings.Repeat("a", 60_000)}, "backend"},
		"nothing at the end":      {"127.0.0.1:9", "backend", []string{"X-Forwarded-Host: status.lan,"}, "backend"},
	} {
		if got := s.recognise(from(tt.peer), host(tt.host), headers(tt.sent...)); got.Host != tt.want {
			t.Errorf("%s: %q, want %s", name, got.Host, tt.want)
		}
	}
}

func TestTheUserIsWhoTheTrustedProxySaysAndNobodyElse(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User")
	for name, tt := range map[string]struct {
		peer, want string
		sent       []string
	}{
		"nobody":                       {"127.0.0.1:9", "", nil},
		"one":                          {"127.0.0.1:9", "Ann@Example.com", []string{"Ann@Example.com"}},
		"an old form of the address":   {"[::ffff:127.0.0.1]:9", "ann@example.com", []string{"  ann@example.com\t"}},
		"a name":                       {"127.0.0.1:9", "ann", []string{"ann"}},
		"letters of elsewhere":         {"127.0.0.1:9", "añn@example.com", []string{"añn@example.com"}},
		"a stranger's":                 {"192.0.2.1:9", "", []string{"ann@example.com"}},
		"a stranger's, by IPv6":        {"[2001:db8::1]:9", "", []string{"ann@example.com"}},
		"a neighbour of the proxy":     {"127.0.0.2:9", "", []string{"ann@example.com"}},
		"a Unix socket's":              {"@", "", []string{"ann@example.com"}},
		"nothing":                      {"127.0.0.1:9", "", []string{""}},
		"the client's and the proxy's": {"127.0.0.1:9", "", []string{"boss@example.com", "ann@example.com"}},
		"the same twice":               {"127.0.0.1:9", "", []string{"ann@example.com", "ann@example.com"}},
		"nothing and one":              {"127.0.0.1:9", "", []string{"", "ann@example.com"}},
		"a list":                       {"127.0.0.1:9", "", []string{"boss@example.com, ann@example.com"}},
		"lines":                        {"127.0.0.1:9", "", []string{"ann@example.com\r\nX: y"}},
		"an invisible character":       {"127.0.0.1:9", "", []string{"ann\u200b@example.com"}},
		"a NUL":                        {"127.0.0.1:9", "", []string{"ann@example.com\x00"}},
		"bytes that are no text":       {"127.0.0.1:9", "", []string{"ann\xff@example.com"}},
		"a name and an address":        {"127.0.0.1:9", "", []string{"Ann <ann@example.com>"}},
		"too long":                     {"127.0.0.1:9", "", []string{strings.Repeat("a", 255)}},
	} {
		sent := func(r *http.Request) {
			for _, value := range tt.sent {
				r.Header.Add("X-Forwarded-User", value)
			}
		}
		var request *http.Request
		got := s.recognise(from(tt.peer), sent, headers("X-Forwarded-For: 203.0.113.7"), func(r *http.Request) { request = r })
		if got.User != tt.want || got.HasUser != (tt.want != "") {
			t.Errorf("%s: %q, %t; want %q", name, got.User, got.HasUser, tt.want)
		}
		for _, gone := range []string{"X-Forwarded-User", "X-Forwarded-For"} {
			if request.Header.Get(gone) != "" {
				t.Errorf("%s: %s is still there for others to believe", name, gone)
			}
		}
	}
	if got := s.named("", "X-Forwarded-User").recognise(from("127.0.0.1:9"), headers("X-Forwarded-User: ann@example.com")); got.HasUser {
		t.Errorf("without trusted proxies: %+v", got)
	}
}

func TestForgedHeadersAreLoggedNowAndAgain(t *testing.T) {
	s := onSQLite(t)
	var log bytes.Buffer
	clock := now
	s.server.SetLog(slog.New(slog.NewTextHandler(&log, nil)))
	s.server.SetClock(func() time.Time { return clock })
	s.named(proxies, "X-Forwarded-User")
	forge := func(lines ...string) (logged string) {
		log.Reset()
		if a := s.ask(http.MethodGet, "/healthz", from("192.0.2.1:9"), headers(lines...)); a.StatusCode != http.StatusOK {
			t.Errorf("%v: status %d", lines, a.StatusCode)
		}
		return log.String()
	}
	const user, other = "X-Forwarded-User: boss@example.com\nlevel=ERROR", "X-Forwarded-Host: evil.example"
	if got := forge(user); strings.Count(got, "\n") != 1 || !strings.Contains(got, "X-Forwarded-User") || !strings.Contains(got, "192.0.2.1") || strings.Contains(got, "boss") {
		t.Errorf("the first: %s", got)
	}
	if got := forge(other); strings.Count(got, "\n") != 1 || !strings.Contains(got, "X-Forwarded-Host") || !strings.Contains(got, "LIGHTSON_TRUSTED_PROXIES") || strings.Contains(got, "evil") {
		t.Errorf("the first of another kind: %s", got)
	}
	for range 50 {
		clock = clock.Add(time.Second)
		if got := forge(user, other); got != "" {
			t.Fatalf("again: %s", got)
		}
	}
	clock = clock.Add(10 * time.Minute)
	if got := forge(user, other); strings.Count(got, "times=51") != 2 {
		t.Errorf("after a while: %s", got)
	}
}

// What is recorded and what is refused follow from who the client is.
func TestAnUploadIsByTheClientBehindTheProxy(t *testing.T) {
	s := onSQLite(t).behind(proxies)
	for peer, want := range map[string]string{"127.0.0.1:9": "203.0.113.7", "192.0.2.1:9": "192.0.2.1"} {
		a := s.ask(http.MethodPost, "/imports", from(peer), headers("X-Forwarded-For: 198.51.100.1, 203.0.113.7"), files(file{"z.csv", "store_id,timezone_str\n1,Europe/Berlin\n"}))
		i, err := s.db.Import(t.Context(), strings.TrimPrefix(a.Header.Get("Location"), "/imports/"))
		if err != nil || i.By != want {
			t.Errorf("%s: by %q, %v", peer, i.By, err)
		}
	}
}
