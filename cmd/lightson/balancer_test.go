package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// A cluster is several servers on one PostgreSQL, with one inbox and disks of
// their own, behind a load balancer.
type cluster struct {
	*server // the balancer, to be asked like a server

	t          *testing.T
	db, inbox  string
	flags      []string
	mu         sync.Mutex
	servers    []*server
	in         []bool // who gets requests
	turn       atomic.Int64
	backend    *http.Transport
	unanswered atomic.Int64 // requests that the balancer could not have answered
}

// newCluster starts servers and waits until all of them get requests.
func newCluster(t *testing.T, size int, flags ...string) *cluster {
	t.Helper()
	url, _ := modelstest.URL(t, modelstest.PostgreSQL)
	c := &cluster{t: t, db: url, inbox: t.TempDir(), flags: flags, in: make([]bool, size), backend: &http.Transport{MaxIdleConnsPerHost: 32}}
	for range size {
		c.servers = append(c.servers, c.start(t.TempDir()))
	}
	front := httptest.NewServer(c)
	c.server = &server{t: t, url: front.URL, client: &http.Client{}}
	ctx, stop := context.WithCancel(background(t))
	var checks sync.WaitGroup
	for n := range size {
		checks.Go(func() { c.check(ctx, n) })
	}
	t.Cleanup(func() {
		stop()
		checks.Wait()
		front.Close()
		c.backend.CloseIdleConnections()
	})
	for n := range size {
		c.await(n)
	}
	return c
}

func (c *cluster) start(dir string) *server {
	c.t.Helper()
	return serve(c.t, c.db, dir, append([]string{"--inbox=" + c.inbox, "--ingest-every=1s"}, c.flags...)...)
}

// restart starts a server again that has ended, on the disk that it had.
func (c *cluster) restart(n int) {
	c.t.Helper()
	s := c.start(c.servers[n].dir)
	c.mu.Lock()
	c.servers[n] = s
	c.mu.Unlock()
	c.await(n)
}

// await waits until a server gets requests.
func (c *cluster) await(n int) {
	c.t.Helper()
	until(c.t, "the server is in", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.in[n]
	})
}

func (c *cluster) urlOf(n int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.servers[n].url
}

// check asks a server again and again whether it is ready, as load balancers do,
// only more often.
func (c *cluster) check(ctx context.Context, n int) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	for ctx.Err() == nil {
		url := c.urlOf(n)
		answer, err := client.Get(url + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
		}
		c.mu.Lock()
		if c.servers[n].url == url {
			c.in[n] = err == nil && answer.StatusCode == http.StatusOK
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// next is whose turn it is.
func (c *cluster) next() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range c.servers {
		if n := int(c.turn.Add(1)) % len(c.servers); c.in[n] {
			return c.servers[n].url
		}
	}
	return ""
}

// ServeHTTP passes a request on to the server whose turn it is. It asks another
// one only where the first refused the connection, so that it had no request.
func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for range 2 * len(c.in) {
		request, err := http.NewRequestWithContext(r.Context(), r.Method, c.next()+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			break
		}
		request.Header = r.Header.Clone()
		answer, err := c.backend.RoundTrip(request)
		var refused *net.OpError
		if errors.As(err, &refused) && refused.Op == "dial" {
			continue
		}
		if err != nil {
			c.t.Logf("balancer: %s %s: %v", r.Method, r.URL, err)
			break
		}
		defer answer.Body.Close()
		for name, values := range answer.Header {
			if name != "Connection" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.StatusCode)
		if _, err := io.Copy(w, answer.Body); err != nil {
			c.unanswered.Add(1)
		}
		return
	}
	c.unanswered.Add(1)
	http.Error(w, "no server answered", http.StatusBadGateway)
}
