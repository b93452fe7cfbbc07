package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/web"
)

func TestProfilesAreShownInDevelopmentOnly(t *testing.T) {
	s := onSQLite(t)
	const gzip = "\x1f\x8b"
	wants := map[string]struct{ starts, has string }{
		"/debug/pprof":                   {"<html>", "/debug/pprof/"},
		"/debug/pprof/":                  {"<html>", "/debug/pprof/"},
		"/debug/pprof/heap":              {gzip, ""},
		"/debug/pprof/goroutine?debug=1": {"goroutine profile: total ", "showProfile"},
		"/debug/pprof/profile?seconds=1": {gzip, ""},
		"/debug/pprof/trace?seconds=0.1": {"go 1.", ""},
		"/debug/pprof/cmdline":           {"", "web.test"},
		"/debug/pprof/symbol":            {"num_symbols: 1\n", ""},
	}
	for target := range wants {
		if a := s.ask(http.MethodGet, target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
	}
	s.handler = web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{Dev: true}, s.logger()).Handler()
	for target, want := range wants {
		a := s.ask(http.MethodGet, target)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(strings.TrimSpace(a.body), strings.TrimSpace(want.starts)) || !strings.Contains(a.body, want.has) {
			t.Errorf("%s: %d %.200q", target, a.StatusCode, a.body)
		}
	}
	if a := s.ask(http.MethodGet, "/debug/pprof/nothing"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a profile that there is not: status %d", a.StatusCode)
	}
}
