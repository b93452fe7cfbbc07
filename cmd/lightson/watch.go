package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"lightson/cmd/watch"
	"lightson/models"
)

// watchSettings say how the server is watched. What it shows then, and what to make of it,
// is described in package lightson/cmd/watch.
type watchSettings struct {
	AccessLog   string        `env:"LIGHTSON_ACCESS_LOG" enum:"off,failed,all" default:"off" help:"Log a line for each request, at the level info: off, failed (a status of 400 or more) or all (default: ${default})."`
	MetricsAddr string        `env:"LIGHTSON_METRICS_ADDR" placeholder:"HOST:PORT" help:"Where to listen for Prometheus: /metrics without a key, alert rules, a dashboard and profiles. Empty: nowhere; /metrics is on the main port, for operators and their keys."`
	SlowQuery   time.Duration `env:"LIGHTSON_SLOW_QUERY" default:"1s" placeholder:"DURATION" help:"Log statements of the database that take longer, without their values; 0 for none (default: ${default})."`
	TracesTo    string        `name:"otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"Receiver of traces by OpenTelemetry's OTLP over HTTP, such as http://127.0.0.1:4318. Empty: no traces are made."`
}

// traces is where traces are sent; nil for nowhere.
func (s watchSettings) traces() (*url.URL, error) {
	if s.TracesTo == "" {
		return nil, nil //nolint:nilnil // nowhere is no error
	}
	endpoint, err := watch.ParseEndpoint(s.TracesTo)
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	return endpoint, nil
}

// newWatch is who watches a server, until stop is called.
func (c *serveCommand) newWatch(ctx context.Context, log *slog.Logger) (w *watch.Watch, stop func(), err error) {
	w = watch.New(watch.Options{Version: version(), SlowQuery: c.SlowQuery, Log: log})
	endpoint, err := c.traces()
	if err != nil || endpoint == nil {
		return w, func() {}, err
	}
	stopTraces, err := w.Trace(ctx, endpoint, version())
	if err != nil {
		return nil, nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	log.Info("sending traces", "to", endpoint.Redacted())
	return w, func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
		defer cancel()
		if err := stopTraces(ending); err != nil {
			log.Warn("the last traces were not sent", "error", err)
		}
	}, nil
}

// openWatched is openServing, with somebody who is told of all statements.
func (p *program) openWatched(wait time.Duration, w *watch.Watch, log *slog.Logger) (*models.DB, error) {
	p.statements = w
	return p.openServing(wait, log)
}

// serveMetrics serves the private port until close is called. It outlives the requests of the
// main port, so that the end of the server can be watched, too.
func (c *serveCommand) serveMetrics(ctx context.Context, w *watch.Watch, log *slog.Logger) (closeIt func(), err error) {
	if c.MetricsAddr == "" {
		return func() {}, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("LIGHTSON_METRICS_ADDR: %w", err)
	}
	server := watch.Server(w.Private(listener.Addr()))
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are no longer served", "error", err)
		}
	}()
	log.Info("serving metrics", "url", "http://"+listener.Addr().String()+"/metrics")
	return func() { _ = server.Close() }, nil
}
