package fetch_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lightson/jobs/fetch"
)

const (
	header = "store_id,status,timestamp_utc\n"
	polls  = header + "one,active,2023-01-23 16:14:00 UTC\n"
)

// newServer starts a server with TLS, which keeps its complaints to itself.
func newServer(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// newClient makes a client that trusts a server, and has no patience.
func newClient(s *httptest.Server) *fetch.Client {
	c := fetch.NewClient(fetch.Limits{
		Bytes: 100_000, Connect: 5 * time.Second, Header: 1500 * time.Millisecond, Total: 4 * time.Second,
		Stall: 1500 * time.Millisecond, StallBytes: 1000,
	})
	c.TLS = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	return c
}

func source(t *testing.T, address string) fetch.Source {
	t.Helper()
	sources, err := fetch.ParseSources(address)
	if err != nil {
		t.Fatal(err)
	}
	return sources[0]
}

// get fetches a file and reads it to its end.
func get(ctx context.Context, c *fetch.Client, s fetch.Source, known fetch.Validators) (string, fetch.Validators, error) {
	file, err := c.Get(ctx, s, known)
	if err != nil {
		return "", fetch.Validators{}, err
	}
	defer file.Body.Close()
	text, err := io.ReadAll(file.Body)
	return string(text), file.Validators, err
}

// serving serves a text.
func serving(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(target string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) }
}
