package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestLongAddressesAreRefusedAtOnce(t *testing.T) {
	s := onSQLite(t)
	for target, want := range map[string]int{
		"/stores?q=" + strings.Repeat("a", 8<<10-10):          http.StatusOK,
		"/stores?q=" + strings.Repeat("a", 8<<10-9):           http.StatusRequestURITooLong,
		"/stores?" + strings.Repeat("&", 60_000):              http.StatusRequestURITooLong,
		"/" + strings.Repeat("a/", 30_000):                    http.StatusRequestURITooLong,
		"/api/v1/stores?cursor=" + strings.Repeat("a", 9_000): http.StatusRequestURITooLong,
		"/healthz?" + strings.Repeat("a", 9_000):              http.StatusRequestURITooLong,
	} {
		a := s.ask(http.MethodGet, target)
		if a.StatusCode != want || want != http.StatusOK && !strings.Contains(a.body, "Expected at most 8.2 kB") {
			t.Errorf("GET %.30s… of %d bytes: status %d, want %d: %.300s", target, len(target), a.StatusCode, want, a.body)
		}
	}
}

// The first answer says the same about what it depends on as the kept ones.
func TestKeptPagesVaryFromTheFirstAnswerOn(t *testing.T) {
	s := onSQLite(t)
	for _, target := range []string{"/", "/stores", "/reports", "/imports", "/quality", "/groups", "/?x=1"} {
		for n := range 2 {
			if got := s.ask(http.MethodGet, target).Header.Values("Vary"); strings.Join(got, "|") != "HX-Request, HX-Target|Accept-Language|Cookie|Accept-Encoding" {
				t.Errorf("answer %d of %s: Vary %q", n+1, target, got)
			}
		}
	}
}
