package main

import (
	"strings"
	"testing"

	"lightson/web"
)

func TestSettingsOfMessagesAreCheckedAtTheStart(t *testing.T) {
	good := notifySettings{SMTPURL: "smtps://lights:geheim@mail.example.com", MailFrom: "Lights On <lights@example.com>", WebhookAllow: "10.1.2.0/24"}
	m, allow, err := good.notify()
	if err != nil || m.Host != "mail.example.com" || m.Port != 465 || m.From.Address != "lights@example.com" || len(allow) != 1 {
		t.Errorf("%v, %v, %v", m, allow, err)
	}
	if m, _, err := (notifySettings{}).notify(); err != nil || m.Host != "" {
		t.Errorf("%v, %v", m, err)
	}
	for name, c := range map[string]struct {
		set  notifySettings
		want string
	}{
		"no server":  {notifySettings{MailFrom: "a@example.com"}, "LIGHTSON_SMTP_URL: expected"},
		"no sender":  {notifySettings{SMTPURL: "smtp://mail.example.com"}, "LIGHTSON_MAIL_FROM: expected"},
		"no address": {notifySettings{SMTPURL: web.Secret("imap://a:geheim@mail.example.com"), MailFrom: "a@example.com"}, "LIGHTSON_SMTP_URL: expected"},
		"no network": {notifySettings{WebhookAllow: "internal"}, "LIGHTSON_WEBHOOK_ALLOW: expected"},
	} {
		if _, _, err := c.set.notify(); err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
