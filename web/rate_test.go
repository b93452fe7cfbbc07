package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/static"
)

// hurried is a site on which an address may send so many requests in a minute. Its clock
// is the test's.
func hurried(t *testing.T, perMinute int) (s *site, clock *time.Time) {
	t.Helper()
	start := now
	s, clock = onSQLite(t).behind(proxies), &start
	s.server.SetClock(func() time.Time { return *clock })
	s.server.LimitRates(perMinute)
	return s, clock
}

// allowed is how many of some requests are not refused as one too many.
func (s *site) allowed(times int, method, target string, changes ...func(*http.Request)) (allowed int) {
	s.t.Helper()
	for range times {
		if a := s.ask(method, target, changes...); a.StatusCode != http.StatusTooManyRequests {
			allowed++
		}
	}
	return allowed
}

func TestAnAddressMayAskSoOftenInAMinute(t *testing.T) {
	s, clock := hurried(t, 600)
	stranger, neighbour := from("192.0.2.1:9"), from("192.0.2.2:9")
	if got := s.allowed(700, http.MethodGet, "/nowhere", stranger); got != 600 {
		t.Errorf("%d requests were answered, want 600", got)
	}
	if got := s.allowed(1, http.MethodGet, "/stores", stranger); got != 0 {
		t.Error("another page is counted apart")
	}
	if got := s.allowed(70, http.MethodPost, "/reports/1/cancel", stranger); got != 60 {
		t.Errorf("%d changes were answered, want 60: they are counted apart, and are a tenth", got)
	}
	if got := s.allowed(10, http.MethodPost, "/sign-in", stranger); got > 60 {
		t.Errorf("%d tries to sign in were answered", got)
	}
	if got := s.allowed(3, http.MethodGet, "/stores", neighbour); got != 3 {
		t.Error("another address pays for it")
	}
	*clock = clock.Add(time.Second)
	if got := s.allowed(20, http.MethodGet, "/nowhere", stranger); got != 10 {
		t.Errorf("after a second: %d were answered, want 10", got)
	}
	*clock = clock.Add(time.Hour)
	if got := s.allowed(700, http.MethodGet, "/nowhere", stranger); got != 600 {
		t.Errorf("after an hour: %d were answered, want 600", got)
	}
	*clock = clock.Add(-time.Hour)
	if got := s.allowed(1, http.MethodGet, "/nowhere", neighbour); got != 1 {
		t.Error("a clock that went back shuts people out")
	}
}

func TestWhoIsCountedAndWhoIsNot(t *testing.T) {
	for name, tt := range map[string]struct {
		spent, asked func(*http.Request)
		counted      bool
	}{
		"the same address":                 {from("192.0.2.1:9"), from("192.0.2.1:10"), true},
		"the next address":                 {from("192.0.2.1:9"), from("192.0.2.2:9"), false},
		"IPv4 as IPv6":                     {from("192.0.2.1:9"), from("[::ffff:192.0.2.1]:9"), true},
		"an IPv6 network":                  {from("[2001:db8::1]:9"), from("[2001:db8::ffff:0:0:1]:9"), true},
		"the next IPv6 network":            {from("[2001:db8::1]:9"), from("[2001:db8:0:1::1]:9"), false},
		"a client behind the proxy":        {headed("127.0.0.1:9", "203.0.113.7"), headed("127.0.0.1:9", "203.0.113.8"), false},
		"its claims":                       {headed("127.0.0.1:9", "1.1.1.1, 203.0.113.7"), headed("127.0.0.1:9", "2.2.2.2, 203.0.113.7"), true},
		"claims of a stranger":             {headed("192.0.2.1:9", "203.0.113.7"), headed("192.0.2.1:9", "203.0.113.8"), true},
		"this machine":                     {from("127.0.0.2:9"), from("127.0.0.2:9"), false},
		"this machine by IPv4 as IPv6":     {from("[::ffff:127.0.0.2]:9"), from("[::ffff:127.0.0.2]:9"), false},
		"a proxy that says nothing":        {from("127.0.0.1:9"), from("127.0.0.1:9"), true},
		"a proxy that says it is itself":   {headed("127.0.0.1:9", "127.0.0.2"), headed("127.0.0.1:9", "127.0.0.2"), true},
		"somebody who claims to be it":     {headed("192.0.2.1:9", "127.0.0.1"), headed("192.0.2.1:9", "127.0.0.1"), true},
		"a connection without any address": {from("@"), from("@"), true},
	} {
		s, _ := hurried(t, 600)
		s.allowed(600, http.MethodGet, "/nowhere", tt.spent)
		if got := s.allowed(1, http.MethodGet, "/nowhere", tt.asked) == 0; got != tt.counted {
			t.Errorf("%s: counted %t, want %t", name, got, tt.counted)
		}
	}
}

