package jobs_test

import (
	"context"
	"sync"
	"testing"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A keeper takes all messages and keeps what they answer.
type keeper struct {
	mu      sync.Mutex
	follows map[string]string // by delivery
}

func (k *keeper) Send(_ context.Context, m notify.Outgoing) (words.Message, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.follows[m.Delivery.ID] = m.Follows
	return words.Said("Taken."), nil
}

func (k *keeper) Expected(deliveries.Channel) (expected, found string) { return "", "" }

func (k *keeper) Mails() bool { return true }

func TestAMailAnswersTheFirstOneOfItsIncident(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newSendingDesk(t, db)
		k := &keeper{follows: map[string]string{}}
		d.SendBy(k)
		mail := deliveries.Channel{ID: models.NewID(), Kind: deliveries.Email, Name: "Mail", Address: "ana@example.com", Token: deliveries.NewToken(), ConfirmedAt: models.InstantAt(1)}
		hook := deliveries.Channel{ID: models.NewID(), Kind: deliveries.Webhook, Name: "Hook", Address: "https://example.com/", Token: deliveries.NewToken(), ConfirmedAt: models.InstantAt(1)}
		var list []deliveries.Delivery
		var notices []alerts.Notice
		for n, message := range []string{"began", "ended"} {
			for _, c := range []deliveries.Channel{mail, hook} {
				told := deliveries.New(c, deliveries.Alert, deliveries.Message{Title: message})
				told.Cause = "alert:" + message
				list = append(list, told)
			}
			notices = append(notices, alerts.Notice{ID: models.NewID(), IncidentID: "i", MessageID: message, ToldAt: models.InstantAt(uptime.Instant(n + 1))})
		}
		d.startFor(t)
		err := db.Update(t.Context(), func(tx *models.Tx) error {
			for _, row := range []any{&mail, &hook, &notices} {
				if err := tx.GORM(t.Context()).Create(row).Error; err != nil {
					return err
				}
			}
			return d.Deliver(t.Context(), tx, list)
		})
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range []string{"", "", list[0].ID, ""} {
			d.waitFor(list[n].ID, "it is not sent", inState(models.Complete))
			k.mu.Lock()
			if got := k.follows[list[n].ID]; got != want {
				t.Errorf("%s to %s answers %q, want %q", list[n].Message.Title, list[n].ChannelName, got, want)
			}
			k.mu.Unlock()
		}
	})
}
