package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"lightson/models/words"
)

// Limits bound what a server can cost us.
type Limits struct {
	Bytes      int64         // of a file, once unpacked
	Connect    time.Duration // until a server is connected to, and as much again for TLS
	Header     time.Duration // from the request to the beginning of the answer
	Total      time.Duration // of a whole fetch
	Stall      time.Duration // in which at least StallBytes must arrive
	StallBytes int64
}

// UsualLimits are generous to slow servers. Bytes is the only one that depends
// on what is fetched.
func UsualLimits(bytes int64) Limits {
	return Limits{
		Bytes: bytes, Connect: 10 * time.Second, Header: 30 * time.Second, Total: 30 * time.Minute,
		Stall: 30 * time.Second, StallBytes: 32 << 10,
	}
}

const maxRedirects = 5

// A Client fetches files. It uses no proxy: it checks the address that it
// connects to, and a proxy would connect to another one.
type Client struct {
	Limits Limits
	TLS    *tls.Config // nil for the defaults of crypto/tls

	isPublic func(netip.Addr) bool
}

// NewClient makes a client with these limits.
func NewClient(limits Limits) *Client { return &Client{Limits: limits, isPublic: IsPublic} }

// An Error says why a file could not be fetched, as the end of a sentence about
// its source. It repeats no address, which may have secrets in it.
type Error struct{ why words.Message }

func (e Error) Error() string { return e.why.String() }

// ForPeople is the error as a part of a sentence.
func (e Error) ForPeople() words.Message { return e.why }

func newError(why words.Text, values ...any) Error { return Error{words.Later(why, values...)} }

// ErrUnchanged says that the file is the one that the validators belong to.
var ErrUnchanged = errors.New("not changed")

// Validators are what a server calls a version of its file. Both may be empty.
type Validators struct {
	ETag         string
	LastModified string
}

// A File is a file that a server has begun to send. Reading its Body gives an
// Error where it is too long or too slow; the caller closes it.
type File struct {
	Validators
	Body io.ReadCloser
}

// Get asks for the file of a source. Where it is the version that is known
// already, it gives ErrUnchanged; where it cannot be had, an Error; where ctx
// ended, its cause.
func (c *Client) Get(ctx context.Context, s Source, known Validators) (*File, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	deadline := time.AfterFunc(c.Limits.Total, func() { cancel(newError("it took longer than {length}", "length", c.Limits.Total)) })
	client, hangUp := c.httpClient(s)
	done := func() {
		deadline.Stop()
		cancel(context.Canceled)
		hangUp()
	}
	request, err := newRequest(ctx, s, known)
	if err != nil {
		done()
		return nil, err
	}
	response, err := client.Do(request)
	if err == nil && ctx.Err() != nil { // it came in the moment in which it was given up
		_ = response.Body.Close() // nobody reads it
		err = ctx.Err()
	}
	if err != nil {
		err = explain(ctx, err)
		done()
		return nil, err
	}
	body := c.watch(ctx, cancel, response.Body, done)
	if err := checkResponse(response, known, c.Limits.Bytes); err != nil {
		_ = body.Close() // nobody reads it
		return nil, err
	}
	return &File{Validators{validator(response, "ETag"), validator(response, "Last-Modified")}, body}, nil
}

// explain words an error of net/http, whose own words repeat the address.
func explain(ctx context.Context, err error) error {
	var (
		ours    Error
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
		return newError("its server name cannot be found")
	case errors.Is(err, syscall.ECONNREFUSED):
		return newError("its server does not answer: connection refused")
	case errors.As(err, &network) && network.Timeout():
		return newError("its server does not answer in time")
	case errors.As(err, &outer):
		err = outer.Err
	}
	return newError("its server cannot be reached: {why}", "why", plainText(err.Error()))
}
