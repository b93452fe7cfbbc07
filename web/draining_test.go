package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAServerThatDrainsIsNotReady(t *testing.T) {
	s := onSQLite(t)
	if s.server.Drain() {
		t.Error("nobody asked whether it is ready, and yet it has someone to tell")
	}
	s = onSQLite(t)
	if a := s.ask(http.MethodGet, "/readyz"); a.StatusCode != http.StatusOK || a.Header.Get("Connection") != "" {
		t.Fatalf("status %d, connection %s", a.StatusCode, a.Header.Get("Connection"))
	}
	if !s.server.Drain() {
		t.Error("someone asked whether it is ready, and is not told")
	}
	if a := s.ask(http.MethodGet, "/readyz"); a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "about to stop") {
		t.Errorf("status %d: %s", a.StatusCode, a.body)
	}
	for _, target := range []string{"/healthz", "/stores", "/nowhere"} { // which go on being answered
		if a := s.ask(http.MethodGet, target); a.Header.Get("Connection") != "close" || a.StatusCode >= 500 {
			t.Errorf("%s: status %d, connection %q", target, a.StatusCode, a.Header.Get("Connection"))
		}
	}
}
