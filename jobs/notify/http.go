package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"lightson/models/deliveries"
	"lightson/models/words"
)

const (
	connectWithin = 10 * time.Second
	answerWithin  = 20 * time.Second
	mostAnswer    = 64 << 10 // of an answer, in bytes
	shownAnswer   = 200      // characters of it are kept
)

// sendWebhook posts a message as Standard Webhooks describes it.
func (c *Client) sendWebhook(ctx context.Context, m Outgoing) (string, error) {
	body, err := webhookBody(m)
	if err != nil {
		return "", err
	}
	key, err := webhooks.NewWebhook(m.Channel.Secret)
	if err != nil {
		return "", Refusal{Why: words.Later("The secret of the webhook does not work. Create a new one.")}
	}
	id := "msg_" + m.Delivery.ID
	signature, err := key.Sign(id, m.At, body)
	if err != nil {
		return "", Refusal{Why: words.Later("The secret of the webhook does not work. Create a new one.")}
	}
	return c.post(ctx, m, body, http.Header{
		webhooks.HeaderWebhookID: {id}, webhooks.HeaderWebhookSignature: {signature},
		webhooks.HeaderWebhookTimestamp: {strconv.FormatInt(m.At.Unix(), 10)},
	})
}

// webhookBody is what Standard Webhooks recommend: the type, the time of what happened and
// the data, which stay the same in every try. The payload of a delivery is such a body.
func webhookBody(m Outgoing) ([]byte, error) {
	if payload := m.Delivery.Payload; len(payload) > 0 {
		return payload, nil
	}
	return json.Marshal(struct {
		Type      string             `json:"type"`
		Timestamp string             `json:"timestamp"`
		Data      deliveries.Message `json:"data"`
	}{string(m.Delivery.Kind), m.Delivery.CreatedAt.Time().Format(time.RFC3339Nano), m.Delivery.Message})
}

func (c *Client) sendChat(ctx context.Context, m Outgoing, body any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // sizes count
	if err := encoder.Encode(body); err != nil {
		return "", err
	}
	return c.post(ctx, m, text.Bytes(), http.Header{})
}

// post sends a body to the address of a channel and reads what is answered.
func (c *Client) post(ctx context.Context, m Outgoing, body []byte, header http.Header) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	location, err := url.Parse(m.Channel.Address)
	if err != nil {
		return "", Refusal{Why: words.Later("The address of the channel is not valid.")}
	}
	if location.Scheme != "https" && !c.allowsPlain(location.Hostname()) {
		return "", Refusal{Why: words.Later("The address of the channel does not begin with https://.")}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, location.String(), bytes.NewReader(body))
	if err != nil {
		return "", Refusal{Why: words.Later("Nothing can be sent to the address of the channel.")}
	}
	for name, values := range header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "lightson")
	transport := c.transport()
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return "", explain(ctx, err)
	}
	defer response.Body.Close()
	start, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil && ctx.Err() == nil { // what it thinks of the message is known
		start = nil
	}
	return judge(m.Channel.Kind, response, start, m.Channel)
}

// allowsPlain reports whether a message may be sent without TLS: only to an address that
// the operator named.
func (c *Client) allowsPlain(host string) bool {
	addr, err := addressOf(host)
	return err == nil && c.Allow.contains(addr)
}

// A forbiddenError says that nothing is sent to an address. It does not say which: what
// names stand for in the operator's network is not for everybody.
type forbiddenError struct{}

func (forbiddenError) Error() string { return "the address is not public" }

// transport checks the very address that it connects to, so that no name can mean one
// address when it is checked and another when it is used.
func (c *Client) transport() *http.Transport {
	dialer := net.Dialer{Timeout: connectWithin, Control: func(_, resolved string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(resolved)
		if err != nil || !c.reaches(to.Addr()) {
			return forbiddenError{}
		}
		return nil
	}}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: c.TLS.Clone(), TLSHandshakeTimeout: connectWithin,
		ResponseHeaderTimeout: answerWithin, MaxResponseHeaderBytes: mostAnswer, DisableCompression: true,
		ForceAttemptHTTP2: true,
	}
}

