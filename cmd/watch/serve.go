package watch

import (
	"embed"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Files are a dashboard for Grafana, rules for Prometheus, and the unit tests of these rules
// for promtool.
//
//go:embed dashboard.json alerts.yaml alerts_test.yaml
var Files embed.FS

// Metrics answers with all metrics, in the format that the asker prefers.
func (w *Watch) Metrics() http.Handler {
	return promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
	})
}

// Private is what is served on a port of its own, which needs no key: the metrics, the files
// that go with them, and profiles of the process. The command line is not among these, since
// it may have secrets.
//
// On a loopback address it answers to names of this machine only: a page in a browser of
// somebody on it could ask by another name otherwise.
func (w *Watch) Private(listens net.Addr) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", w.Metrics())
	mux.Handle("GET /dashboard.json", http.FileServerFS(Files))
	mux.Handle("GET /alerts.yaml", http.FileServerFS(Files))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", http.NotFound)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("/metrics         for Prometheus\n/dashboard.json  for Grafana\n/alerts.yaml     rules for Prometheus\n/debug/pprof/    profiles, for go tool pprof\n"))
	})
	address, err := netip.ParseAddrPort(listens.String())
	if err != nil || !address.Addr().IsLoopback() {
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isThisMachine(r.Host) {
			http.Error(w, "This port answers to localhost, 127.0.0.1 and [::1] only.", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func isThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.IsLoopback()
}

// Server is a server for the private port. Profiles take as long as they are asked to.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
}
