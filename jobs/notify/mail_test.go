package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"lightson/jobs/notify"
	"lightson/models/deliveries"
	"lightson/models/words"
)

// A mailServer takes mail by SMTP as real ones do.
type mailServer struct {
	address string
	root    *x509.CertPool

	mu      sync.Mutex
	refuse  *smtp.SMTPError // what it answers to RCPT
	data    func() error    // what it answers to DATA
	mails   []string
	secured []bool
}

func (s *mailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secured := c.TLSConnectionState()
	return &mailSession{server: s, secured: secured}, nil
}

type mailSession struct {
	server  *mailServer
	secured bool
	user    string
}

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "lights@example.com" || password != "ge:heim@/" {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error {
	if s.user == "" {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *mailSession) Rcpt(string, *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse != nil {
		return s.server.refuse
	}
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.data != nil {
		return s.server.data()
	}
	s.server.mails, s.server.secured = append(s.server.mails, string(text)), append(s.server.secured, s.secured)
	return nil
}

func (s *mailSession) Reset() {}

func (s *mailSession) Logout() error { return nil }

// newMailServer starts one. implicit is for TLS from the first byte on.
func newMailServer(t *testing.T, implicit bool) *mailServer {
	t.Helper()
	certified := newReceiver(t, nil) // only for its certificate
	s := &mailServer{root: x509.NewCertPool()}
	s.root.AddCert(certified.Certificate())
	server := smtp.NewServer(s)
	server.Domain, server.TLSConfig = "mail.test", &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go func() { _ = server.Serve(listener) }() // it ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return s
}

func (s *mailServer) client(t *testing.T, scheme, password string) *notify.Client {
	t.Helper()
	m, err := notify.ParseMail(scheme+"://lights%40example.com:"+password+"@"+s.address, "Lights On <lights@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	c := notify.NewClient(m, nil)
	c.TLS = &tls.Config{RootCAs: s.root, MinVersion: tls.VersionTLS12}
	return c
}

const goodPassword = "ge%3Aheim%40%2F"

func TestAMailHasWhatMailProgramsNeed(t *testing.T) {
	s := newMailServer(t, false)
	m := outgoing(deliveries.Email, "ana@example.com")
	m.Files = []notify.File{{Name: "Kowalski Süd.csv", Type: "text/csv; charset=utf-8", Body: []byte("store_id\n1\n")}}
	m.Delivery.Message.Title = "Stores are offline\r\nBcc: eve@example.com"
	answer, err := s.client(t, "smtp", goodPassword).Send(t.Context(), m)
	if err != nil || !strings.HasPrefix(answer.String(), "The mail server accepted it.") || !strings.HasPrefix(answer.In(words.In(words.German)), "Der Mailserver hat die Nachricht angenommen.") {
		t.Fatalf("%q, %v", answer, err)
	}
	if len(s.mails) != 1 || !s.secured[0] {
		t.Fatalf("%d mails, secured %v", len(s.mails), s.secured)
	}
	mail, err := netmail.ReadMessage(strings.NewReader(s.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"Lights On" <lights@example.com>`, "To": "<ana@example.com>", "Subject": "Stores are offline Bcc: eve@example.com", "Bcc": "",
		"Message-Id": "<0193-delivery@example.com>", "Date": "Thu, 26 Nov 2026 02:05:00 +0000", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe": "<https://status.example.com/unsubscribe/channel-token>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got := mail.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	text, html, files := partsOf(t, mail.Header.Get("Content-Type"), mail.Body)
	if !strings.Contains(text, "Blue Kettle Airport: since 20:05 CST") || !strings.Contains(html, "<!doctype html>") || files["Kowalski Süd.csv"] != "store_id\n1\n" {
		t.Errorf("text %.60q, HTML %.60q, files %v", text, html, files)
	}
}

func TestAMailNamesTheThreadThatItContinues(t *testing.T) {
	s := newMailServer(t, false)
	first, second := outgoing(deliveries.Email, "ana@example.com"), outgoing(deliveries.Email, "ana@example.com")
	second.Delivery.ID, second.Follows = "0194-delivery", first.Delivery.ID
	client := s.client(t, "smtp", goodPassword)
	var sent []*netmail.Message
	for n, m := range []notify.Outgoing{first, second, second} { // the last is tried again
		if _, err := client.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		mail, err := netmail.ReadMessage(strings.NewReader(s.mails[n]))
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, mail)
	}
	if h := sent[0].Header; h.Get("In-Reply-To") != "" || h.Get("References") != "" {
		t.Errorf("the first answers %q, %q", h.Get("In-Reply-To"), h.Get("References"))
	}
	if h, first := sent[1].Header, sent[0].Header.Get("Message-Id"); h.Get("In-Reply-To") != first || h.Get("References") != first {
		t.Errorf("the second answers %q, %q, want %q", h.Get("In-Reply-To"), h.Get("References"), first)
	}
	if a, b := sent[1].Header, sent[2].Header; a.Get("Message-Id") != "<0194-delivery@example.com>" || a.Get("Message-Id") != b.Get("Message-Id") || a.Get("References") != b.Get("References") {
		t.Errorf("tried again it is %q of %q", b.Get("Message-Id"), b.Get("References"))
	}
}

// partsOf are the parts of a mail.
func partsOf(t *testing.T, contentType string, body io.Reader) (text, html string, files map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	if !strings.HasPrefix(kind, "multipart/") {
		t.Fatalf("%s is no multipart", kind)
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return text, html, files
		}
		if err != nil {
			t.Fatal(err)
		}
		inner := part.Header.Get("Content-Type")
		content, _ := io.ReadAll(part)
		switch {
		case strings.HasPrefix(inner, "multipart/"):
			text, html, _ = partsOf(t, inner, bytes.NewReader(content))
		case strings.HasPrefix(inner, "text/plain"):
			text = decoded(t, content)
		case strings.HasPrefix(inner, "text/html"):
			html = decoded(t, content)
		default:
			name, _ := new(mime.WordDecoder).DecodeHeader(part.FileName())
			files[name] = base64Text(t, content)
		}
	}
}

func decoded(t *testing.T, content []byte) string {
	t.Helper()
	text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(content)))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestMailLooksAsItShould(t *testing.T) {
	m := outgoing(deliveries.Email, "ana@example.com")
	html, err := notify.MailHTML(m)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "mail.html", html)
	text := notify.MailText(m)
	golden(t, "mail.txt", text)
	for line := range strings.SplitSeq(text, "\n") {
		if len([]rune(line)) > 76 && !strings.Contains(line, "https://") {
			t.Errorf("%d characters: %q", len([]rune(line)), line)
		}
	}
	for _, bad := range []string{"<img", "<script", "<b>", `href="//`, `href="https://evil`, "https://evil", "http://", "url("} {
		if strings.Contains(html, bad) {
			t.Errorf("the HTML has %q", bad)
		}
	}
	m.Delivery.Message.Links[0].Text = "Look at WWW.evil.example"
	if strings.Contains(html+text+notify.MailText(m), "evil.example") {
		t.Error("mail programs would make a link of a name")
	}
}

func TestMailGoesBySecureConnectionsOnlyAndSaysWhatWentWrong(t *testing.T) {
	started, implicit := newMailServer(t, false), newMailServer(t, true)
	send := func(c *notify.Client) error {
		_, err := c.Send(t.Context(), outgoing(deliveries.Email, "ana@example.com"))
		return err
	}
	if err := send(implicit.client(t, "smtps", goodPassword)); err != nil || len(implicit.mails) != 1 || !implicit.secured[0] {
		t.Errorf("implicit TLS: %v, %d mails", err, len(implicit.mails))
	}
	stranger := started.client(t, "smtp", goodPassword)
	stranger.TLS = nil
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"a certificate of nobody": {send(stranger), "secure connection"},
		"a wrong password":        {send(started.client(t, "smtp", "wrong-secret")), "535"},
		"no mail":                 {send(notify.NewClient(notify.Mail{}, nil)), "LIGHTSON_SMTP_URL"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) || strings.Contains(c.err.Error(), "secret") || strings.Contains(c.err.Error(), "heim") {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if len(started.mails) != 0 {
		t.Error("a mail was sent")
	}
}

func TestARefusedRecipientIsNotTriedAgainAndAnAbsentOneIs(t *testing.T) {
	s := newMailServer(t, false)
	client := s.client(t, "smtp", goodPassword)
	for code, refused := range map[int]bool{550: true, 553: true, 450: false, 452: false} {
		s.refuse = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "No such user here"}
		_, err := client.Send(t.Context(), outgoing(deliveries.Email, "gone@example.com"))
		var refusal notify.Refusal
		if err == nil || errors.As(err, &refusal) != refused || !strings.Contains(err.Error(), fmt.Sprint(code)) || !strings.Contains(err.Error(), "No such user here") {
			t.Errorf("%d: %v", code, err)
		}
	}
	s.refuse = nil
	for code, refused := range map[int]bool{554: true, 451: false} {
		s.data = func() error { return &smtp.SMTPError{Code: code, Message: "Not that"} }
		_, err := client.Send(t.Context(), outgoing(deliveries.Email, "ana@example.com"))
		var refusal notify.Refusal
		if err == nil || errors.As(err, &refusal) != refused {
			t.Errorf("DATA %d: %v", code, err)
		}
	}
}

// rawServer answers as a test says, without TLS.
func rawServer(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { defer func() { _ = c.Close() }(); serve(c) }()
		}
	}()
	return listener.Addr().String()
}

func TestAMailServerThatDiesOrHangsIsAFailure(t *testing.T) {
	dying := rawServer(t, func(c net.Conn) {
		lines := bufio.NewScanner(c)
		fmt.Fprint(c, "220 hello\r\n")
		for lines.Scan() {
			switch {
			case strings.HasPrefix(lines.Text(), "DATA"):
				fmt.Fprint(c, "354 go on\r\n")
				lines.Scan()
				return // in the middle of it
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	})
	// It takes the mail and dies before it says goodbye: that mail must not be sent again.
	taking := rawServer(t, func(c net.Conn) {
		lines := bufio.NewScanner(c)
		fmt.Fprint(c, "220 hello\r\n")
		for lines.Scan() {
			switch {
			case strings.HasPrefix(lines.Text(), "DATA"):
				fmt.Fprint(c, "354 go on\r\n")
				for lines.Scan() && lines.Text() != "." {
				}
				fmt.Fprint(c, "250 taken\r\n")
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	})
	free := make(chan struct{})
	defer close(free)
	silent := rawServer(t, func(net.Conn) { <-free })
	send := func(address string, within time.Duration) (words.Message, error) {
		m, err := notify.ParseMail("smtp://"+address, "lights@example.com")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		return notify.NewClient(m, nil).Send(ctx, outgoing(deliveries.Email, "ana@example.com"))
	}
	var failed notify.Failure
	if _, err := send(dying, time.Minute); !errors.As(err, &failed) || !strings.Contains(err.Error(), "failed or was lost") {
		t.Errorf("dying: %v", err)
	}
	if answer, err := send(taking, time.Minute); err != nil || !strings.Contains(answer.String(), "accepted it") {
		t.Errorf("taking: %q, %v", answer, err)
	}
	if _, err := send(silent, 100*time.Millisecond); !errors.As(err, &failed) || !strings.Contains(err.Error(), "in time") {
		t.Errorf("silent: %v", err)
	}
}
