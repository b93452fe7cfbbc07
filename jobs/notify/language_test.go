package notify_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/jobs/notify"
	"lightson/models/deliveries"
	"lightson/models/words"
)

// inLanguage is a message without links of its own, with a link to acknowledge it.
func inLanguage(w *words.Words, base string) notify.Outgoing {
	m := notify.Outgoing{
		Channel:  deliveries.Channel{ID: "c1", Kind: deliveries.Email, Address: "ana@example.com", Token: "channel-token"},
		Delivery: deliveries.Delivery{Message: deliveries.NewMessage(w), Token: "delivery-token"}, Base: base,
	}
	m.Delivery.Message.Title, m.Delivery.Message.Acknowledge = "Ana's", true
	return m
}

func TestWhatStandsAroundAMessageIsInItsLanguage(t *testing.T) {
	for l, want := range map[words.Language]struct{ acknowledge, unsubscribe, unlinked string }{
		words.English: {"Acknowledge", "Unsubscribe", "This message has no links"},
		words.German:  {"Quittieren", "Abbestellen", "Diese Nachricht hat keine Links"},
		words.Spanish: {"Marcar como vista", "Darse de baja", "Este mensaje no tiene enlaces"},
	} {
		m := inLanguage(words.In(l), "https://status.example.com")
		html, err := notify.MailHTML(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`<html lang="` + string(l) + `">`, ">" + want.acknowledge + "</a>", ">" + want.unsubscribe + "</a>"} {
			if !strings.Contains(html, part) {
				t.Errorf("%s: the page is without %s", l, part)
			}
		}
		plain := notify.MailText(m)
		for _, part := range []string{want.acknowledge + ":\n", want.unsubscribe + ": https://status.example.com/unsubscribe/channel-token\n"} {
			if !strings.Contains(plain, part) {
				t.Errorf("%s: %q is without %q", l, plain, part)
			}
		}
		if unlinked := notify.MailText(inLanguage(words.In(l), "")); !strings.Contains(unlinked, want.unlinked) {
			t.Errorf("%s: %q", l, unlinked)
		}
		chat := sentTo(t, deliveries.Slack, m)
		if !strings.Contains(chat, `"text":"`+want.acknowledge+`"`) {
			t.Errorf("%s: a chat is sent %s", l, chat)
		}
	}
}

// What programs read is the same as ever.
func TestTheBodyOfAWebhookHasNoLanguage(t *testing.T) {
	m := inLanguage(deliveries.Channel{Kind: deliveries.Webhook}.Words(words.German), "")
	if body := sentTo(t, deliveries.Webhook, m); !strings.HasSuffix(body, `"data":{"title":"Ana's","acknowledge":true}}`) {
		t.Errorf("it is %s", body)
	}
}

// sentTo is the body of a message that is sent to a kind of channel.
func sentTo(t *testing.T, kind deliveries.ChannelKind, m notify.Outgoing) string {
	t.Helper()
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	m.Channel = outgoing(kind, r.URL).Channel
	if _, err := r.client(t, loopback).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return string(r.body)
}
