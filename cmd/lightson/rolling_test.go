package main

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

func TestARollingRestartFailsNoRequest(t *testing.T) {
	data := newCourse(t, 300, 1)
	c := newCluster(t, 3, "--drain=300ms")
	id := c.server.upload(data.first...)
	until(t, "the import is final", func() bool { return c.theImport(id).final() })

	var stopped atomic.Bool
	var sent atomic.Int64
	var g errgroup.Group
	for worker := range 4 {
		g.Go(func() error {
			for n := worker; !stopped.Load(); n++ {
				sent.Add(1)
				var a answer
				var err error
				switch n % 4 {
				case 0:
					a, err = c.send(http.MethodPost, "/trigger_report?as_of="+asOf, nil)
				case 1:
					body, contentType := form(data.parts[0])
					a, err = c.send(http.MethodPost, "/api/v1/imports", body, header("Content-Type", contentType))
				case 2:
					a, err = c.send(http.MethodGet, "/stores", nil)
				default:
					a, err = c.send(http.MethodGet, "/api/v1/imports/"+id, nil)
				}
				if err != nil || a.StatusCode >= 400 && a.StatusCode != http.StatusTooManyRequests {
					return errors.Join(err, fmt.Errorf("request %d: %+v", n, a))
				}
				time.Sleep(10 * time.Millisecond)
			}
			return nil
		})
	}
	for n := range c.servers {
		before := sent.Load()
		if err := c.servers[n].child.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := c.servers[n].exit(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		c.restart(n)
		if sent.Load() == before {
			t.Error("no request was sent meanwhile: nothing was tested")
		}
	}
	stopped.Store(true)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if failed := c.unanswered.Load(); failed > 0 {
		t.Errorf("%d of %d requests were not answered", failed, sent.Load())
	}
	t.Logf("%d requests", sent.Load())
}

func TestAServerThatStopsSaysSoBeforeItStopsListening(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--drain=1s")
	if a := s.get("/readyz"); a.StatusCode != http.StatusOK || a.Close {
		t.Fatalf("%s, closing %v", a.Status, a.Close)
	}
	if err := s.child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until(t, "it is not ready any more", func() bool { return s.get("/readyz").StatusCode == http.StatusServiceUnavailable })
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK || !a.Close {
		t.Errorf("a request meanwhile: %s, and the connection is to be closed: %v", a.Status, a.Close)
	}
	if code := s.exit(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

func TestAServerThatNobodyBalancesStopsAtOnce(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--drain=1h", "--stop-after=1h")
	s.get("/healthz")
	if code := s.terminate(); code != 0 { // which has less patience
		t.Errorf("exit status %d", code)
	}
}
