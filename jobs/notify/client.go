package notify

import (
	"context"
	"crypto/tls"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"lightson/jobs/fetch"
	"lightson/models/deliveries"
	"lightson/models/words"
)

// A Client sends messages to every kind of channel. It uses no proxy: it checks the
// address that it connects to, and a proxy would connect to another one.
type Client struct {
	Mail  Mail
	Allow Networks
	TLS   *tls.Config // nil for the defaults of crypto/tls
}

// NewClient makes a client with these settings.
func NewClient(m Mail, allow Networks) *Client { return &Client{Mail: m, Allow: allow} }

// Mails reports whether mail can be sent.
func (c *Client) Mails() bool { return c.Mail.Host != "" }

// Send implements Sender.
func (c *Client) Send(ctx context.Context, m Outgoing) (answer words.Message, err error) {
	switch m.Channel.Kind {
	case deliveries.Email:
		return c.sendMail(ctx, m)
	case deliveries.Webhook:
		return said(c.sendWebhook(ctx, m))
	case deliveries.Slack:
		return said(c.sendChat(ctx, m, slackBody(m)))
	case deliveries.Teams:
		return said(c.sendChat(ctx, m, teamsBody(m)))
	case deliveries.Discord:
		return said(c.sendChat(ctx, m, discordBody(m)))
	default:
		return answer, Refusal{Why: words.Later("This version does not support this kind of channel.")}
	}
}

// said is what a receiver answered, in its own words.
func said(answer string, err error) (words.Message, error) { return words.Said(answer), err }

// reaches reports whether messages may be sent to an address.
func (c *Client) reaches(addr netip.Addr) bool { return fetch.IsPublic(addr) || c.Allow.contains(addr) }

// Expected says what the address of a channel would have to be for the settings to allow
// it, and what it is. Both are empty where they do, and for names: what they stand for is
// looked at when something is sent.
func (c *Client) Expected(channel deliveries.Channel) (expected, found string) {
	if channel.Kind == deliveries.Email {
		return "", ""
	}
	location, err := url.Parse(channel.Address)
	if err != nil {
		return "an address", "something else"
	}
	if addr, err := addressOf(location.Hostname()); err == nil && !c.reaches(addr) {
		return "an address of the public internet, or one that LIGHTSON_WEBHOOK_ALLOW names", addr.String()
	}
	return "", ""
}

// addressOf is the address that the host of a URL is, or an error where it is a name.
func addressOf(host string) (netip.Addr, error) {
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	return netip.ParseAddr(host)
}

// link is the whole address of a path of ours, or nothing: a path that could lead
// elsewhere is none.
func (m Outgoing) link(path string) string {
	if m.Base == "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t <>\"|") {
		return ""
	}
	return m.Base + path
}

// A target is a link that has an address.
type target struct{ Text, URL string }

// targets are the links of the message, that for acknowledging first.
func (m Outgoing) targets() (list []target) {
	add := func(text, path string) {
		if url := m.link(path); url != "" {
			list = append(list, target{text, url})
		}
	}
	if m.Delivery.Message.Acknowledge {
		add(m.Delivery.Message.Words().Say("Acknowledge"), "/acknowledge/"+m.Delivery.Token)
	}
	for _, l := range m.Delivery.Message.Links {
		add(l.Text, l.Path)
	}
	return list
}

// notes are the small print.
func (m Outgoing) notes() []string {
	notes := m.Delivery.Message.Notes
	if m.Base == "" && (len(m.Delivery.Message.Links) > 0 || m.Delivery.Message.Acknowledge) {
		notes = append(slices.Clip(notes), m.Delivery.Message.Words().Say("This message has no links, because the server does not know its public address."))
	}
	return notes
}
