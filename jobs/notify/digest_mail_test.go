package notify_test

import (
	"encoding/json"
	"testing"
	"time"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// The whole mails about both days on which the clocks of Chicago change. Their messages are
// those that package digests makes of real data, and compares with the same files.
func TestTheMailOfADigestOfADayOnWhichClocksChange(t *testing.T) {
	for name, at := range map[string]time.Time{
		"spring": time.Date(2023, 3, 13, 12, 0, 0, 0, time.UTC),
		"autumn": time.Date(2023, 11, 6, 13, 0, 0, 0, time.UTC),
	} {
		m := notify.Outgoing{
			Channel: deliveries.Channel{ID: "c1", Kind: deliveries.Email, Name: "Ops", Address: "ana@example.com", Token: "channel-token"},
			Delivery: deliveries.Delivery{
				Work: models.Work{ID: "0193-digest", CreatedAt: uptime.At(at)}, Kind: deliveries.Digest, Token: "delivery-token",
			},
			Base: "https://status.example.com", At: at,
		}
		if err := json.Unmarshal([]byte(modelstest.ReadFile(t, "../../models/digests/testdata/"+name+".message.json")), &m.Delivery.Message); err != nil {
			t.Fatal(err)
		}
		html, err := notify.MailHTML(m)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "digest_"+name+".html", html)
		golden(t, "digest_"+name+".txt", notify.MailText(m))
	}
}
