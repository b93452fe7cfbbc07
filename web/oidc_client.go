package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// providerPatience bounds each call to a provider, with its answer. A sign-in makes
	// four at most.
	providerPatience = 5 * time.Second
	// longestProviderAnswer is enough for the keys of any provider, and for the groups of
	// anybody.
	longestProviderAnswer = 1 << 20
	// callsToProvider bounds the calls at once. Whoever comes later waits.
	callsToProvider = 32
)

// newProviderClient makes a client that talks with one provider: safely, for a bounded
// time, and without following it elsewhere, since codes and secrets are sent.
func newProviderClient(issuer string) *http.Client {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: callsToProvider, MaxIdleConns: callsToProvider,
		IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
	}
	return &http.Client{
		Transport: providerTransport{transport, issuer}, Timeout: providerPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A providerTransport sends nothing without https, and reads no more than is sensible.
type providerTransport struct {
	http.RoundTripper
	issuer string
}

// An answerError is an answer that is not what was asked for. Its body stays unread: the
// provider may have written into it what was sent.
type answerError int

func (e answerError) Error() string { return fmt.Sprintf("expected status 200, found %d", int(e)) }

// errUnsafeAddress says that a provider names an address without https.
var errUnsafeAddress = errors.New("expected an address by https")

// RoundTrip implements http.RoundTripper.
func (t providerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !isSafe(r.URL, t.issuer) {
		return nil, errUnsafeAddress
	}
	answer, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	// The token endpoint says in its body why it refuses.
	if answer.StatusCode != http.StatusOK && (r.Method == http.MethodGet || answer.StatusCode >= http.StatusInternalServerError) {
		_ = answer.Body.Close()
		return nil, answerError(answer.StatusCode)
	}
	// It is read here, so that every failure of it is one of the call.
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestProviderAnswer+1))
	_ = answer.Body.Close()
	switch {
	case err != nil:
		return nil, err
	case len(body) > longestProviderAnswer:
		return nil, errLongAnswer
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// errLongAnswer says that a provider sends more than is sensible.
var errLongAnswer = fmt.Errorf("expected at most %s, found more", bytesText(longestProviderAnswer))

// isDown reports whether a provider did not answer, as opposed to wrongly.
func isDown(err error) bool {
	var (
		status answerError
		call   *url.Error
	)
	switch {
	case errors.Is(err, errUnsafeAddress), errors.Is(err, errLongAnswer):
		return false
	case errors.As(err, &status):
		return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout
	default:
		return errors.As(err, &call)
	}
}
