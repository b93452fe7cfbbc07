package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
}

// newWatch is who watches a server.
func (c *serveCommand) newWatch(log *slog.Logger) *watch.Watch {
	return watch.New(watch.Options{Version: version(), SlowQuery: c.SlowQuery, Log: log})
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
