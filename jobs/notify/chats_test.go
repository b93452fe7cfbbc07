package notify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"lightson/models/deliveries"
)

// chatKinds are those with a markup of their own.
var chatKinds = []deliveries.ChannelKind{deliveries.Slack, deliveries.Teams, deliveries.Discord}

func TestChatsGetMessagesInTheirOwnForm(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	client := r.client(t, loopback)
	for _, kind := range chatKinds {
		if _, err := client.Send(t.Context(), outgoing(kind, r.URL)); err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := json.Indent(&text, r.body, "", "  "); err != nil {
			t.Fatal(err)
		}
		golden(t, string(kind)+".json", text.String())
	}
}

// strings in a JSON value.
func texts(value any, add func(key, text string)) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if text, is := inner.(string); is {
				add(key, text)
			}
			texts(inner, add)
		}
	case []any:
		for _, inner := range v {
			texts(inner, add)
		}
	}
}

func TestAStoresNamePingsNobodyAndLeadsNowhere(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	client := r.client(t, loopback)
	for _, kind := range chatKinds {
		m := outgoing(kind, r.URL)
		m.Delivery.Message = deliveries.Message{
			Title: evil, Lines: []string{evil}, Notes: []string{evil}, Links: []deliveries.Link{{Text: evil, Path: "/stores/1"}, {Text: "x", Path: "https://evil.example"}, {Text: "y", Path: "//evil.example"}},
			Sections: []deliveries.Section{{Heading: evil, More: evil, Rows: []deliveries.Row{{Text: evil, Value: evil, Path: "/stores/1"}, {Text: "<@U1> <!here> <@&5> <#C1>", Path: "javascript:alert(1)"}}}},
		}
		if _, err := client.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(r.body, &body); err != nil {
			t.Fatal(err)
		}
		texts(body, func(key, text string) {
			lower := strings.ToLower(key)
			if lower == "url" && !strings.HasPrefix(text, "https://status.example.com/") {
				t.Errorf("%s: it links to %q", kind, text)
			}
			for _, bad := range map[deliveries.ChannelKind][]string{
				deliveries.Slack: {"<!", "<@", "<#", "<https://evil"}, deliveries.Discord: {"@everyone", "<@", "](https://evil"}, deliveries.Teams: {"](https://evil", "<at>", "https://evil"},
			}[kind] {
				// Headers and buttons of Slack and Teams are plain text, and so are Discord's footers.
				plain := kind == deliveries.Slack && strings.Contains(text, evil[:20]) && !strings.Contains(text, "&lt;") || key == "title" && kind == deliveries.Teams || key == "text" && kind == deliveries.Discord
				if strings.Contains(text, bad) && !plain {
					t.Errorf("%s: %s %q has %q", kind, key, text, bad)
				}
			}
		})
		if kind == deliveries.Discord && !bytes.Contains(r.body, []byte(`"allowed_mentions":{"parse":[]}`)) {
			t.Errorf("Discord may ping: %s", r.body)
		}
		if kind == deliveries.Slack {
			for _, block := range body["blocks"].([]any) {
				b := block.(map[string]any)
				if text, is := b["text"].(map[string]any); is && text["type"] == "mrkdwn" && strings.Contains(text["text"].(string), "<!") {
					t.Errorf("Slack pings: %v", text)
				}
			}
			if strings.Contains(body["text"].(string), "<!") {
				t.Errorf("the notification pings: %v", body["text"])
			}
		}
	}
}

func TestLongMessagesStayWithinWhatChatsTake(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	client := r.client(t, loopback)
	long := strings.Repeat("🏪 Blue Kettle_*<&> ", 400)
	for _, kind := range chatKinds {
		m := outgoing(kind, r.URL)
		rows := make([]deliveries.Row, 60)
		for n := range rows {
			rows[n] = deliveries.Row{Text: long, Value: long, Path: "/stores/1", Tone: deliveries.Bad}
		}
		m.Delivery.Message = deliveries.Message{Title: long, Lines: []string{long, long, long}, Notes: []string{long, long}}
		for range 30 {
			m.Delivery.Message.Sections = append(m.Delivery.Message.Sections, deliveries.Section{Heading: long, Rows: rows, More: long})
			m.Delivery.Message.Links = append(m.Delivery.Message.Links, deliveries.Link{Text: long, Path: "/stores"})
		}
		if _, err := client.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(r.body, &body); err != nil {
			t.Fatal(err)
		}
		longest, all := map[string]int{}, 0
		texts(body, func(key, text string) {
			n := len(utf16.Encode([]rune(text)))
			longest[key] = max(longest[key], n)
			if key == "title" || key == "description" || key == "name" || key == "value" || key == "text" {
				all += n
			}
		})
		switch kind {
		case deliveries.Slack:
			if n := len(body["blocks"].([]any)); n > 50 || longest["text"] > 3000 {
				t.Errorf("Slack: %d blocks, texts of %d", n, longest["text"])
			}
		case deliveries.Discord:
			embed := body["embeds"].([]any)[0].(map[string]any)
			if n := len(embed["fields"].([]any)); n > 25 || n == 0 || longest["title"] > 256 || longest["description"] > 4096 || longest["name"] > 256 || longest["value"] > 1024 || longest["text"] > 2048 || all > 6000 {
				t.Errorf("Discord: %d fields, %v, %d in all", n, longest, all)
			}
		case deliveries.Teams:
			if len(r.body) > 28<<10 {
				t.Errorf("Teams: %d bytes", len(r.body))
			}
		}
	}
}

func TestAMessageWithoutPublicAddressHasNoLinksAndSaysSo(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, kind := range chatKinds {
		m := outgoing(kind, r.URL)
		m.Base = ""
		if _, err := r.client(t, loopback).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if text := string(r.body); strings.Contains(text, "/stores/12") || strings.Contains(text, "delivery-token") || !strings.Contains(text, "does not know its public address") {
			t.Errorf("%s: %s", kind, text)
		}
	}
}
