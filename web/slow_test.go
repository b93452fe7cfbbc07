package web_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lightson/jobs"
	"lightson/web"
)

// An idleBody is one of which nothing comes.
type idleBody struct {
	asked  chan<- struct{} // told when someone waits for it
	hungUp <-chan struct{}
}

func (b idleBody) Read([]byte) (int, error) {
	b.asked <- struct{}{}
	<-b.hungUp
	return 0, errors.New("connection reset")
}

func (b idleBody) Close() error { return nil }

// Pushes and forms of which nothing comes keep nobody waiting, whatever they have
// announced.
func TestIdleBodiesHoldNothing(t *testing.T) {
	s := onSQLite(t)
	asked, hungUp := make(chan struct{}), make(chan struct{})
	var idle sync.WaitGroup
	for n := range 200 {
		path := []string{"/api/v1/polls", "/trigger_report", "/sales", "/nowhere"}[n%4]
		idle.Go(func() {
			a := s.ask(http.MethodPost, path, asScript, body("application/json", "["), func(r *http.Request) {
				r.Body, r.ContentLength = idleBody{asked, hungUp}, 60_000
			})
			if a.StatusCode != http.StatusBadRequest {
				t.Errorf("POST %s that broke off: %d %s", path, a.StatusCode, a.body)
			}
		})
	}
	for range 200 {
		<-asked
	}
	if a := s.push("application/json", "["+pushOf("a", "active", "2023-01-25T10:00:00Z")+"]"); a.StatusCode != http.StatusOK {
		t.Errorf("an honest push: %d %s", a.StatusCode, a.body)
	}
	if a := s.ask(http.MethodPost, "/trigger_report", asScript); a.StatusCode != http.StatusOK {
		t.Errorf("an honest trigger: %d %s", a.StatusCode, a.body)
	}
	close(hungUp)
	idle.Wait()
}

func TestAnUploadThatStopsIsGivenUp(t *testing.T) {
	s := onSQLite(t)
	for _, path := range []string{"/imports", "/api/v1/imports", "/api/v1/imports?dry_run=true"} {
		begun := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nstore_id,status,timestamp_utc\n"
		a := s.ask(http.MethodPost, path, body("multipart/form-data; boundary=b", ""), func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(begun), timeout{})), 1_000_000
		})
		if a.StatusCode != http.StatusRequestTimeout || !strings.Contains(a.body, "too slow") {
			t.Errorf("POST %s: %d %s", path, a.StatusCode, a.body)
		}
	}
	if list, err := s.db.Imports(t.Context(), 0, 10); err != nil || len(list) > 0 {
		t.Errorf("%d imports, %v", len(list), err)
	}
}

type timeout struct{}

func (timeout) Read([]byte) (int, error) { return 0, fmt.Errorf("read tcp: %w", timeoutError{}) }

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestOnlySoManyUploadsArriveAtOnce(t *testing.T) {
	s := onSQLite(t)
	asked, hungUp := make(chan struct{}), make(chan struct{})
	var idle sync.WaitGroup
	for range 100 {
		idle.Go(func() {
			s.ask(http.MethodPost, "/imports", body("multipart/form-data; boundary=b", ""), func(r *http.Request) {
				r.Body, r.ContentLength = idleBody{asked, hungUp}, 60_000
			})
		})
	}
	for range 100 {
		<-asked
	}
	zones := files(file{"zones.csv", goodZones})
	for _, path := range []string{"/imports", "/api/v1/imports", "/api/v1/imports?dry_run=true"} {
		if a := s.ask(http.MethodPost, path, zones); a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "Too many files") {
			t.Errorf("POST %s: %d %s", path, a.StatusCode, a.body)
		}
	}
	go func() { // those that are refused are read to their end
		for range asked {
		}
	}()
	close(hungUp)
	idle.Wait()
	close(asked)
	if a := s.ask(http.MethodPost, "/imports", zones); a.StatusCode != http.StatusSeeOther {
		t.Errorf("afterwards: %d %s", a.StatusCode, a.body)
	}
}

// fullDisk is the background work of a server whose disk is full.
type fullDisk struct {
	*jobs.Jobs
	full *bool
}

func (d fullDisk) Ready() error {
	if *d.full {
		return fmt.Errorf("12 bytes are free: %w", syscall.ENOSPC)
	}
	return nil
}

func TestAServerOnAFullDiskIsNotReady(t *testing.T) {
	s, full := onSQLite(t), true
	s.handler = web.New(s.db, s.figures, s.jobs, fullDisk{s.jobs, &full}, s.jobs, s.jobs, web.Settings{}, slog.New(slog.DiscardHandler)).Handler()
	a := s.ask(http.MethodGet, "/readyz")
	if a.StatusCode != http.StatusServiceUnavailable || a.body != "The disk of the server is full.\n" || a.Header.Get("Retry-After") == "" {
		t.Errorf("full: %d %q", a.StatusCode, a.body)
	}
	if a := s.ask(http.MethodGet, "/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("the process is not well: %d", a.StatusCode)
	}
	full = false
	if a := s.ask(http.MethodGet, "/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("with room again: %d %q", a.StatusCode, a.body)
	}
}

func TestFilesThatHaveNoRoomAreRefusedInWords(t *testing.T) {
	s := newSiteWith(t, onSQLite(t).db, jobs.Settings{StageLimit: 100})
	polls := file{"polls.csv", "store_id,status,timestamp_utc\n" + strings.Repeat("1,active,2023-01-25 15:00:00 UTC\n", 10)}
	for _, path := range []string{"/imports", "/api/v1/imports", "/api/v1/imports?dry_run=true"} {
		a := s.ask(http.MethodPost, path, files(polls))
		if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "LIGHTSON_STAGE_LIMIT") || !strings.Contains(a.body, "Nothing was imported.") {
			t.Errorf("POST %s: %d %s", path, a.StatusCode, a.body)
		}
	}
	if a := s.ask(http.MethodPost, "/imports", files(file{"zones.csv", "store_id,timezone_str\n1,UTC\n"})); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a small file: %d %s", a.StatusCode, a.body)
	}
}