// headed is a request that a peer sends for somebody else.
func headed(peer, forwardedFor string) func(*http.Request) {
	return func(r *http.Request) {
		from(peer)(r)
		headers("X-Forwarded-For: " + forwardedFor)(r)
	}
}

func TestWhatIsCountedAndWhatIsNot(t *testing.T) {
	s, _ := hurried(t, 600)
	stranger := from("192.0.2.1:9")
	s.allowed(600, http.MethodGet, "/nowhere", stranger)
	for target, counted := range map[string]bool{
		"/": true, "/stores": true, "/api/v1/stores": true, "/get_report": true, "/nowhere/else": true, "/samples/x": true,
		"/healthz": false, "/readyz": false, static.URL("app.css"): false, static.URL("app.js"): false,
		"/healthz/": false, "/healthzz": true, "/static": true,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := s.allowed(1, method, target, stranger) == 0; got != counted {
				t.Errorf("%s %s: counted %t, want %t", method, target, got, counted)
			}
		}
	}
	if none, _ := hurried(t, 0); none.allowed(2000, http.MethodPost, "/nowhere", stranger) != 2000 {
		t.Error("without a limit there is one")
	}
}

// Whatever asks is told in its own form, when to come back, and nothing of the data.
func TestOneRequestTooManyIsToldInWordsAndHeaders(t *testing.T) {
	s, _ := hurried(t, 600)
	s.withDemo()
	stranger := from("192.0.2.1:9")
	a := s.ask(http.MethodGet, "/stores", stranger)
	for name, want := range map[string]string{"RateLimit-Limit": "600", "RateLimit-Remaining": "599", "RateLimit-Reset": "1", "Retry-After": ""} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("the first: %s is %q, want %q", name, got, want)
		}
	}
	s.allowed(700, http.MethodGet, "/nowhere", stranger)
	s.allowed(70, http.MethodPost, "/nowhere", stranger)
	for name, tt := range map[string]struct {
		method, target, accept, want string
	}{
		"a page":       {http.MethodGet, "/stores", "text/html", "This address sent more than 600 requests in a minute. Please try again in 1 second."},
		"a button":     {http.MethodPost, "/reports", "text/html", "This address sent more than 60 requests that change something in a minute."},
		"the API":      {http.MethodGet, "/api/v1/stores", "application/json", `"status":429`},
		"the contract": {http.MethodPost, "/trigger_report", "*/*", `{"error":"Too many requests. This address`},
	} {
		a := s.ask(tt.method, tt.target, stranger, header("Accept", tt.accept))
		if a.StatusCode != http.StatusTooManyRequests || !strings.Contains(a.body, tt.want) || a.Header.Get("Retry-After") != "1" ||
			a.Header.Get("RateLimit-Remaining") != "0" || a.Header.Get("RateLimit-Reset") != "60" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %v, %s", name, a.StatusCode, a.Header, a.body)
		}
		if strings.Contains(a.body, "Jan 2023") {
			t.Errorf("%s: it tells of the data, and costs: %s", name, a.body)
		}
	}
	if a := s.ask(http.MethodPost, "/api/v1/reports", stranger, header("Accept", "application/json")); a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the API answers in %s", a.Header.Get("Content-Type"))
	}
}

func TestManyAddressesTakeBoundedMemoryAndBoundedLog(t *testing.T) {
	s, _ := hurried(t, 600)
	var log bytes.Buffer
	s.server.SetLog(slog.New(slog.NewTextHandler(&log, nil)))
	stranger := from("192.0.2.1:9")
	s.allowed(1000, http.MethodGet, "/healthz/x", stranger)
	if got := strings.Count(log.String(), "asks too often"); got != 1 {
		t.Errorf("logged %d times:\n%s", got, &log)
	}
	for n := range 30_000 {
		s.server.CountRequest(fmt.Sprint("address ", n))
	}
	if got := s.server.Buckets(); got > 20_000 {
		t.Errorf("%d buckets are kept", got)
	}
}

// Forty people behind one address look at everything, with pages that follow reports and
// imports by the second.
func TestAnOfficeBehindOneAddressDoesNotMeetTheLimit(t *testing.T) {
	s, clock := hurried(t, 12_000)
	office := headed("127.0.0.1:9", "203.0.113.7")
	for second := range 120 {
		*clock = clock.Add(time.Second)
		if got := s.allowed(100, http.MethodGet, "/nowhere", office); got != 100 {
			t.Fatalf("in second %d, %d of 100 requests were answered", second, got)
		}
		if got := s.allowed(2, http.MethodPost, "/nowhere", office); got != 2 {
			t.Fatalf("in second %d, a button was refused", second)
		}
	}
}
