package alerts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

// causePrefix begins the causes of deliveries that tell of incidents. The id of the message
// follows.
const causePrefix = "alert:"

// A ToldMessage is a message that told somebody of incidents.
type ToldMessage struct {
	ID        string
	PersonID  string
	Message   deliveries.Message
	Incidents []Incident // that it told of, the oldest first
}

// Unacknowledged counts the incidents of the message that nobody has acknowledged.
func (m ToldMessage) Unacknowledged() (count int) {
	for _, i := range m.Incidents {
		if !i.Acknowledged() {
			count++
		}
	}
	return count
}

// MessageOf is the message of the delivery with a token, or models.ErrNotFound.
func MessageOf(ctx context.Context, db *models.DB, token string) (m ToldMessage, err error) {
	var d deliveries.Delivery
	if token == "" {
		return m, models.ErrNotFound
	}
	if err := db.GORM(ctx).Where("token = ?", token).Take(&d).Error; err != nil {
		return m, fmt.Errorf("delivery of a token: %w", models.NotFound(err))
	}
	id, told := strings.CutPrefix(d.Cause, causePrefix)
	if !told || d.Kind != deliveries.Alert {
		return m, models.ErrNotFound
	}
	m = ToldMessage{ID: id, PersonID: d.PersonID, Message: d.Message}
	err = db.GORM(ctx).Where("id IN (SELECT incident_id FROM notices WHERE message_id <> '' AND message_id = ?)", id).Order("id").Find(&m.Incidents).Error
	if err != nil {
		return m, fmt.Errorf("incidents of a message: %w", err)
	}
	return m, nil
}

// AcknowledgeMessage acknowledges all incidents of the message of the delivery with a token.
func AcknowledgeMessage(ctx context.Context, db *models.DB, token string, now uptime.Instant) (m ToldMessage, err error) {
	if m, err = MessageOf(ctx, db, token); err != nil {
		return m, err
	}
	ids := make([]string, len(m.Incidents))
	for n, i := range m.Incidents {
		ids[n] = i.ID
	}
	_, err = Acknowledge(ctx, db, m.PersonID, ids, "by the link of a message", now)
	again, readErr := MessageOf(ctx, db, token)
	return again, errors.Join(err, readErr)
}