// judge says what an answer means.
func judge(kind deliveries.ChannelKind, response *http.Response, start []byte, c deliveries.Channel) (string, error) {
	answer := strconv.Itoa(response.StatusCode) + " " + http.StatusText(response.StatusCode)
	if text := shown(string(start), c); text != "" {
		answer += ": " + text
	}
	switch code := response.StatusCode; {
	case code >= 200 && code < 300:
		return answer, nil
	case code >= 300 && code < 400:
		return "", Failure{Why: words.Later("It answered {status}, a redirect. Enter the address it leads to.", "status", strconv.Itoa(code))}
	case code == http.StatusGone, code == http.StatusNotFound && kind != deliveries.Webhook:
		return "", Refusal{Why: words.Later("The receiver says that this address is no longer in use. It answered {answer}", "answer", answer), Gone: true}
	default:
		return "", Failure{Why: words.Later("It answered {answer}", "answer", answer), After: retryAfter(response)}
	}
}

// retryAfter is how long a receiver asks us to wait.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil { // Discord has fractions
		return time.Duration(max(0, min(seconds, 1e6)) * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil {
		if sent, err := http.ParseTime(response.Header.Get("Date")); err == nil {
			return max(0, at.Sub(sent)) // by one clock
		}
		return max(0, time.Until(at))
	}
	return 0
}

// shown is the beginning of what a receiver says, fit to be kept: in one line, without
// what nobody sees, and without the secrets of its channel.
func shown(text string, c deliveries.Channel) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	for _, secret := range secretsOf(c) {
		text = strings.ReplaceAll(text, secret, "…")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), " ")
	if runes := []rune(text); len(runes) > shownAnswer {
		return string(runes[:shownAnswer]) + "…"
	}
	return text
}

// secretsOf are the texts that whoever reads the log must not learn, the longest first.
func secretsOf(c deliveries.Channel) (list []string) {
	add := func(text string) {
		if len(text) >= 6 {
			list = append(list, text)
		}
	}
	add(c.Address)
	if location, err := url.Parse(c.Address); err == nil && c.Kind != deliveries.Email {
		add(location.RequestURI())
		add(location.EscapedPath())
		add(location.Path)
		add(location.RawQuery)
		parts := strings.FieldsFunc(location.Path+"&"+location.RawQuery, func(r rune) bool { return strings.ContainsRune("/&=", r) })
		for _, values := range location.Query() {
			parts = append(parts, values...)
		}
		for _, part := range parts {
			if len(part) >= 12 {
				add(part)
			}
		}
	}
	add(c.Secret)
	add(strings.TrimPrefix(c.Secret, "whsec_"))
	add(c.Token)
	return list
}

// explain words an error of net/http, whose own words repeat the address.
func explain(ctx context.Context, err error) error {
	var (
		forbidden forbiddenError
		name      *net.DNSError
		network   net.Error
	)
	parent := context.Cause(ctx)
	switch {
	case errors.As(err, &forbidden):
		return Refusal{Why: words.Later("Its server is not on the public internet. Messages go there only if LIGHTSON_WEBHOOK_ALLOW lists its address.")}
	case errors.Is(parent, context.Canceled):
		return parent
	case errors.As(err, &name):
		return Failure{Why: words.Later("Its server was not found.")}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Failure{Why: words.Later("Its server does not answer: connection refused.")}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return Failure{Why: words.Later("Its server did not answer in time.")}
	case isTLS(err):
		return Failure{Why: words.Later("There is no secure connection to its server: the certificate is missing or not valid.")}
	default:
		return Failure{Why: words.Later("The connection to its server was lost.")}
	}
}

// isTLS reports whether an error is one of TLS or of certificates.
func isTLS(err error) bool {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
	)
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert)
}
