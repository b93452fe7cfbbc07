package main

import (
	"errors"
	"fmt"
	"net/url"

	"lightson/jobs/notify"
	"lightson/web"
)

// notifySettings are how people are told things.
type notifySettings struct {
	SMTPURL      web.Secret `name:"smtp-url" env:"LIGHTSON_SMTP_URL" placeholder:"URL" help:"Server that sends mail, such as smtps://user:password@mail.example.com, or smtp:// for STARTTLS. Empty: no mail is sent. Prefer the variable: others on the machine can see flags."`
	MailFrom     string     `env:"LIGHTSON_MAIL_FROM" placeholder:"ADDRESS" help:"Who mail is from, such as Lights On <lights@example.com> (default: the user of the server, where that is an address)."`
	WebhookAllow string     `env:"LIGHTSON_WEBHOOK_ALLOW" placeholder:"ADDRESSES" help:"Addresses and ranges that are not of the public internet, separated by commas, to which webhooks and chats may be sent nevertheless, such as 10.1.2.0/24."`
}

// notify is how mail is sent, and where webhooks may be sent besides the public internet.
func (s notifySettings) notify() (m notify.Mail, allow notify.Networks, err error) {
	if s.SMTPURL.Reveal() == "" && s.MailFrom != "" {
		return m, nil, errors.New("LIGHTSON_SMTP_URL: expected the address of a mail server, because LIGHTSON_MAIL_FROM is set, found nothing")
	}
	m, err = notify.ParseMail(s.SMTPURL.Reveal(), s.MailFrom)
	switch {
	case errors.As(err, new(notify.FromError)):
		return m, nil, fmt.Errorf("LIGHTSON_MAIL_FROM: %w", err)
	case err != nil:
		return m, nil, fmt.Errorf("LIGHTSON_SMTP_URL: %w", err)
	}
	if allow, err = notify.ParseNetworks(s.WebhookAllow); err != nil {
		return m, nil, fmt.Errorf("LIGHTSON_WEBHOOK_ALLOW: %w", err)
	}
	return m, allow, nil
}

// baseOf is a public address as links begin with it, or nothing.
func baseOf(public *url.URL) string {
	if public == nil {
		return ""
	}
	return public.String()
}
