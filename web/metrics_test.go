package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"lightson/web"
)

func TestMetricsAreShownInDevelopmentOnly(t *testing.T) {
	s := onSQLite(t)
	if a := s.ask(http.MethodGet, "/metrics"); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", a.StatusCode)
	}
	s.handler = web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{Dev: true}, s.logger()).Handler()
	a := s.ask(http.MethodGet, "/metrics")
	var goroutines, heap int
	if _, err := fmt.Sscanf(a.body, "go_goroutines %d\ngo_memstats_heap_inuse_bytes %d\n", &goroutines, &heap); err != nil || goroutines < 1 || heap < 1 {
		t.Errorf("%d, %v: %s", a.StatusCode, err, a.body)
	}
}
