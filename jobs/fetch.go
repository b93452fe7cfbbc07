package jobs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"lightson/models"
)

// fetchLimits bound what a server can cost us.
type fetchLimits struct {
	bytes   int64         // of a file, unpacked
	connect time.Duration // and for the TLS handshake as much again
	header  time.Duration // from the request to the beginning of the answer
	whole   time.Duration
	stall   time.Duration // in which at least so many bytes must arrive
	least   int64
}

func usualLimits(bytes int64) fetchLimits {
	return fetchLimits{
		bytes: bytes, connect: 10 * time.Second, header: 30 * time.Second, whole: 30 * time.Minute,
		stall: 30 * time.Second, least: 32 << 10,
	}
}

const mostRedirects = 5

// A fetcher asks servers for files. It goes through no proxy: what it connects
// to is checked by address, and a proxy would connect to something else.
type fetcher struct {
	limits fetchLimits
	tls    *tls.Config // nil for the usual
	public func(netip.Addr) bool
}

// A fetchError says why a source could not be fetched. It names no address, which
// may have secrets in it.
type fetchError struct{ why string }

func (e fetchError) Error() string { return e.why }

// fetch asks for the file of a source, if it changed since what is known of it.
// The caller closes the body, which ends with an error where it is too long or
// comes too slowly.
func (f fetcher) fetch(ctx context.Context, s Source, known models.RemoteSource) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(f.limits.whole, func() { cancel(fetchError{fmt.Sprintf("it took longer than %s", f.limits.whole)}) })
	client, hangUp := f.client(s)
	done := func() {
		late.Stop()
		cancel(context.Canceled)
		hangUp()
	}
	request, err := newFetch(ctx, s, known)
	if err == nil {
		var response *http.Response
		if response, err = client.Do(request); err == nil {
			response.Body = f.watch(ctx, cancel, response.Body, done)
			return response, nil
		}
		err = explain(ctx, err)
	}
	done()
	return nil, err
}

func newFetch(ctx context.Context, s Source, known models.RemoteSource) (*http.Request, error) {
	location := *s.location
	location.User = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, location.String(), nil)
	if err != nil {
		return nil, fetchError{"its address cannot be asked for"}
	}
	authorize(request, s)
	request.Header.Set("User-Agent", "lightson")
	request.Header.Set("Accept", "text/csv, */*;q=0.5")
	if known.ETag != "" {
		request.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		request.Header.Set("If-Modified-Since", known.LastModified)
	}
	return request, nil
}

// authorize tells the server of a source, and nobody else, who asks.
func authorize(request *http.Request, s Source) {
	request.Header.Del("Authorization")
	if user := s.location.User; user != nil && sameServer(request.URL, s.location) {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
}

// client is a client for one fetch. Its connections end with it.
func (f fetcher) client(s Source) (client *http.Client, hangUp func()) {
	transport := &http.Transport{
		DialContext:            f.dial(hostPort(s.location)),
		TLSClientConfig:        f.tls,
		TLSHandshakeTimeout:    f.limits.connect,
		ResponseHeaderTimeout:  f.limits.header,
		MaxResponseHeaderBytes: 64 << 10,
	}
	follow := func(request *http.Request, via []*http.Request) error {
		request.Header.Del("Referer") // it would tell the query to others
		request.URL.User = nil
		authorize(request, s)
		switch {
		case len(via) > mostRedirects:
			return fetchError{fmt.Sprintf("expected at most %d redirects, found more", mostRedirects)}
		case request.URL.Scheme != "https" && !sameServer(request.URL, s.location):
			return fetchError{"expected a redirect to https, found one to " + request.URL.Scheme}
		}
		return nil
	}
	return &http.Client{Transport: transport, CheckRedirect: follow}, transport.CloseIdleConnections
}

// dial connects to the server that the operator named, wherever it is, and of all
// others to public addresses only. It looks at the very address that is
// connected to, so that no name can mean one thing when it is checked and
// another when it is used.
func (f fetcher) dial(chosen string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dialer := net.Dialer{Timeout: f.limits.connect}
		if !strings.EqualFold(address, chosen) {
			dialer.Control = func(_, real string, _ syscall.RawConn) error {
				to, err := netip.ParseAddrPort(real)
				if err != nil || !f.public(to.Addr()) {
					return fetchError{"expected a redirect to a public address, found one to " + to.Addr().String()}
				}
				return nil
			}
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// explain words an error of the client for people. The client's own words repeat
// the address.
func explain(ctx context.Context, err error) error {
	var (
		ours    fetchError
		outer   *url.Error
		name    *net.DNSError
		network net.Error
	)
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &ours), errors.As(cause, &ours):
		return ours
	case cause != nil:
		return cause
	case errors.As(err, &name):
		return fetchError{"the name of its server is not known"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return fetchError{"its server does not answer: connection refused"}
	case errors.As(err, &network) && network.Timeout():
		return fetchError{"its server does not answer in time"}
	case errors.As(err, &outer):
		err = outer.Err
	}
	return fetchError{"its server cannot be asked: " + err.Error()}
}

// hostPort is where the server of an address is, as a transport dials it.
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
