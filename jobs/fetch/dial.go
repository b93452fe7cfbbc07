package fetch

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// httpClient makes a client for one fetch. Its connections end with hangUp.
func (c *Client) httpClient(s Source) (client *http.Client, hangUp func()) {
	transport := &http.Transport{
		DialContext:            c.dial(hostPort(s.location)),
		TLSClientConfig:        c.TLS,
		TLSHandshakeTimeout:    c.Limits.Connect,
		ResponseHeaderTimeout:  c.Limits.Header,
		MaxResponseHeaderBytes: 64 << 10,
	}
	follow := func(request *http.Request, via []*http.Request) error {
		request.Header.Del("Referer") // it would tell the query to others
		request.URL.User = nil
		authorize(request, s)
		switch {
		case len(via) > maxRedirects:
			return newError("expected at most {most} redirects, found more", "most", maxRedirects)
		case request.URL.Scheme != "https" && !sameServer(request.URL, s.location):
			return newError("expected a redirect to https, found one to {scheme}", "scheme", plainText(request.URL.Scheme))
		}
		return nil
	}
	return &http.Client{Transport: transport, CheckRedirect: follow}, transport.CloseIdleConnections
}

// dial connects to the server that the operator named wherever it is, and to any
// other at a public address only. It checks the very address that it connects
// to, so that no name can mean one address when it is checked and another when
// it is used.
func (c *Client) dial(named string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dialer := net.Dialer{Timeout: c.Limits.Connect}
		if !strings.EqualFold(address, named) {
			dialer.Control = func(_, resolved string, _ syscall.RawConn) error {
				to, err := netip.ParseAddrPort(resolved)
				if err != nil || !c.isPublic(to.Addr()) {
					return newError("expected a redirect to a public address, found one to {address}", "address", to.Addr().String())
				}
				return nil
			}
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// hostPort is the server of an address in the form in which a transport dials it.
func hostPort(location *url.URL) string {
	port := location.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[location.Scheme]
	}
	return net.JoinHostPort(location.Hostname(), port)
}

func sameServer(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(hostPort(a), hostPort(b))
}
