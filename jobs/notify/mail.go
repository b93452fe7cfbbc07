package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"lightson/jobs/fetch"
	"lightson/models/deliveries"
	"lightson/models/words"
)

// smtpWithin bounds the connection and signing in, and then sending, each.
const smtpWithin = 14 * time.Second

// sendMail sends a mail. Of its errors, only those of the protocol say what the server
// said: the others may repeat what is secret.
func (c *Client) sendMail(ctx context.Context, m Outgoing) (answer words.Message, err error) {
	if !c.Mails() {
		return answer, Refusal{Why: words.Later("This server cannot send mail: LIGHTSON_SMTP_URL is not set.")}
	}
	message, err := c.compose(m)
	if err != nil {
		return answer, err
	}
	client, err := c.mailClient()
	if err != nil {
		return answer, err
	}
	connection, err := dialSMTP(ctx, client)
	if err != nil {
		return answer, c.explainSMTP(ctx, m, "Connecting to the mail server failed: it answered {answer}", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() }) // it may have ended
	defer stop()
	err = client.SendWithSMTPClient(connection, message)
	_ = client.CloseWithSMTPClient(connection) // the message was taken or not before
	if message.IsDelivered() {
		if response := shown(message.ServerResponse(), m.Channel); response != "" {
			return words.Later("The mail server accepted it. {answer}", "answer", response), nil
		}
		return words.Later("The mail server accepted it."), nil
	}
	if err == nil {
		err = errors.New("not delivered")
	}
	return answer, c.explainSMTP(ctx, m, "The mail server failed: it answered {answer}", err)
}

// dialSMTP connects and signs in. It ends with ctx, for which the library does not look
// while it waits for an answer; what it still gets then is closed.
func dialSMTP(ctx context.Context, client *mail.Client) (*smtp.Client, error) {
	type dialed struct {
		connection *smtp.Client
		err        error
	}
	done := make(chan dialed, 1)
	go func() {
		connection, err := client.DialToSMTPClientWithContext(ctx)
		done <- dialed{connection, err}
	}()
	select {
	case d := <-done:
		return d.connection, d.err
	case <-ctx.Done():
		go func() {
			if d := <-done; d.err == nil {
				_ = d.connection.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

// mailClient makes a client for one mail.
func (c *Client) mailClient() (*mail.Client, error) {
	config := c.TLS.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.ServerName = c.Mail.Host
	options := []mail.Option{
		mail.WithPort(c.Mail.Port), mail.WithTimeout(smtpWithin), mail.WithTLSConfig(config), mail.WithoutNoop(),
		mail.WithHELO(c.domain()),
	}
	switch {
	case c.Mail.Implicit:
		options = append(options, mail.WithSSL())
	case fetch.IsLoopback(c.Mail.Host): // nobody is on the way
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.Mail.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.Mail.User), mail.WithPassword(c.Mail.password))
	}
	client, err := mail.NewClient(c.Mail.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("make client of mail: %w", err)
	}
	return client, nil
}

// domain is that of the sender's address.
func (c *Client) domain() string {
	return c.Mail.From.Address[strings.LastIndexByte(c.Mail.From.Address, '@')+1:]
}

// compose makes the mail of a message.
func (c *Client) compose(m Outgoing) (*mail.Msg, error) {
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	message.FromMailAddress(c.Mail.From)
	if err := message.To(m.Channel.Address); err != nil {
		return nil, Refusal{Why: words.Later("Nothing can be sent to the address of the channel.")}
	}
	message.Subject(oneLine(m.Delivery.Message.Title))
	message.SetMessageIDWithValue(c.messageID(m.Delivery.ID))
	if m.Follows != "" { // RFC 5322, 3.6.4
		answered := "<" + c.messageID(m.Follows) + ">"
		message.SetGenHeader(mail.HeaderInReplyTo, answered)
		message.SetGenHeader(mail.HeaderReferences, answered)
	}
	message.SetDateWithValue(m.At)
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetGenHeader("X-Auto-Response-Suppress", "All")
	if link := m.link("/unsubscribe/" + m.Channel.Token); link != "" {
		message.SetGenHeader(mail.HeaderListUnsubscribe, "<"+link+">")
		message.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	html, err := mailHTML(m)
	if err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	message.SetBodyString(mail.TypeTextPlain, mailText(m))
	message.AddAlternativeString(mail.TypeTextHTML, html)
	for _, f := range m.Files {
		if err := message.AttachReader(oneLine(f.Name), bytes.NewReader(f.Body), mail.WithFileContentType(mail.ContentType(f.Type))); err != nil {
			return nil, fmt.Errorf("attach %s: %w", f.Name, err)
		}
	}
	return message, nil
}

// messageID names the mail of a delivery, the same in every try and in what answers it.
func (c *Client) messageID(delivery string) string { return delivery + "@" + c.domain() }

// oneLine is a text fit for a header.
func oneLine(text string) string { return cut(strings.Join(strings.Fields(text), " "), 200) }

// explainSMTP words an error. One that has a code of the protocol is the server's answer.
func (c *Client) explainSMTP(ctx context.Context, m Outgoing, failed words.Text, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, context.Canceled) {
		return cause
	}
	var (
		sent    *mail.SendError
		said    *textproto.Error
		name    *net.DNSError
		network net.Error
	)
	code, text := 0, ""
	if errors.As(err, &said) {
		code, text = said.Code, said.Msg
	}
	if errors.As(err, &sent) {
		code = sent.ErrorCode()
		if text == "" {
			text = sent.Error()
		}
	}
	if c.Mail.password != "" {
		text = strings.ReplaceAll(text, c.Mail.password, "…")
	}
	text = shown(text, deliveries.Channel{Token: m.Channel.Token})
	switch {
	case code >= 500 && sent != nil && (sent.Reason == mail.ErrSMTPRcptTo || sent.Reason == mail.ErrSMTPDataClose):
		return Refusal{Why: words.Later("The mail server refused it: {answer}", "answer", withCode(code, text))}
	case code >= 400:
		return Failure{Why: words.Later(failed, "answer", withCode(code, text))}
	case errors.As(err, &name):
		return Failure{Why: words.Later("The mail server was not found.")}
	case isTLS(err), strings.Contains(err.Error(), "STARTTLS"): // the library has no error of its own for it
		return Failure{Why: words.Later("There is no secure connection to the mail server.")}
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return Failure{Why: words.Later("The mail server did not answer in time.")}
	default:
		return Failure{Why: words.Later("The connection to the mail server failed or was lost.")}
	}
}

func withCode(code int, text string) string {
	if strings.HasPrefix(text, fmt.Sprint(code)) {
		return text
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, text))
}
