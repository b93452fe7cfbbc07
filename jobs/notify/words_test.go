package notify_test

import (
	"encoding/base64"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

var update = flag.Bool("update", false, "write the golden files anew")

// at is when messages of tests are sent.
var at = time.Date(2026, 11, 26, 2, 5, 0, 0, time.UTC)

// evil is the name of a store that would like to ping everybody and lead elsewhere.
const evil = "<!channel> @everyone <https://evil.example|Sign in> [x](https://evil.example) *b* & \"q\" <b>"

// message has everything that messages have.
func message() deliveries.Message {
	return deliveries.Message{
		Title: "3 stores have been offline since 20:05 CST",
		Lines: []string{"Three of twelve stores went offline together, all of them in Chicago. It is probably the poller or a platform, and not the stores themselves.", "2 stores are back online."},
		Sections: []deliveries.Section{{
			Heading: "Offline", More: "and 280 more",
			Rows: []deliveries.Row{
				{Text: "Blue Kettle Airport", Value: "since 20:05 CST, 35 min", Path: "/stores/12", Tone: deliveries.Bad},
				{Text: evil, Value: "since 20:06 CST", Path: "//evil.example/", Tone: deliveries.Bad},
				{Text: "Taco Airport", Value: "no data for 4 h", Tone: deliveries.Unknown},
			},
		}, {
			Heading: "Back", Rows: []deliveries.Row{{Text: "Kettle Süd", Value: "was offline 20:05–20:40", Path: "/stores/3", Tone: deliveries.Good}},
		}},
		Links: []deliveries.Link{{Text: "Show the stores", Path: "/stores?state=offline"}, {Text: "Change the rule", Path: "/alerts/7"}},
		Notes: []string{"You are told by the rule Evening, of all stores."}, Acknowledge: true,
	}
}

func outgoing(kind deliveries.ChannelKind, address string) notify.Outgoing {
	return notify.Outgoing{
		Channel: deliveries.Channel{ID: "c1", Kind: kind, Name: "Ops", Address: address, Token: "channel-token", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		Delivery: deliveries.Delivery{
			Work: models.Work{ID: "0193-delivery", CreatedAt: uptime.At(at)}, Kind: deliveries.Alert, Message: message(), Token: "delivery-token",
		},
		Base: "https://status.example.com", At: at,
	}
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; with -update it is written anew:\n%s", name, got)
	}
}

func base64Text(t *testing.T, content []byte) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(content)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
