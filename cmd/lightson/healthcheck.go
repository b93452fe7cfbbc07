package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// healthcheckCommand asks the server of this machine whether it is ready, for containers,
// which have no curl.
type healthcheckCommand struct {
	Addr   string        `env:"LIGHTSON_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the server listens (default: ${default})."`
	Within time.Duration `default:"3s" placeholder:"DURATION" help:"How long to wait for its answer (default: ${default})."`
}

// longestAnswer is more than any answer of /readyz, in bytes.
const longestAnswer = 1000

// Run asks once. It says nothing where all is well.
func (c *healthcheckCommand) Run(p *program) error {
	address, err := dialable(c.Addr)
	if err != nil {
		return fmt.Errorf("LIGHTSON_ADDR: %w", err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, c.Within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the server did not answer: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	reason, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return fmt.Errorf("the server is not ready: status %d: %w", answer.StatusCode, err)
	}
	return fmt.Errorf("the server is not ready: status %d: %s", answer.StatusCode, strings.TrimSpace(string(reason)))
}

// dialable is an address at which this machine reaches a server that listens at another, such
// as 0.0.0.0:8080.
func dialable(listening string) (string, error) {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return "", err
	}
	if port == "" || port == "0" {
		return "", errors.New("expected an address with a port, found " + listening)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.Is6() {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port), nil
}
