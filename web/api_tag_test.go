package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnAnswerThatOneHasIsNotSentAgain(t *testing.T) {
	s := onSQLite(t).withDemo()
	targets := append(s.lists(), "/api/v1/quality", "/api/v1/stores/"+s.snapshot().Stores[0].Code, "/api/v1/reports/"+s.report().ID)
	tagged := 0
	for _, target := range targets {
		for _, kind := range []string{"application/json", "application/x-ndjson", "text/csv"} {
			first := s.call(http.MethodGet, target, accepting(kind))
			tag := first.Header.Get("ETag")
			if first.StatusCode != http.StatusOK || tag == "" {
				continue
			}
			tagged++
			again := s.call(http.MethodGet, target, accepting(kind), header("If-None-Match", `"other", `+tag))
			if again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("ETag") != tag || again.Header.Get("Content-Type") != "" ||
				again.Header.Get("Link") != first.Header.Get("Link") || again.Header.Get("Cache-Control") != "private, no-cache" {
				t.Errorf("%s as %s: %d, %q, %v", target, kind, again.StatusCode, again.body, again.Header)
			}
			if other := s.call(http.MethodGet, target, accepting(kind), header("If-None-Match", `"other"`)); other.StatusCode != http.StatusOK || other.body != first.body {
				t.Errorf("%s as %s with another tag: %d", target, kind, other.StatusCode)
			}
		}
	}
	if tagged < 30 {
		t.Errorf("only %d answers have a tag", tagged)
	}
}

func TestATagChangesWithItsAnswer(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	tag := s.call(http.MethodGet, "/api/v1/stores").Header.Get("ETag")
	if csv := s.call(http.MethodGet, "/api/v1/stores", accepting("text/csv")).Header.Get("ETag"); csv == tag {
		t.Error("JSON and CSV have the same tag")
	}
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n"})
	if a := s.call(http.MethodGet, "/api/v1/stores", header("If-None-Match", tag)); a.StatusCode != http.StatusOK || a.Header.Get("ETag") == tag {
		t.Errorf("after an import: %d, %s", a.StatusCode, a.Header.Get("ETag"))
	}
	if head := s.ask(http.MethodHead, "/api/v1/stores", asScript); !strings.HasPrefix(head.Header.Get("ETag"), `W/"`) {
		t.Errorf("HEAD has the tag %q", head.Header.Get("ETag"))
	}
	if a := s.call(http.MethodGet, "/api/v1/stores/nowhere"); a.Header.Get("ETag") != "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an error has the tag %q", a.Header.Get("ETag"))
	}
}
