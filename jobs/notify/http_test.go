package notify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"lightson/jobs/notify"
	"lightson/models/deliveries"
)

// A receiver keeps what it was sent and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	header http.Header
	body   []byte
	got    int
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.header, r.body = request.Header.Clone(), body
		r.got++
		r.mu.Unlock()
		answer(w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

// client trusts the receiver, and may send to loopback addresses where that is allowed.
func (r *receiver) client(t *testing.T, allow string) *notify.Client {
	t.Helper()
	networks, err := notify.ParseNetworks(allow)
	if err != nil {
		t.Fatal(err)
	}
	c := notify.NewClient(notify.Mail{}, networks)
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	c.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return c
}

const loopback = "127.0.0.0/8, ::1"

func TestAWebhookIsSignedAsTheSpecificationsOwnLibraryVerifies(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thanks") })
	m := outgoing(deliveries.Webhook, r.URL+"/hooks/secret-path-of-ours")
	m.At = time.Now()
	answer, err := r.client(t, loopback).Send(t.Context(), m)
	if err != nil || answer.String() != "200 OK: thanks" {
		t.Fatalf("%q, %v", answer, err)
	}
	key, err := webhooks.NewWebhook(m.Channel.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Verify(r.body, r.header); err != nil {
		t.Error(err)
	}
	if id := r.header.Get("webhook-id"); id != "msg_0193-delivery" {
		t.Errorf("webhook-id is %q", id)
	}
	var body struct {
		Type, Timestamp string
		Data            deliveries.Message
	}
	if err := json.Unmarshal(r.body, &body); err != nil || body.Type != "alert" || body.Timestamp != "2026-11-26T02:05:00Z" || body.Data.Title != message().Title {
		t.Errorf("%+v, %v", body, err)
	}
	m.Delivery.Payload = json.RawMessage(`{"type":"digest.daily","timestamp":"2026-11-26T02:00:00Z","data":{"stores":3}}`)
	if _, err := r.client(t, loopback).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if string(r.body) != string(m.Delivery.Payload) {
		t.Errorf("body is %s, want %s", r.body, m.Delivery.Payload)
	}
	if err := key.Verify(append(r.body, ' '), r.header); err == nil {
		t.Error("a changed body is verified")
	}
}

func TestWhatAReceiverAnswersSaysWhatBecomesOfTheMessage(t *testing.T) {
	var code int
	header := http.Header{}
	r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) {
		for name := range header {
			w.Header().Set(name, header.Get(name))
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "no \x00\u200bgood "+request.URL.Path+strings.Repeat(" x", 1000))
	})
	client := r.client(t, loopback)
	for name, c := range map[string]struct {
		kind    deliveries.ChannelKind
		code    int
		retry   string
		refused bool
		gone    bool
		after   time.Duration
		says    string
	}{
		"an error":              {kind: deliveries.Webhook, code: 500, says: "It answered 500 Internal Server Error: no good … x x"},
		"a bad request":         {kind: deliveries.Webhook, code: 400, says: "400 Bad Request"},
		"not found":             {kind: deliveries.Webhook, code: 404, says: "404 Not Found"},
		"gone":                  {kind: deliveries.Webhook, code: 410, refused: true, gone: true, says: "no longer in use"},
		"a chat that is gone":   {kind: deliveries.Slack, code: 404, refused: true, gone: true, says: "404"},
		"Discord gone":          {kind: deliveries.Discord, code: 404, refused: true, gone: true, says: "404"},
		"Teams gone":            {kind: deliveries.Teams, code: 410, refused: true, gone: true, says: "410"},
		"a wait":                {kind: deliveries.Webhook, code: 429, retry: "90", after: 90 * time.Second, says: "429"},
		"a wait with fractions": {kind: deliveries.Discord, code: 429, retry: "0.5", after: time.Second / 2, says: "429"},
		"nonsense":              {kind: deliveries.Webhook, code: 503, retry: "soon", says: "503"},
		"a negative wait":       {kind: deliveries.Webhook, code: 503, retry: "-5", says: "503"},
	} {
		code, header = c.code, http.Header{}
		if c.retry != "" {
			header.Set("Retry-After", c.retry)
		}
		_, err := client.Send(t.Context(), outgoing(c.kind, r.URL+"/hooks/secret-path-of-ours"))
		var refused notify.Refusal
		var failed notify.Failure
		if errors.As(err, &refused) != c.refused || errors.As(err, &failed) == c.refused || refused.Gone != c.gone || failed.After != c.after {
			t.Errorf("%s: %#v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret-path") || len([]rune(err.Error())) > 350 {
			t.Errorf("%s: it says %q, want %q in it", name, err, c.says)
		}
	}
}

func TestAnAnswerThatRepeatsASecretIsKeptWithoutIt(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) {
		_, _ = io.WriteString(w, "sig is "+request.URL.Query().Get("sig")+" of "+request.URL.RawQuery+" at "+request.URL.Path)
	})
	answer, err := r.client(t, loopback).Send(t.Context(), outgoing(deliveries.Webhook, r.URL+"/workflows/secret-path-of-ours?api-version=1&sig=geheim%2Bgeheim%2Fgeheim"))
	if err != nil || !strings.HasPrefix(answer.String(), "200 OK: sig is … of …") || strings.Contains(answer.String(), "geheim") || strings.Contains(answer.String(), "secret-path") {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestNothingIsSentToAnAddressThatIsNotPublic(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	_, port, err := net.SplitHostPort(r.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1.2.3"} {
		_, err := r.client(t, "").Send(t.Context(), outgoing(deliveries.Webhook, "https://"+host+":"+port+"/x"))
		var refused notify.Refusal
		if !errors.As(err, &refused) || refused.Gone || strings.Contains(err.Error(), "127.") {
			t.Errorf("%s: %#v", host, err)
		}
	}
	// Other ways to write them are names to us and addresses to some resolvers.
	for _, host := range []string{"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::]", "localhost.", "LOCALHOST", "127.0.0.1."} {
		if answer, err := r.client(t, "").Send(t.Context(), outgoing(deliveries.Webhook, "https://"+host+":"+port+"/x")); err == nil {
			t.Errorf("%s: sent, %q", host, answer)
		}
	}
	if r.got != 0 {
		t.Errorf("the receiver was asked %d times", r.got)
	}
	client := r.client(t, "10.0.0.0/8")
	for address, refused := range map[string]bool{
		"https://127.0.0.1/x": true, "https://localhost/x": true, "https://[::1]/x": true, "https://169.254.169.254/latest/meta-data": true,
		"https://10.1.2.3/x": false, "https://example.com/x": false, "https://192.168.1.1/x": true, "https://93.184.215.14/x": false,
	} {
		if expected, _ := client.Expected(deliveries.Channel{Kind: deliveries.Webhook, Address: address}); (expected != "") != refused {
			t.Errorf("%s: expected %q", address, expected)
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	inner := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, code := range []int{301, 302, 303, 307, 308} {
		r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) { http.Redirect(w, request, inner.URL, code) })
		_, err := r.client(t, loopback).Send(t.Context(), outgoing(deliveries.Webhook, r.URL))
		var failed notify.Failure
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), "redirect") {
			t.Errorf("%d: %v", code, err)
		}
	}
	if inner.got != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAReceiverThatCannotBeReachedIsToldInWords(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	client := r.client(t, loopback)
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	dead, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := dead.Addr().String()
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	for address, says := range map[string]string{
		"https://" + gone + "/secret-path":              "connection refused",
		"https://no-such-name.invalid/secret-path":      "Its server was not found.",
		"https" + plain.URL[len("http"):] + "/secret-x": "secure connection",
	} {
		_, err := client.Send(t.Context(), outgoing(deliveries.Webhook, address))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q", address, err, says)
		}
	}
	if _, err := notify.NewClient(notify.Mail{}, client.Allow).Send(t.Context(), outgoing(deliveries.Webhook, r.URL)); err == nil || !strings.Contains(err.Error(), "secure connection") {
		t.Errorf("a certificate of nobody: %v", err)
	}
	if _, err := client.Send(t.Context(), outgoing(deliveries.Webhook, "http://example.com/x")); err == nil || !strings.Contains(err.Error(), "https://") {
		t.Errorf("without TLS: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := client.Send(stopped, outgoing(deliveries.Webhook, r.URL)); !errors.Is(err, context.Canceled) {
		t.Errorf("a stop is %v", err)
	}
}

func TestASlowReceiverIsGivenUp(t *testing.T) {
	free := make(chan struct{})
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) { <-free })
	defer close(free)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := r.client(t, loopback).Send(ctx, outgoing(deliveries.Webhook, r.URL))
	var failed notify.Failure
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "in time") {
		t.Errorf("%v", err)
	}
}
